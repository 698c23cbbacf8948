import pytest

from catalog.items import create_item, update_item
from catalog.search import SearchQuery, Sort, get_item_catalogue
from tests.factories import ItemFactory, given_stock
from tests.stories import hold, let_time_run_out


def skus(**asked) -> list[str]:
    return [item.sku for item in get_item_catalogue(SearchQuery(**asked)).items]


def by_length_of_name(query, ids, scores, features):
    """A ranker that likes short names."""
    return [-len(features[pk]["name"]) for pk in ids]


@pytest.fixture
def shelf(lamp, rug):
    ItemFactory(sku="TORCH", name="Torch", description="Brighter than a lamp", price="9.00")
    return [lamp, rug]


def test_words_in_the_name_count_more_than_in_the_description(shelf):
    assert skus(text="lamps") == ["LAMP", "TORCH"]


def test_brand_category_and_sku_are_found(shelf):
    ItemFactory(sku="KA-UM1", name="Microphone", brand="Kestrel", category="Instruments")

    assert skus(text="kestrel") == skus(text="instruments") == skus(text="ka-um1") == ["KA-UM1"]


def test_filters_and_sorting(shelf):
    given_stock({shelf[0]: 1})

    assert skus(category="Home") == ["RUG"]
    assert skus(in_stock=True) == ["LAMP"]
    assert skus(min_price=10, max_price=100) == ["LAMP"]
    assert skus(sort=Sort.PRICE) == ["TORCH", "LAMP", "RUG"]
    assert skus(sort=Sort.PRICE_DESCENDING) == ["RUG", "LAMP", "TORCH"]
    assert skus(sort=Sort.NEWEST) == ["TORCH", "RUG", "LAMP"]


def test_equal_questions_have_one_form():
    asked = [SearchQuery(text=text) for text in ("Brass  LAMP", "brass lamp ", "ｂｒａｓｓ lamp")]

    assert len({query.digest for query in asked}) == 1


@pytest.mark.django_db(transaction=True)
def test_a_popular_question_is_answered_from_the_cache(shelf, django_assert_num_queries):
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
    found = {item.sku: item for item in get_item_catalogue(SearchQuery(text="lamp")).items}

    assert (found["LAMP"].stock, str(found["LAMP"].price)) == (3, "1.00")
    assert "NEW" in found


@pytest.mark.django_db(transaction=True)
def test_a_delisted_item_is_gone_at_once(shelf):
    for _ in range(3):
        skus(text="lamp")

    update_item(item_id=shelf[0].pk, is_active=False)

    assert skus(text="lamp") == ["TORCH"]


@pytest.mark.django_db(transaction=True)
def test_whoever_reads_an_item_finds_overdue_units_back_on_sale(alice, shelf):
    lamp, _ = shelf
    given_stock({lamp: 2})
    let_time_run_out(hold(alice, {lamp: 2}))

    [found] = get_item_catalogue(SearchQuery(text="brass")).items

    assert found.stock == 2


def test_without_a_cache_every_question_is_computed(shelf, settings):
    away = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": away}

    assert skus(text="lamp") == ["LAMP", "TORCH"]


def test_the_ranker_is_a_socket(shelf, settings):
    settings.SEARCH_RANKER = "tests.catalog.test_search.by_length_of_name"

    assert skus(text="lamp") == ["TORCH", "LAMP"]


def test_the_example_ranker_prefers_pictures(shelf, settings):
    settings.SEARCH_RANKER = "catalog.search.ranking.prefer_pictures"
    ItemFactory(sku="PICTURED", name="Brass desk lamp", image="items/x.svg", category="Lighting")

    assert skus(text="brass desk lamp") == ["PICTURED", "LAMP"]


def test_a_page_beyond_the_last_is_the_last(shelf):
    results = get_item_catalogue(SearchQuery(), page=99, page_size=2)

    assert (results.page, results.pages, len(results.items), results.count) == (2, 2, 1, 3)
