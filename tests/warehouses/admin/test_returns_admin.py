"""The queue of returns in the admin: received by unit, or refused with a reason."""

import pytest
from django.contrib.auth.models import Permission

from orders.models import OrderNotification, ReturnRequest
from orders.returns import request_return
from tests.support.factories import UserFactory, given_stock, stock_left
from tests.support.stories import order_and_assign
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.models import StockMovement, WarehouseStock

RETURNS = "/admin/orders/returnrequest/"

pytestmark = pytest.mark.usefixtures("conserved")


@pytest.fixture
def request_of_two(alice, lamp, seattle) -> ReturnRequest:
    given_stock({lamp: 3}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 3})
    ship_warehouse_order(warehouse_order_id=parcel.pk)
    return request_return(order_id=placed.pk, quantities={lamp.pk: 2}, reason="Too bright")


def act(browser, action: str, request: ReturnRequest, **answers):
    return browser.post(
        RETURNS,
        {"action": action, "_selected_action": [request.pk], "confirmed": "yes", **answers},
        follow=True,
    )


def units(request: ReturnRequest, **quantities) -> dict:
    line = request.lines.get()
    return {f"row-{request.pk}-{name}-{line.pk}": n for name, n in quantities.items()}


def test_units_are_received_sellable_or_damaged(desk, clerk, request_of_two, lamp, dallas):
    answers = units(request_of_two, sellable=1, damaged=1)

    page = act(desk, "receive", request_of_two, warehouse=dallas.pk, **answers)

    request_of_two.refresh_from_db()
    assert "2 units of return" in page.content.decode()
    assert (request_of_two.status, request_of_two.closed_by) == ("received", clerk)
    assert (stock_left(lamp), WarehouseStock.objects.get(warehouse=dallas).physical_stock) == (
        (1,),
        1,
    )
    assert StockMovement.objects.get(kind="returned").author == clerk


@pytest.mark.parametrize(
    "quantities", [{"sellable": 3}, {"sellable": 2, "damaged": 1}, {"sellable": -1}, {"damaged": 0}]
)
def test_units_that_are_not_awaited_are_refused_on_the_page(
    desk, request_of_two, seattle, quantities
):
    answers = {"sellable": 0, "damaged": 0, **quantities}

    page = act(
        desk, "receive", request_of_two, warehouse=seattle.pk, **units(request_of_two, **answers)
    )

    [(_, _, form)] = page.context["row_forms"]
    assert form.errors
    assert not StockMovement.objects.filter(kind="returned").exists()


def test_a_return_is_refused_with_a_reason_that_its_customer_reads(desk, clerk, request_of_two):
    nameless = act(desk, "refuse", request_of_two, reason="")
    act(desk, "refuse", request_of_two, reason="It was used")
    again = act(desk, "refuse", request_of_two, reason="It was used")

    request_of_two.refresh_from_db()
    mail = OrderNotification.objects.get(kind="return_refused")
    assert "This field is required" in nameless.content.decode()
    assert "was refused already" in again.content.decode()
    assert (request_of_two.status, request_of_two.closed_by) == ("refused", clerk)
    assert mail.details["reason"] == "It was used"


def test_what_was_received_is_not_received_again(desk, request_of_two, seattle):
    answers = {"warehouse": seattle.pk, **units(request_of_two, sellable=2)}
    act(desk, "receive", request_of_two, **answers)

    again = act(desk, "receive", request_of_two, **answers)

    assert "Nothing of it is awaited." in again.content.decode()
    assert StockMovement.objects.filter(kind="returned").count() == 1


def test_the_page_shows_what_is_awaited(desk, request_of_two):
    page = desk.get(f"{RETURNS}{request_of_two.pk}/change/").content.decode()

    assert "Too bright" in page
    assert request_of_two.order.number in page
    assert "Brass desk lamp" in page


def test_the_queue_takes_the_same_statements_for_any_length(
    desk, alice, lamp, seattle, django_assert_num_queries
):
    given_stock({lamp: 9}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 9})
    ship_warehouse_order(warehouse_order_id=parcel.pk)
    for _ in range(4):
        request_return(order_id=placed.pk, quantities={lamp.pk: 1})
        with django_assert_num_queries(5):
            desk.get(RETURNS)


def test_staff_without_the_right_to_change_returns_cannot_act(client, request_of_two, seattle):
    viewer = UserFactory(is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_returnrequest"))
    client.force_login(viewer)

    page = client.get(RETURNS).content.decode()
    act(
        client, "receive", request_of_two, warehouse=seattle.pk, **units(request_of_two, sellable=1)
    )

    assert 'value="receive"' not in page
    request_of_two.refresh_from_db()
    assert request_of_two.status == "requested"
