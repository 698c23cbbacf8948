"""The search over HTTP."""

import pytest

from catalog.search import service
from tests.support.factories import ItemFactory, given_stock

pytestmark = pytest.mark.django_db(transaction=True)


def search(client, parameters: str) -> dict:
    answer = client.get(f"/api/v1/items/?{parameters}")
    assert answer.status_code == 200
    return answer.json()


@pytest.fixture
def shelf(indexer, lamp, rug):
    ItemFactory(name="Floor lamp", brand="Tollgate", category="Home", price="20.00")
    given_stock({lamp: 2})
    indexer.follow()


def test_facets_and_several_choices(client, shelf):
    both = search(client, "category=Home&category=Lighting&sort=price")

    assert [item["name"] for item in both["results"]] == [
        "Floor lamp",
        "Brass desk lamp",
        "Wool rug",
    ]
    assert {"value": "Home", "count": 2} in both["facets"]["category"]
    assert {"value": "Tollgate", "count": 1} in both["facets"]["brand"]


def test_a_mended_word_is_told_and_a_literal_question_is_not_mended(client, shelf):
    mended = search(client, "q=lapm")
    literal = search(client, "q=lapm&literal=true")

    assert (mended["corrected_query"], mended["count"]) == ("lamp", 2)
    assert (literal["corrected_query"], literal["results"]) == (None, [])


def test_a_question_whose_words_are_known_is_not_mended(client, shelf):
    assert search(client, "q=wool")["corrected_query"] is None


def test_suggestions(client, shelf):
    answer = client.get("/api/v1/suggest/?q=ligh")

    assert answer.json() == {"suggestions": ["lighting"]}


@pytest.mark.parametrize(
    "parameters",
    [
        *("q=%00", "category=%00", "brand=x&brand=%F0%9F%92%A1", "page=999999", "limit=100"),
        *("min_price=999999999999.99", "max_price=0", "q=" + "lamp+" * 5000, "colour=red"),
    ],
)
def test_what_makes_little_sense_is_answered(client, shelf, parameters):
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
def test_what_makes_none_is_refused_by_name(client, shelf, parameters):
    answer = client.get(f"/api/v1/items/?{parameters}")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == parameters.split("=")[0]


@pytest.mark.parametrize("limit", [3, 7, 10])
def test_following_the_pages_comes_to_an_end_and_shows_all_that_may_be_seen(
    client, indexer, monkeypatch, limit
):
    monkeypatch.setattr(service, "DEPTH", 10)
    ItemFactory.create_batch(12, name="Brass thing")
    indexer.follow()
    url, seen = f"/api/v1/items/?q=brass&limit={limit}", []

    while url:
        page = client.get(url).json()
        seen += [one["id"] for one in page["results"]]
        url = page["next"]
        assert len(seen) <= 10

    assert len(seen) == len(set(seen)) == 10
