"""Return requests over the API: by customers, and by staff systems that refuse them."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from orders.models import OrderNotification, ReturnRequest
from orders.returns import request_return
from tests.support.api import client_of, problem_of
from tests.support.factories import given_stock
from tests.support.stories import order, order_and_assign
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.models import WarehouseOrder

pytestmark = pytest.mark.usefixtures("conserved")

RETURNS = "/api/v1/returns/"


@pytest.fixture
def desk_system(clerk):
    return client_of(clerk, "stock:write")


@pytest.fixture
def shipped(alice, lamp, seattle):
    given_stock({lamp: 99}, seattle)
    return ship(alice, lamp)


def ship(customer, item, quantity=3):
    placed, [parcel] = order_and_assign(customer, {item: quantity})
    ship_warehouse_order(warehouse_order_id=parcel.pk)
    return placed


def url_of(placed) -> str:
    return f"/api/v1/orders/{placed.number}/returns/"


def ask(client, placed, quantity=1, **fields):
    return client.post(url_of(placed), {"items": [{"sku": "LAMP", "quantity": quantity}], **fields})


def test_a_customer_asks_to_send_units_back(shopper, shipped, lamp, alice):
    answer = ask(shopper, shipped, 2, reason="Too bright")

    assert answer.status_code == 201
    requested = ReturnRequest.objects.get()
    assert answer.json() == {
        "id": requested.pk,
        "order": shipped.number,
        "status": "requested",
        "reason": "Too bright",
        "refusal_reason": "",
        "items": [
            {
                "item_id": lamp.pk,
                "sku": "LAMP",
                "name": "Brass desk lamp",
                "quantity": 2,
                "received_quantity": 0,
            }
        ],
        "requested_at": answer.json()["requested_at"],
        "closed_at": None,
    }
    assert requested.author == alice
    assert shopper.get(url_of(shipped)).json()["results"] == [answer.json()]


def test_a_staff_system_asks_for_any_customer(clerk, shipped):
    system = client_of(clerk, "orders:write")

    assert ask(system, shipped).status_code == 201
    assert ReturnRequest.objects.get().author == clerk
    assert len(system.get(url_of(shipped)).json()["results"]) == 1


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        ([{"sku": "LAMP", "quantity": 4}], 3),
        ([{"sku": "RUG", "quantity": 1}], 0),
        ([{"item_id": 10**9, "quantity": 1}], 0),
    ],
)
def test_more_than_has_shipped_is_refused(shopper, shipped, rug, lines, left):
    answer = shopper.post(url_of(shipped), {"items": lines})

    assert problem_of(answer) == (409, "not-that-many")
    assert answer.json()["left"] == left
    assert not ReturnRequest.objects.exists()


def test_units_are_not_asked_for_twice(shopper, shipped):
    ask(shopper, shipped, 2)
    answer = ask(shopper, shipped, 2)

    assert problem_of(answer) == (409, "not-that-many")
    assert answer.json()["left"] == 1
    assert ReturnRequest.objects.count() == 1


def test_what_never_left_does_not_come_back(shopper, alice, lamp, seattle):
    given_stock({lamp: 9}, seattle)

    assert problem_of(ask(shopper, order(alice, {lamp: 2}))) == (409, "not-that-many")


def test_it_is_too_late_after_the_days_in_the_settings(shopper, shipped, settings):
    past = Now() - timedelta(days=settings.RETURN_DAYS, hours=1)
    WarehouseOrder.objects.update(shipped_at=past)

    answer = ask(shopper, shipped)

    assert problem_of(answer) == (409, "return-too-late")
    assert answer.json()["days"] == settings.RETURN_DAYS
    assert not ReturnRequest.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"items": []},
        {"items": None},
        {"items": "LAMP"},
        {"items": [{"sku": "LAMP", "quantity": 0}]},
        {"items": [{"sku": "LAMP", "quantity": -1}]},
        {"items": [{"sku": "LAMP", "quantity": 1.5}]},
        {"items": [{"sku": "LAMP", "quantity": True}]},
        {"items": [{"sku": "LAMP"}]},
        {"items": [{"sku": "GONE", "quantity": 1}]},
        {"items": [{"sku": "LAMP", "quantity": 1}, {"sku": "LAMP", "quantity": 1}]},
        {"items": [{"sku": "LAMP", "quantity": 1, "condition": "damaged"}]},
        {"items": [{"sku": "LAMP", "quantity": 1}], "reason": "x" * 501},
        {"items": [{"sku": "LAMP", "quantity": 1}], "reason": "a\x00b"},
        {"items": [{"sku": "LAMP", "quantity": 1}], "refund": True},
    ],
)
def test_a_body_that_makes_no_sense_is_refused(shopper, shipped, body):
    assert problem_of(shopper.post(url_of(shipped), body)) == (422, "validation-error")
    assert not ReturnRequest.objects.exists()


def test_a_retry_with_the_same_key_asks_once(shopper, shipped):
    body = {"items": [{"sku": "LAMP", "quantity": 1}]}

    answers = [
        shopper.post(url_of(shipped), body, headers={"Idempotency-Key": "k"}) for _ in range(2)
    ]

    assert answers[1]["Idempotency-Replayed"] == "true"
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert ReturnRequest.objects.count() == 1


def test_the_order_of_another_customer_is_not_found(mallory, shipped):
    stranger = client_of(mallory, "shopper")

    assert problem_of(ask(stranger, shipped)) == (404, "not-found")
    assert problem_of(stranger.get(url_of(shipped))) == (404, "not-found")
    assert not ReturnRequest.objects.exists()


# Staff systems


def test_returns_are_listed_by_status_newest_first(desk_system, shopper, shipped):
    ids = [ask(shopper, shipped).json()["id"] for _ in range(3)]
    desk_system.post(f"{RETURNS}{ids[1]}/refuse/", {"reason": "Worn"})

    def listed(query=""):
        return [row["id"] for row in desk_system.get(RETURNS + query).json()["results"]]

    assert listed() == ids[::-1]
    assert listed("?status=requested") == [ids[2], ids[0]]
    assert listed("?status=refused") == [ids[1]]
    assert listed("?status=") == ids[::-1]
    assert problem_of(desk_system.get(f"{RETURNS}?status=lost")) == (422, "validation-error")
    assert problem_of(desk_system.get(f"{RETURNS}?order=1")) == (422, "unknown-parameter")


def test_one_return_is_read(desk_system, shopper, shipped):
    requested = ask(shopper, shipped).json()

    answer = desk_system.get(f"{RETURNS}{requested['id']}/")

    assert answer.json() == requested
    again = desk_system.get(answer.request["PATH_INFO"], headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    assert problem_of(desk_system.get(f"{RETURNS}999999999/")) == (404, "not-found")


def test_a_refusal_closes_the_return_once(desk_system, shopper, shipped):
    url = f"{RETURNS}{ask(shopper, shipped).json()['id']}/refuse/"

    first, again = (desk_system.post(url, {"reason": "Worn"}) for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert (first.json()["status"], first.json()["refusal_reason"]) == ("refused", "Worn")
    assert first.json()["closed_at"] is not None
    assert again.json() == first.json()
    assert OrderNotification.objects.filter(kind="return_refused").count() == 1
    assert ask(shopper, shipped, 3).status_code == 201  # its units can be asked for again


@pytest.mark.parametrize(
    "body", [{}, {"reason": ""}, {"reason": None}, {"reason": "x" * 501}, {"reason": "a\x00b"}]
)
def test_a_refusal_needs_a_reason(desk_system, shopper, shipped, body):
    url = f"{RETURNS}{ask(shopper, shipped).json()['id']}/refuse/"

    assert problem_of(desk_system.post(url, body)) == (422, "validation-error")
    assert ReturnRequest.objects.get().is_open


def test_an_unknown_return_is_not_refused(desk_system, db):
    answer = desk_system.post(f"{RETURNS}999999999/refuse/", {"reason": "Worn"})

    assert problem_of(answer) == (404, "not-found")


@pytest.mark.parametrize("scopes", [["shopper"], ["orders:read", "orders:write"]])
def test_returns_of_all_orders_need_the_scope_of_the_stock(alice, shopper, shipped, scopes):
    url = f"{RETURNS}{ask(shopper, shipped).json()['id']}/"
    client = client_of(alice, *scopes)

    answers = [client.get(RETURNS), client.get(url), client.post(f"{url}refuse/", {"reason": "x"})]

    assert {problem_of(answer) for answer in answers} == {(403, "permission-denied")}
    assert ReturnRequest.objects.get().is_open


def test_a_page_of_any_length_takes_the_same_statements(
    desk_system, shopper, alice, lamp, shipped, django_assert_num_queries
):
    desk_system.get(RETURNS)  # records the use of the token
    shopper.get(url_of(shipped))

    for _ in range(3):
        request_return(order_id=shipped.pk, quantities={lamp.pk: 1})
        # The token, the returns, their lines, the orders' lines, and the items.
        with django_assert_num_queries(5):
            page = desk_system.get(f"{RETURNS}?status=requested").json()
        with django_assert_num_queries(6):  # and the order
            shopper.get(url_of(shipped))

    assert len(page["results"]) == 3
