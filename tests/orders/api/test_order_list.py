"""The list of orders: each filter, their combinations, and the cost of a page."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models.functions import Now

from orders.models import Order
from shop.core.db import keyset
from tests.support.api import client_of, problem_of
from tests.support.factories import given_stock
from tests.support.stories import order, order_and_assign

pytestmark = pytest.mark.usefixtures("conserved")

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def reader(clerk):
    return client_of(clerk, "orders:read")


@pytest.fixture
def placed(alice, bob, lamp, rug):
    """Three orders of alice and bob, an hour apart from NOON on."""
    given_stock({lamp: 99, rug: 99})
    orders = {
        "alice's lamp": order_and_assign(alice, {lamp: 2})[0],
        "bob's rug": order(bob, {rug: 1}),
        "alice's both": order(alice, {lamp: 1, rug: 1}),
    }
    for hour, each in enumerate(orders.values()):
        Order.objects.filter(pk=each.pk).update(placed_at=NOON + timedelta(hours=hour))
    return orders


def listed(client, placed, **query) -> list[str]:
    """Return the names of the orders on the page, in its order."""
    names = {each.number: name for name, each in placed.items()}
    page = client.get("/api/v1/orders/", query)
    assert page.status_code == 200, page.content
    return [names[row["number"]] for row in page.json()["results"]]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["alice's both", "bob's rug", "alice's lamp"]),
        ({"status": "assigned"}, ["alice's lamp"]),
        ({"status": "submitted"}, ["alice's both", "bob's rug"]),
        ({"status": "shipped"}, []),
        ({"email": "alice@example.com"}, ["alice's both", "alice's lamp"]),
        ({"email": "ALICE@Example.COM"}, ["alice's both", "alice's lamp"]),
        ({"email": "lice@example.com"}, []),
        ({"email": "nobody@example.com"}, []),
        ({"sku": "LAMP"}, ["alice's both", "alice's lamp"]),
        ({"sku": "RUG"}, ["alice's both", "bob's rug"]),
        ({"sku": "rug"}, []),
        ({"sku": "GONE"}, []),
        ({"sku": "RUG", "email": "alice@example.com"}, ["alice's both"]),
        ({"sku": "RUG", "status": "submitted", "limit": "1"}, ["alice's both"]),
        ({"placed_after": "2026-03-01T13:00:00Z"}, ["alice's both", "bob's rug"]),
        ({"placed_before": "2026-03-01T13:00:00Z"}, ["alice's lamp"]),
        ({"placed_after": "2026-03-01T13:00:00"}, ["alice's both", "bob's rug"]),
        ({"placed_after": "2026-03-01T08:00:00-05:00"}, ["alice's both", "bob's rug"]),
        (
            {"placed_after": "2026-03-01T12:00:00", "placed_before": "2026-03-01T14:00:00"},
            ["bob's rug", "alice's lamp"],
        ),
        (
            {"placed_after": "2026-03-01T13:00:00", "placed_before": "2026-03-01T13:00:00"},
            [],
        ),
        ({"placed_after": "2026-03-02"}, []),
        ({"placed_before": "2026-03-01"}, []),
        ({"placed_after": "0001-01-01T00:00:00Z"}, ["alice's both", "bob's rug", "alice's lamp"]),
        ({"placed_before": "9999-12-31T23:59:59Z"}, ["alice's both", "bob's rug", "alice's lamp"]),
        (
            {"status": "", "email": "", "sku": "", "number": "", "placed_after": ""},
            ["alice's both", "bob's rug", "alice's lamp"],
        ),
    ],
)
def test_orders_are_listed_that_match_every_filter(reader, placed, query, names):
    assert listed(reader, placed, **query) == names


def test_an_order_is_listed_by_its_number(reader, placed):
    number = placed["bob's rug"].number

    assert listed(reader, placed, number=number) == ["bob's rug"]
    assert listed(reader, placed, number=number, status="shipped") == []
    assert listed(reader, placed, number=number[:-1]) == []


def test_a_shopper_sees_only_own_orders_with_every_filter(alice, placed):
    shopper = client_of(alice, "shopper")

    assert listed(shopper, placed, sku="RUG") == ["alice's both"]
    assert listed(shopper, placed, email="bob@example.com") == []
    assert listed(shopper, placed, number=placed["bob's rug"].number) == []
    assert listed(shopper, placed, placed_after="2026-03-01T13:00:00") == ["alice's both"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("status=lost", "status"),
        ("status=Shipped", "status"),
        ("email=alice", "email"),
        ("email=%25", "email"),
        ("sku=" + "x" * 65, "sku"),
        ("sku=a%00b", "sku"),
        ("number=" + "1" * 21, "number"),
        ("number=%00", "number"),
        ("placed_after=yesterday", "placed_after"),
        ("placed_after=2026-13-01", "placed_after"),
        ("placed_after=2026-03-01T12:00:00+01:00", "placed_after"),  # the plus is a space
        ("placed_before=12:00", "placed_before"),
        ("placed_after=2026-03-02&placed_before=2026-03-01", "placed_before"),
    ],
)
def test_a_wrong_value_is_refused_by_name(reader, query, parameter):
    answer = reader.get(f"/api/v1/orders/?{query}")

    assert problem_of(answer) == (422, "validation-error")
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


def test_the_pages_of_a_filter_lead_on_and_back(reader, alice, lamp, rug):
    given_stock({lamp: 99, rug: 99})
    numbers = [order(alice, {item: 1}).number for item in (lamp, rug) * 5][::-1]

    first = reader.get("/api/v1/orders/?sku=LAMP&limit=2").json()
    second = reader.get(first["next"]).json()
    third = reader.get(second["next"]).json()
    back = reader.get(second["previous"]).json()

    pages = (first, second, third)
    assert [row["number"] for page in pages for row in page["results"]] == numbers[1::2]
    assert back["results"] == first["results"]
    assert third["next"] is None


def test_a_line_is_listed_under_the_present_sku_of_its_item(reader, placed, lamp):
    type(lamp).objects.filter(pk=lamp.pk).update(sku="LAMP-2")

    assert listed(reader, placed, sku="LAMP-2") == ["alice's both", "alice's lamp"]


def test_times_are_found_by_halving_the_keys(reader, alice, lamp, monkeypatch):
    monkeypatch.setattr(keyset, "MAX_OVERREAD", 1)
    given_stock({lamp: 99})
    orders = [order(alice, {lamp: 1}) for _ in range(24)]
    for hours, each in enumerate(reversed(orders)):
        Order.objects.filter(pk=each.pk).update(placed_at=Now() - timedelta(hours=3 * hours))
    times = list(Order.objects.order_by("pk").values_list("placed_at", flat=True))

    def numbers(**query):
        rows = reader.get("/api/v1/orders/", query).json()["results"]
        return [row["number"] for row in rows][::-1]

    expected = [each.number for each in orders]
    for begin, end in [(0, 24), (0, 1), (5, 9), (12, 13), (23, 24)]:
        after = times[begin].isoformat()
        window = {"placed_after": after}
        if end < len(times):
            window["placed_before"] = times[end].isoformat()
        assert numbers(**window) == expected[begin:end]


@pytest.mark.parametrize(
    ("query", "statements"),
    [
        ("", 0),
        ("status=assigned", 0),
        ("email=alice@example.com", 0),
        ("placed_after=2020-01-01&placed_before=2030-01-01", 2),  # the ends of the keys
        ("sku=LAMP", 1),
    ],
)
def test_a_page_of_any_length_takes_the_same_statements(
    reader, alice, lamp, monkeypatch, django_assert_num_queries, query, statements
):
    monkeypatch.setattr(keyset, "MAX_OVERREAD", 10**12)  # keys of earlier tests are a gap
    given_stock({lamp: 99})
    reader.get("/api/v1/orders/")  # records the use of the token

    for _ in range(3):
        order_and_assign(alice, {lamp: 1})
        # The token, the orders, their lines and history, their parcels with warehouses and
        # lines, and the rates that estimate arrivals.
        with django_assert_num_queries(8 + statements):
            page = reader.get(f"/api/v1/orders/?{query}").json()

    assert len(page["results"]) == 3
