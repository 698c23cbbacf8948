"""The search over HTTP."""

from urllib.parse import urlencode

import pytest

from catalog.search import service
from tests.support.factories import ItemFactory, given_stock
from tests.support.stories import expire_hold, hold

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


def test_what_was_understood_is_returned(client, shelf):
    answer = search(client, "q=lamp+-desk+under+%2430")

    assert answer["understood"] == {"min_price": None, "max_price": "30.00", "excluded": ["desk"]}
    assert [item["name"] for item in answer["results"]] == ["Floor lamp"]
    assert search(client, "q=lamp")["understood"] is None


def test_partial_matches_and_suggestions_are_told(client, shelf):
    assert search(client, "q=floor+rug")["has_all_words"] is False
    assert search(client, "q=lamp")["has_all_words"] is True
    assert search(client, "q=lamp")["suggested_query"] is None


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


# One item by its sku


def test_an_item_is_read_by_its_sku_as_soon_as_it_is_written(client, shelf):
    ItemFactory(sku="LAMP-2", name="Brass desk lamp")  # in no index yet
    new = ItemFactory(sku="NEW 1/2", name="New", category="Lighting", brand="Ardo")
    given_stock({new: 3})

    page = search(client, urlencode({"sku": "NEW 1/2"}))

    assert [(item["sku"], item["stock"]) for item in page["results"]] == [("NEW 1/2", 3)]
    assert (page["count"], page["next"], page["previous"]) == (1, None, None)
    assert page["facets"]["category"] == [{"value": "Lighting", "count": 1}]
    assert page["corrected_query"] is None
    assert page["results"][0] == client.get(f"/api/v1/items/{new.pk}/").json()


@pytest.mark.parametrize(
    "sku", ["lamp", "LAM", "LAMP2", "Brass", "x' OR 1=1 --", "%00", "+", "+LAMP"]
)
def test_a_sku_of_no_item_has_an_empty_list(client, shelf, sku):
    page = search(client, f"sku={sku}")

    assert (page["results"], page["count"], page["next"]) == ([], 0, None)
    assert page["facets"] == {"category": [], "brand": []}


def test_an_item_off_sale_is_not_read_by_its_sku(client, shelf):
    ItemFactory(sku="GONE", is_active=False)

    assert search(client, "sku=GONE")["results"] == []


def test_a_sku_beyond_the_first_page_has_no_results(client, shelf):
    page = search(client, "sku=LAMP&page=2&limit=1")

    assert page["results"] == []
    assert page["previous"].endswith("page=1&sku=LAMP")


def test_units_of_overdue_holds_count_for_a_sku_too(client, shelf, alice, lamp):
    expire_hold(hold(alice, {lamp: 2}))

    assert search(client, "sku=LAMP")["results"][0]["stock"] == 2


@pytest.mark.parametrize("other", ["q=lamp", "category=Home", "max_price=0", "in_stock=true"])
def test_a_sku_takes_no_other_filter(client, shelf, other):
    response = client.get(f"/api/v1/items/?sku=LAMP&{other}")

    assert response.status_code == 422
    assert response.json()["errors"][0]["parameter"] == "sku"


def test_a_sku_is_read_in_one_statement(client, shelf, django_assert_num_queries):
    search(client, "sku=LAMP")

    with django_assert_num_queries(1):
        search(client, "sku=LAMP")
