"""The list of transfers: each filter, their combinations, and the cost of a page."""

import pytest

from tests.support.api import problem_of
from tests.support.factories import given_stock
from warehouses.inventory.transfers import create_transfer

pytestmark = pytest.mark.usefixtures("conserved")

URL = "/api/v1/transfers/"


@pytest.fixture
def ids(storekeeper, stocked, lamp, rug, seattle, dallas):
    """A lamp to Dallas, sent; a rug to Dallas; a rug to Seattle, cancelled; by their names."""
    given_stock({rug: 5}, dallas)

    def begun(origin, destination, item, verb=""):
        pair = {"origin": origin, "destination": destination}
        transfer = create_transfer(**pair, quantities={item.pk: 1})
        if verb:
            storekeeper.post(f"{URL}{transfer.pk}/{verb}/")
        return transfer.pk

    return {
        "lamp": begun(seattle, dallas, lamp, "send"),
        "rug": begun(seattle, dallas, rug),
        "back": begun(dallas, seattle, rug, "cancel"),
    }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["back", "rug", "lamp"]),
        ("status=&from=&to=&item=&sku=", ["back", "rug", "lamp"]),
        ("status=sent", ["lamp"]),
        ("status=draft", ["rug"]),
        ("from=SEA1", ["rug", "lamp"]),
        ("to=SEA1", ["back"]),
        ("to=sea1", []),
        ("from=MOON", []),
        ("sku=RUG", ["back", "rug"]),
        ("sku=GONE", []),
        ("sku=RUG&from=SEA1&status=draft", ["rug"]),
    ],
)
def test_transfers_are_listed_that_match_every_filter(storekeeper, ids, query, names):
    page = storekeeper.get(f"{URL}?{query}").json()

    assert [row["id"] for row in page["results"]] == [ids[name] for name in names]


@pytest.mark.parametrize(
    ("query", "refusal"),
    [
        ("status=lost", (422, "validation-error")),
        ("from=%00", (422, "validation-error")),
        ("to=" + "x" * 17, (422, "validation-error")),
        ("item=lamp", (422, "validation-error")),
        ("limit=0", (422, "validation-error")),
        ("cursor=nonsense", (422, "validation-error")),
        ("warehouse=SEA1", (422, "unknown-parameter")),
    ],
)
def test_a_wrong_value_is_refused_by_name(storekeeper, ids, query, refusal):
    assert problem_of(storekeeper.get(f"{URL}?{query}")) == refusal


@pytest.mark.parametrize("query", ["limit=2", "limit=2&sku=RUG"])
def test_pages_lead_on_and_back(storekeeper, ids, seattle, dallas, rug, query):
    pair = {"origin": seattle, "destination": dallas}
    more = [create_transfer(**pair, quantities={rug.pk: 1}).pk for _ in range(2)]

    first = storekeeper.get(f"{URL}?{query}").json()
    second = storekeeper.get(first["next"]).json()
    back = storekeeper.get(second["previous"]).json()

    pages = [row["id"] for page in (first, second) for row in page["results"]]
    assert pages == [*more[::-1], ids["back"], ids["rug"]]
    assert back["results"] == first["results"]


def test_a_page_of_any_length_takes_the_same_statements(
    storekeeper, stocked, seattle, dallas, lamp, rug, django_assert_num_queries
):
    storekeeper.get(URL)  # records the use of the token

    for _ in range(3):
        quantities = {lamp.pk: 1, rug.pk: 1}
        create_transfer(origin=seattle, destination=dallas, quantities=quantities)
        # The token, the transfers, their lines, and the items.
        with django_assert_num_queries(4):
            page = storekeeper.get(f"{URL}?status=draft&from=SEA1&item={lamp.pk}").json()

    assert len(page["results"]) == 3
