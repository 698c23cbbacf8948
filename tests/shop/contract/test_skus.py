"""Items named by sku: wherever the API takes an `item_id`, `sku` may stand in its place."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import OrderItem
from tests.support.api import order, problem_of
from tests.support.factories import ItemFactory, given_stock, stock_left
from tests.support.stories import put_in_cart
from warehouses.models import StockMovement

pytestmark = pytest.mark.usefixtures("conserved")

SEA1 = "/api/v1/warehouses/SEA1"
MOVEMENTS = {
    "receipts": {"quantity": 3, "reference": "DN-1"},
    "discards": {"quantity": 3, "reason": "broken"},
    "counts": {"physical_stock": 3, "expected": 9},
}
PLACE = {"postal_code": "98109", "country": "US"}


def errors_of(response) -> list[str]:
    """Return the pointers of a refusal."""
    assert problem_of(response) == (422, "validation-error")
    return [error["pointer"] for error in response.json()["errors"]]


# One item


@pytest.mark.parametrize("kind", MOVEMENTS)
def test_goods_are_moved_by_sku(staff, lamp, seattle, kind):
    given_stock({lamp: 9}, seattle)

    by_sku = staff.post(f"{SEA1}/{kind}/", {"sku": "LAMP", **MOVEMENTS[kind]})

    assert by_sku.status_code == 201
    assert by_sku.json()["item_id"] == lamp.pk
    assert stock_left(lamp) == ({"receipts": 12, "discards": 6, "counts": 3}[kind],)


def test_a_receipt_by_sku_is_the_same_receipt_as_by_id(staff, lamp, seattle):
    receipt = {"quantity": 3, "reference": "DN-1"}
    names = [{"item_id": lamp.pk}, {"sku": "LAMP"}, {"item_id": lamp.pk, "sku": "LAMP"}]

    answers = [staff.post(f"{SEA1}/receipts/", {**name, **receipt}) for name in names]

    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert len({answer.json()["id"] for answer in answers}) == 1


@pytest.mark.parametrize("kind", MOVEMENTS)
@pytest.mark.parametrize(
    ("name", "pointer"),
    [
        ({"sku": "GONE"}, "#/sku"),
        ({"sku": "lamp"}, "#/sku"),
        ({"sku": "RUG", "item_id": "LAMP"}, "#/sku"),
        ({"sku": "GONE", "item_id": "LAMP"}, "#/sku"),
        ({"sku": "LAMP", "item_id": 10**9}, "#/sku"),
        ({"sku": ""}, "#/sku"),
        ({"sku": None}, "#/sku"),
        ({"sku": 5}, "#/sku"),
        ({"sku": "x" * 65}, "#/sku"),
        ({"sku": "a\x00b"}, "#/sku"),
        ({"item_id": 10**9}, "#/item_id"),
        ({"item_id": None}, "#/item_id"),
        ({}, "#/item_id"),
    ],
)
def test_an_item_that_is_not_to_be_known_is_refused(staff, lamp, rug, seattle, kind, name, pointer):
    given_stock({lamp: 9, rug: 9}, seattle)
    name = name | ({"item_id": lamp.pk} if name.get("item_id") == "LAMP" else {})

    answer = staff.post(f"{SEA1}/{kind}/", {**name, **MOVEMENTS[kind]})

    assert errors_of(answer) == [pointer]
    assert stock_left(lamp, rug) == (9, 9)
    assert StockMovement.objects.count() == 2


def test_a_missing_item_is_told_beside_the_other_errors(staff, seattle):
    answer = staff.post(f"{SEA1}/receipts/", {"quantity": 0, "colour": "red"})

    assert sorted(errors_of(answer)) == ["#/colour", "#/item_id", "#/quantity"]


# Lines


def test_units_are_cancelled_by_sku(shopper, lamp):
    given_stock({lamp: 9})
    number = order(shopper, lamp, 3).json()["number"]
    url = f"/api/v1/orders/{number}/cancel/"

    by_sku = shopper.post(url, {"items": [{"sku": "LAMP", "quantity": 1}]})
    lines = [{"sku": "LAMP", "quantity": 1}, {"item_id": lamp.pk, "quantity": 1}]
    twice = shopper.post(url, {"items": lines})

    assert by_sku.json()["items"][0]["cancelled_quantity"] == 1
    assert errors_of(twice) == ["#/items/1/item_id"]
    assert stock_left(lamp) == (7,)


def test_a_line_of_a_wrong_sku_is_pointed_at(shopper, lamp, rug):
    given_stock({lamp: 9})
    number = order(shopper, lamp, 3).json()["number"]
    names = [{"sku": "LAMP"}, {"sku": "GONE"}, {"item_id": lamp.pk, "sku": "RUG"}]
    lines = [{**name, "quantity": 1} for name in names]

    refused = shopper.post(f"/api/v1/orders/{number}/cancel/", {"items": lines})
    not_ordered = shopper.post(
        f"/api/v1/orders/{number}/cancel/", {"items": [{"sku": "RUG", "quantity": 1}]}
    )

    assert errors_of(refused) == ["#/items/1/sku", "#/items/2/sku"]
    assert problem_of(not_ordered) == (409, "not-that-many")
    assert OrderItem.objects.get().cancelled_quantity == 0


def test_an_assignment_is_previewed_by_sku(staff, lamp, seattle):
    given_stock({lamp: 9}, seattle)
    lines = [{"sku": "LAMP", "quantity": 1}, {"item_id": lamp.pk, "quantity": 1}]

    answer = staff.post("/api/v1/assignments/preview/", {"items": lines, **PLACE})
    unknown = staff.post(
        "/api/v1/assignments/preview/", {"items": [{"sku": "GONE", "quantity": 1}], **PLACE}
    )

    assert answer.json()["picks"] == [{"warehouse": "SEA1", "item_id": lamp.pk, "quantity": 2}]
    assert errors_of(unknown) == ["#/items/0/sku"]


def test_a_cart_is_replaced_by_sku(shopper, lamp, rug):
    given_stock({lamp: 9, rug: 9})
    lines = [{"sku": "LAMP", "quantity": 2}, {"item_id": rug.pk, "quantity": 1}]
    twice = [*lines, {"item_id": lamp.pk, "quantity": 1}]

    answer = shopper.put("/api/v1/cart/", {"items": lines}, headers={"If-Match": "*"})
    refused = shopper.put("/api/v1/cart/", {"items": twice}, headers={"If-Match": "*"})

    quantities = {line["item"]["sku"]: line["quantity"] for line in answer.json()["items"]}
    assert quantities == {"LAMP": 2, "RUG": 1}
    assert errors_of(refused) == ["#/items/2/item_id"]


def test_many_skus_are_read_in_one_statement(shopper, alice):
    items = ItemFactory.create_batch(20)
    given_stock(dict.fromkeys(items, 9))
    put_in_cart(alice, {items[0]: 1})

    def statements(count: int) -> int:
        lines = [{"sku": item.sku, "quantity": 1} for item in items[:count]]
        with CaptureQueriesContext(connection) as queries:
            answer = shopper.put("/api/v1/cart/", {"items": lines}, headers={"If-Match": "*"})
        assert answer.status_code == 200
        return sum('"catalog_item"."sku" IN' in query["sql"] for query in queries)

    assert (statements(2), statements(20)) == (1, 1)


def test_lines_by_id_read_no_sku(shopper, lamp):
    given_stock({lamp: 9})

    with CaptureQueriesContext(connection) as queries:
        line = {"item_id": lamp.pk, "quantity": 1}
        shopper.put("/api/v1/cart/", {"items": [line]}, headers={"If-Match": "*"})

    assert not any('"catalog_item"."sku" IN' in query["sql"] for query in queries)


# Queries


def test_the_stock_of_an_item_is_read_by_sku(staff, lamp, rug, seattle):
    given_stock({lamp: 9}, seattle)

    by_sku = staff.get(f"{SEA1}/stock/?sku=LAMP")
    by_both = staff.get(f"{SEA1}/stock/?sku=LAMP&item={lamp.pk}")

    stock = {"item_id": lamp.pk, "physical_stock": 9, "available_stock": 9}
    assert by_sku.json() == by_both.json() == stock
    assert staff.get(f"{SEA1}/stock/?sku=RUG").json()["physical_stock"] == 0


def test_the_stock_of_an_item_that_is_not_to_be_known(staff, lamp, rug, seattle):
    unknown = [
        staff.get(f"{SEA1}/stock/?{query}")
        for query in ("sku=GONE", "sku=lamp", "item=999999999", f"sku=GONE&item={lamp.pk}")
    ]
    contradicting = staff.get(f"{SEA1}/stock/?sku=LAMP&item={rug.pk}")

    assert [problem_of(answer) for answer in unknown] == [(404, "not-found")] * 4
    assert errors_of(contradicting) == ["#/sku"]
    assert contradicting.json()["errors"][0]["parameter"] == "sku"
