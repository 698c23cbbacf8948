"""The search results service: the cache, live price and stock, and pages."""

import pytest

from catalog.items import create_item, update_item
from catalog.search.query.search_query import SearchQuery
from catalog.search.service import get_item_catalogue
from tests.support.factories import ItemFactory, given_stock
from tests.support.stories import expire_hold, hold


def skus(**fields) -> list[str]:
    return [item.sku for item in get_item_catalogue(SearchQuery(**fields)).items]


@pytest.fixture
def shelf(lamp, rug):
    ItemFactory(sku="TORCH", name="Torch", description="Brighter than a lamp", price="9.00")
    return [lamp, rug]


def test_equal_queries_have_one_digest():
    queries = [SearchQuery(text=text) for text in ("Brass  LAMP", "brass lamp ", "ｂｒａｓｓ lamp")]

    assert len({query.digest for query in queries}) == 1


@pytest.mark.django_db(transaction=True)
def test_a_popular_query_is_answered_from_the_cache(shelf, django_assert_num_queries):
    for _ in range(2):
        skus(text="lamp")

    with django_assert_num_queries(1):  # price and stock, live
        assert skus(text="lamp") == ["LAMP", "TORCH"]


@pytest.mark.django_db(transaction=True)
def test_a_warm_cache_never_hides_a_sale_or_a_change(alice, shelf):
    lamp, _ = shelf
    given_stock({lamp: 5})
    for _ in range(3):
        skus(text="lamp")

    hold(alice, {lamp: 2})
    update_item(item_id=lamp.pk, price="1.00")
    create_item(sku="NEW", name="New lamp", price="5.00")
    items = {item.sku: item for item in get_item_catalogue(SearchQuery(text="lamp")).items}

    assert (items["LAMP"].stock, str(items["LAMP"].price)) == (3, "1.00")
    assert "NEW" in items


@pytest.mark.django_db(transaction=True)
def test_a_delisted_item_is_gone_at_once(shelf):
    for _ in range(3):
        skus(text="lamp")

    update_item(item_id=shelf[0].pk, is_active=False)

    assert skus(text="lamp") == ["TORCH"]


@pytest.mark.django_db(transaction=True)
def test_reading_an_item_puts_overdue_units_back_on_sale(alice, shelf):
    lamp, _ = shelf
    given_stock({lamp: 2})
    expire_hold(hold(alice, {lamp: 2}))

    [item] = get_item_catalogue(SearchQuery(text="brass")).items

    assert item.stock == 2


def test_without_a_cache_every_query_is_computed(shelf, settings):
    away = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": away}

    assert skus(text="lamp") == ["LAMP", "TORCH"]


def test_a_page_beyond_the_last_is_the_last(shelf):
    results = get_item_catalogue(SearchQuery(), page=99, page_size=2)

    assert (results.page, results.pages, len(results.items), results.count) == (2, 2, 1, 3)
