"""The ranking and recommendation subsystems are plugged in, and may fail."""

import threading
import time

import pytest

from catalog.models import CoPurchase
from catalog.recommendations import recommend_with
from catalog.search.query.search_query import SearchQuery
from catalog.search.service import get_item_catalogue
from tests.support.factories import ItemFactory, given_stock

pytestmark = pytest.mark.django_db(transaction=True)

HERE = "tests.catalog.search.test_plugins"
hung = threading.Event()


def by_length_of_name(query, ids, scores, features):
    return [-len(features[pk]["name"]) for pk in ids]


def that_fails(*args):
    raise RuntimeError("no model")


def that_hangs(*args):
    hung.wait(5)


def that_returns_nonsense(*args):
    return [float("nan")]


def that_recommends(item_id):
    return [item_id + 1, item_id + 2, 10**9]


@pytest.fixture
def shelf():
    return [ItemFactory(name=name, sku=name) for name in ("Desk lamp of brass", "Lamp")]


def search(text="lamp") -> list[str]:
    return [item.name for item in get_item_catalogue(SearchQuery(text=text)).items]


def test_a_ranker_orders_the_hits(indexer, shelf, settings):
    indexer.follow()
    settings.SEARCH_RANKER = f"{HERE}.by_length_of_name"

    assert search() == ["Lamp", "Desk lamp of brass"]


def test_the_example_loads_a_model(indexer, shelf, settings):
    indexer.follow()
    before = search()
    settings.SEARCH_RANKER = "catalog.search.reranking.by_linear_model"

    assert sorted(search()) == sorted(before)


@pytest.mark.parametrize("ranker", ["that_fails", "that_hangs", "that_returns_nonsense"])
def test_a_ranker_that_fails_leaves_the_order_of_the_engine(indexer, shelf, settings, ranker):
    indexer.follow()
    expected = search()
    settings.SEARCH_RANKER, settings.SEARCH_RANKER_BUDGET_MS = f"{HERE}.{ranker}", 20

    start = time.monotonic()
    ranked = search()

    assert ranked == expected
    assert time.monotonic() - start < 2
    hung.set()


def test_items_bought_together_are_recommended_while_in_stock(shelf):
    item, other = shelf
    given_stock({other: 1})
    CoPurchase.objects.create(item=item, other=other, orders=3)
    CoPurchase.objects.create(item=item, other=ItemFactory(name="Gone"), orders=5)

    assert recommend_with(item) == [other]


def test_another_recommender_can_be_plugged_in(shelf, settings):
    item, other = shelf
    given_stock({other: 1})
    settings.RECOMMENDER = f"{HERE}.that_recommends"

    assert recommend_with(item) == [other]


def test_a_recommender_that_fails_recommends_nothing(shelf, settings):
    settings.RECOMMENDER = f"{HERE}.that_fails"

    assert recommend_with(shelf[0]) == []
