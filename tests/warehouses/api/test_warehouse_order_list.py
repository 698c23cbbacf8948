"""The list of warehouse orders: each filter, their combinations, and the cost of a page."""

import pytest

from tests.support.api import client_of, problem_of
from tests.support.factories import given_stock
from tests.support.stories import order_and_assign
from warehouses.fulfilment.shipping import ship_warehouse_order

pytestmark = pytest.mark.usefixtures("conserved")

URL = "/api/v1/warehouse-orders/"


@pytest.fixture
def packer(clerk):
    return client_of(clerk, "fulfilment:write")


@pytest.fixture
def parcels(alice, bob, lamp, rug, seattle, dallas):
    """Three parcels: alice's of each warehouse, and bob's, which has shipped."""
    given_stock({lamp: 9}, seattle)
    given_stock({rug: 9}, dallas)
    _, both = order_and_assign(alice, {lamp: 1, rug: 1})
    _, [shipped] = order_and_assign(bob, {lamp: 2})
    ship_warehouse_order(warehouse_order_id=shipped.pk, tracking="1Z999")
    by_code = {parcel.warehouse.code: parcel for parcel in both}
    return {"lamp": by_code["SEA1"], "rug": by_code["DAL1"], "shipped": shipped}


def listed(client, parcels, **query) -> set[str]:
    """Return the names of the parcels on the page."""
    names = {parcel.pk: name for name, parcel in parcels.items()}
    page = client.get(URL, query)
    assert page.status_code == 200, page.content
    return {names[row["id"]] for row in page.json()["results"]}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"sku": "LAMP"}, {"lamp", "shipped"}),
        ({"sku": "RUG"}, {"rug"}),
        ({"sku": "lamp"}, set()),
        ({"sku": "GONE"}, set()),
        ({"sku": "LAMP", "status": "shipped"}, {"shipped"}),
        ({"sku": "LAMP", "warehouse": "DAL1"}, set()),
        ({"tracking": "1Z999"}, {"shipped"}),
        ({"tracking": "1Z99"}, set()),
        ({"tracking": "1z999"}, set()),
        ({"order": "100-0000000-0000000"}, set()),
        ({"item": 10**9}, set()),
        ({"warehouse": "GONE"}, set()),
        ({"sku": "", "item": "", "order": "", "tracking": "", "warehouse": "", "status": ""}, None),
    ],
)
def test_parcels_are_listed_that_match_every_filter(packer, parcels, query, names):
    assert listed(packer, parcels, **query) == (set(parcels) if names is None else names)


def test_parcels_are_listed_by_order_and_by_item(packer, parcels, lamp, rug):
    number = parcels["lamp"].order.number

    assert listed(packer, parcels, order=number) == {"lamp", "rug"}
    assert listed(packer, parcels, order=number, warehouse="SEA1") == {"lamp"}
    assert listed(packer, parcels, order=number, item=rug.pk) == {"rug"}
    assert listed(packer, parcels, item=lamp.pk) == {"lamp", "shipped"}
    assert listed(packer, parcels, item=lamp.pk, sku="LAMP") == {"lamp", "shipped"}


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("item=lamp", "item"),
        ("item=0", "item"),
        ("item=" + "9" * 30, "item"),
        ("sku=" + "x" * 65, "sku"),
        ("sku=RUG&item={lamp}", "sku"),
        ("order=" + "1" * 21, "order"),
        ("tracking=" + "1" * 121, "tracking"),
        ("tracking=%00", "tracking"),
        ("status=lost", "status"),
    ],
)
def test_a_wrong_value_is_refused_by_name(packer, lamp, rug, query, parameter):
    answer = packer.get(f"{URL}?{query.format(lamp=lamp.pk)}")

    assert problem_of(answer) == (422, "validation-error")
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


def test_the_pages_of_an_item_lead_on_and_back(packer, alice, lamp, rug, seattle):
    given_stock({lamp: 99, rug: 99}, seattle)
    ids = [order_and_assign(alice, {item: 1})[1][0].pk for item in (lamp, rug) * 3][::-1]

    first = packer.get(f"{URL}?sku=LAMP&limit=2").json()
    second = packer.get(first["next"]).json()
    back = packer.get(second["previous"]).json()

    assert [row["id"] for page in (first, second) for row in page["results"]] == ids[1::2]
    assert back["results"] == first["results"]


@pytest.mark.parametrize(
    ("query", "statements"),
    [
        ("", 0),
        ("tracking=", 0),
        ("item={lamp}", 0),
        ("sku=LAMP", 1),
        ("sku=LAMP&status=assigned&warehouse=SEA1", 2),
    ],
)
def test_a_page_of_any_length_takes_the_same_statements(
    packer, alice, lamp, seattle, django_assert_num_queries, query, statements
):
    given_stock({lamp: 99}, seattle)
    packer.get(URL)  # records the use of the token

    for _ in range(3):
        order_and_assign(alice, {lamp: 1})
        # The token, the warehouse orders, their lines, and the order's lines.
        with django_assert_num_queries(4 + statements):
            page = packer.get(f"{URL}?{query.format(lamp=lamp.pk)}").json()

    assert len(page["results"]) == 3
