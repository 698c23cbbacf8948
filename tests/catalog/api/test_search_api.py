"""The search over HTTP."""

import pytest

from catalog.search import service
from tests.support.factories import ItemFactory, given_stock

pytestmark = pytest.mark.django_db(transaction=True)


def search(client, parameters: str) -> dict:
    response = client.get(f"/api/v1/items/?{parameters}")
    assert response.status_code == 200
    return response.json()


@pytest.fixture
def shelf(indexer, lamp, rug):
    ItemFactory(name="Floor lamp", brand="Tollgate", category="Home", price="20.00")
    given_stock({lamp: 2})
    indexer.follow()


def test_a_facet_takes_several_choices(client, shelf):
    both = search(client, "category=Home&category=Lighting&sort=price")

    assert [item["name"] for item in both["results"]] == [
        "Floor lamp",
        "Brass desk lamp",
        "Wool rug",
    ]
    assert {"value": "Home", "count": 2} in both["facets"]["category"]
    assert {"value": "Tollgate", "count": 1} in both["facets"]["brand"]


def test_a_corrected_word_is_returned_and_a_literal_query_is_not_corrected(client, shelf):
    corrected = search(client, "q=lapm")
    literal = search(client, "q=lapm&literal=true")

    assert (corrected["corrected_query"], corrected["count"]) == ("lamp", 2)
    assert (literal["corrected_query"], literal["results"]) == (None, [])


def test_a_query_whose_words_are_indexed_is_not_corrected(client, shelf):
    assert search(client, "q=wool")["corrected_query"] is None


def test_a_prefix_is_completed(client, shelf):
    response = client.get("/api/v1/suggest/?q=ligh")

    assert response.json() == {"suggestions": ["lighting"]}


@pytest.mark.parametrize(
    "parameters",
    [
        *("q=%00", "category=%00", "brand=x&brand=%F0%9F%92%A1", "page=999999", "limit=100"),
        *("min_price=999999999999.99", "max_price=0", "q=" + "lamp+" * 5000),
    ],
)
def test_odd_parameters_have_a_result(client, shelf, parameters):
    assert search(client, parameters)["count"] >= 0


@pytest.mark.parametrize(
    "parameters",
    [
        "max_price=10&min_price=50",
        "max_price=-1",
        "sort=colour",
        "min_price=cheap",
        "page=0",
        "limit=101",
        "in_stock=perhaps",
    ],
)
def test_invalid_parameters_are_refused_by_name(client, shelf, parameters):
    response = client.get(f"/api/v1/items/?{parameters}")

    assert response.status_code == 422
    assert response.json()["errors"][0]["parameter"] == parameters.split("=")[0]


@pytest.mark.parametrize("limit", [3, 7, 10])
def test_the_pages_end_and_show_every_result_within_the_depth(client, indexer, monkeypatch, limit):
    monkeypatch.setattr(service, "MAX_RESULTS", 10)
    ItemFactory.create_batch(12, name="Brass thing")
    indexer.follow()
    url, ids = f"/api/v1/items/?q=brass&limit={limit}", []

    while url:
        page = client.get(url).json()
        ids += [item["id"] for item in page["results"]]
        url = page["next"]
        assert len(ids) <= 10

    assert len(ids) == len(set(ids)) == 10
