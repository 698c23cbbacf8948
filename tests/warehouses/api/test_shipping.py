"""Shipping with a carrier, and correcting what a parcel was shipped with, over the API."""

import pytest

from orders.models import OrderItem, OrderNotification
from tests.support.api import client_of, if_match, problem_of
from tests.warehouses.api.parcel_state import state_of, url_of
from warehouses.models import Carrier

pytestmark = pytest.mark.usefixtures("conserved")


def test_it_is_shipped_with_a_carrier_and_a_link(act, packer, shopper, parcel):
    Carrier.objects.create(name="UPS", tracking_url="https://ups.example/?n={tracking}")
    body = {"carrier": "ups", "tracking": "1Z 9"}

    first, again = (act("ship", body) for _ in range(2))

    shown = {"carrier": "UPS", "tracking": "1Z 9", "tracking_url": "https://ups.example/?n=1Z%209"}
    assert first.json().items() >= {**shown, "status": "shipped"}.items()
    assert (again.status_code, again.json()) == (200, first.json())
    [shipment] = shopper.get(f"/api/v1/orders/{parcel.order.number}/").json()["shipments"]
    assert shipment.items() >= shown.items()
    [listed] = packer.get("/api/v1/warehouse-orders/?tracking=1Z+9").json()["results"]
    assert listed == first.json()
    assert list(OrderItem.objects.values_list("shipped_quantity", flat=True)) == [3, 2]


def test_a_new_carrier_is_created_without_a_link(act):
    answer = act("ship", {"carrier": "Post", "tracking": "9"})

    assert (answer.json()["carrier"], answer.json()["tracking_url"]) == ("Post", "")
    assert Carrier.objects.get().name == "Post"


def test_a_carrier_is_the_same_in_any_case_of_any_alphabet(act):
    Carrier.objects.create(name="k")

    answer = act("ship", {"carrier": "\u212a", "tracking": "9"})  # the sign of Kelvin

    assert answer.status_code == 200, answer.json()
    assert Carrier.objects.count() == 1


@pytest.mark.parametrize("body", [{}, {"tracking": "1Z9"}, {"carrier": "UPS"}])
def test_what_is_left_out_agrees_with_any_shipping(act, parcel, body):
    act("ship", {"carrier": "UPS", "tracking": "1Z9"})
    before = state_of(parcel)

    assert act("ship", body).status_code == 200
    assert state_of(parcel) == before


@pytest.mark.parametrize(
    "body", [{"tracking": "1Z8"}, {"carrier": "DHL", "tracking": "1Z9"}, {"tracking": ""}]
)
def test_other_content_is_refused_with_what_it_was_shipped_with(act, parcel, body):
    act("ship", {"carrier": "UPS", "tracking": "1Z9"})
    before = state_of(parcel)

    answer = act("ship", body)

    assert problem_of(answer) == (409, "already-shipped")
    assert answer.json().items() >= {"carrier": "UPS", "tracking": "1Z9"}.items()
    assert state_of(parcel) == before
    assert [carrier.name for carrier in Carrier.objects.all()] == ["UPS"]


@pytest.mark.parametrize("verb", ["ship", ""])
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"carrier": "x" * 61}, "#/carrier"),
        ({"carrier": None}, "#/carrier"),
        ({"carrier": "a\x00b"}, "#/carrier"),
        ({"tracking": "x" * 121}, "#/tracking"),
        ({"tracking": None}, "#/tracking"),
        ({"tracking": 1}, "#/tracking"),
        ({"tracking": "a\x00b"}, "#/tracking"),
        ({"price": "1.00"}, "#/price"),
        ({"status": "shipped"}, "#/status"),
    ],
)
def test_shipping_that_makes_no_sense_is_refused(packer, act, parcel, verb, body, pointer):
    if not verb:
        act("ship")
    before = state_of(parcel)

    answer = act(verb, body) if verb else packer.patch(url_of(parcel), body)

    assert problem_of(answer) == (422, "validation-error")
    assert {error["pointer"] for error in answer.json()["errors"]} == {pointer}
    assert state_of(parcel) == before


# Correcting


def test_a_correction_is_told_to_the_customer_once(act, packer, shopper, parcel):
    act("ship", {"carrier": "UPS", "tracking": "1Z9"})

    first, again = (packer.patch(url_of(parcel), {"tracking": "1Z8"}) for _ in range(2))

    assert (first.json()["carrier"], first.json()["tracking"]) == ("UPS", "1Z8")
    assert again.json() == first.json()
    assert OrderNotification.objects.filter(kind="tracking").count() == 1
    entries = shopper.get(f"/api/v1/orders/{parcel.order.number}/").json()["timeline"]
    assert [(e["type"], e["author"]) for e in entries if e["type"] == "tracking"] == [
        ("tracking", "staff")
    ]


def test_the_carrier_is_taken_away_by_an_empty_text(act, packer, parcel):
    act("ship", {"carrier": "UPS", "tracking": "1Z9"})

    answer = packer.patch(url_of(parcel), {"carrier": ""})

    assert (answer.json()["carrier"], answer.json()["tracking"]) == ("", "1Z9")


def test_there_is_nothing_to_correct_before_shipping(act, packer, parcel):
    answer = packer.patch(url_of(parcel), {"carrier": "UPS", "tracking": "1Z8"})

    assert problem_of(answer) == (409, "not-shipped-yet")
    assert state_of(parcel)[2:4] == ("", None)
    assert not Carrier.objects.exists()


def test_of_two_corrections_of_a_version_one_succeeds(act, packer, parcel):
    tag = act("ship", {"tracking": "1Z9"})["ETag"]

    first = packer.patch(url_of(parcel), {"tracking": "1Z8"}, headers=if_match(tag))
    stale = packer.patch(url_of(parcel), {"tracking": "1Z7"}, headers=if_match(tag))

    assert first.status_code == 200
    assert problem_of(stale) == (412, "precondition-failed")
    assert stale.json()["etag"] == first["ETag"]


def test_a_correction_honours_the_id_and_the_scope(act, packer, parcel, mallory):
    act("ship", {"tracking": "1Z9"})
    url, body = url_of(parcel), {"tracking": "1Z8"}

    unknown = packer.patch("/api/v1/warehouse-orders/999999999/", body)
    forbidden = client_of(mallory, "shopper", "stock:write").patch(url, body)

    assert problem_of(unknown) == (404, "not-found")
    assert problem_of(forbidden) == (403, "permission-denied")
    assert packer.get(url).json()["tracking"] == "1Z9"
