"""Pages of search results and items, pictures, and error pages."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db.models.functions import Now
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from catalog.items import update_item
from catalog.models import AggregatedStock
from tests.support.factories import ItemFactory, given_stock
from tests.support.stories import hold

pytestmark = pytest.mark.django_db

NONSENSE = [
    "q=%00%01lamp",
    "q=" + "a" * 6000,
    "q=%F0%9F%9B%8B%EF%B8%8F%20%D7%A9%D7%9C%D7%95%D7%9D",
    "q=%ED%A0%80&category=%ED%A0%80",
    "q=%22lamp%20-%20%7C%20!%20(%20%3A*%20%5C",
    "page=0",
    "page=-3",
    "page=abc",
    "page=" + "9" * 5000,
    "min_price=abc&max_price=NaN",
    "min_price=-1&max_price=Infinity",
    "min_price=1e400&max_price=" + "9" * 5000,
    "min_price=100&max_price=1",
    "sort=cheapest&in_stock=perhaps",
    "category=%00&brand=%00",
    "category=" + "x" * 5000,
    "q=a&q=b&page=1&page=2&unknown=1",
]


def test_home_has_the_search_box_and_the_departments(client, lamp, rug):
    page = client.get("/")

    assertContains(page, 'role="search"', count=1)
    assertContains(page, "/search/?category=Lighting")


def test_home_shows_popular_items_in_stock(client, lamp, rug):
    given_stock({lamp: 3})

    page = client.get("/")

    assertContains(page, "Popular now")
    assertContains(page, "Brass desk lamp")
    assertNotContains(page, "Wool rug")


def test_home_takes_as_many_queries_for_many_items(client, django_assert_max_num_queries):
    ItemFactory.create_batch(30)

    with django_assert_max_num_queries(7):
        client.get("/")


def test_results_show_name_brand_price_and_remaining_stock(client, lamp):
    update_item(item_id=lamp.pk, brand="Lumholt")
    given_stock({lamp: 37})

    page = client.get("/search/", {"q": "brass"})

    assertContains(page, "Brass desk lamp")
    assertContains(page, "Lumholt")
    assertContains(page, "$49.95")
    assertContains(page, "In stock: 37 left")
    assertContains(page, reverse("cart:add", args=[lamp.pk]))


def test_few_units_left_are_a_warning(client, lamp):
    given_stock({lamp: 3})

    assertContains(client.get("/search/"), "Only 3 left")


def test_an_item_out_of_stock_cannot_be_added(client, lamp):
    page = client.get("/search/")

    assertContains(page, "Out of stock")
    assertNotContains(page, reverse("cart:add", args=[lamp.pk]))


def test_an_item_with_all_units_held_shows_the_next_expiry(client, alice, lamp):
    given_stock({lamp: 2})
    hold(alice, {lamp: 2})

    page = client.get("/search/")

    assertContains(page, "All in shoppers’ checkouts, next may free up at")
    assertNotContains(page, "Out of stock")


def test_units_of_an_overdue_hold_are_in_stock_for_the_next_reader(client, alice, lamp):
    given_stock({lamp: 2})
    checkout = hold(alice, {lamp: 2})
    past = Now() - timedelta(hours=1)
    type(checkout).objects.filter(pk=checkout.pk).update(expires_at=past)
    AggregatedStock.objects.filter(item=lamp).update(next_release_at=past)

    assertContains(client.get(lamp.get_absolute_url()), "Only 2 left")


def test_filters_narrow_the_results(client, lamp, rug):
    given_stock({lamp: 1})

    skus = {
        query: [item.sku for item in client.get(f"/search/?{query}").context["results"].items]
        for query in (
            "category=Home",
            "max_price=50",
            "min_price=50",
            "in_stock=on",
            "sort=price",
            "sort=-price",
            "min_price=200&max_price=100",
        )
    }

    assert skus == {
        "category=Home": ["RUG"],
        "max_price=50": ["LAMP"],
        "min_price=50": ["RUG"],
        "in_stock=on": ["LAMP"],
        "sort=price": ["LAMP", "RUG"],
        "sort=-price": ["RUG", "LAMP"],
        "min_price=200&max_price=100": ["RUG"],
    }


@pytest.mark.parametrize("query", NONSENSE)
def test_nonsense_in_the_query_string_is_never_an_error(client, lamp, query):
    given_stock({lamp: 1})

    assert client.get(f"/search/?{query}").status_code == 200


def test_a_page_beyond_the_last_is_the_last(client):
    ItemFactory.create_batch(30)

    results = client.get("/search/?page=99").context["results"]

    assert (results.page, len(results.items)) == (2, 6)


def test_a_page_without_results_links_to_a_wider_search(client, lamp):
    page = client.get("/search/?q=zebra&in_stock=on")

    assertContains(page, "Nothing found")
    assertContains(page, 'href="?q=zebra"')


def test_the_query_is_shown_as_text_not_as_html(client, lamp):
    page = client.get("/search/", {"q": "<script>alert(1)</script>"})

    assertNotContains(page, "<script>alert")


def test_results_take_as_many_queries_for_many_as_for_one(client, django_assert_max_num_queries):
    given_stock(dict.fromkeys(ItemFactory.create_batch(24), 3))

    with django_assert_max_num_queries(4):
        client.get("/search/")


def test_an_item_has_one_url(client, lamp):
    bare = client.get(f"/items/{lamp.pk}/")
    wrong = client.get(f"/items/{lamp.pk}/brass-dish/")

    assertRedirects(bare, lamp.get_absolute_url(), status_code=301)
    assertRedirects(wrong, lamp.get_absolute_url(), status_code=301)


def test_an_item_whose_name_has_no_latin_letter_has_a_url_too(client):
    item = ItemFactory(name="שטיח צמר 🧶")

    assert item.get_absolute_url() == f"/items/{item.pk}/item/"
    assertContains(client.get(item.get_absolute_url()), "שטיח צמר")


def test_an_item_page_shows_live_stock_and_a_quantity_field(client, lamp):
    given_stock({lamp: 12})

    page = client.get(lamp.get_absolute_url())

    assertContains(page, "In stock: 12 left")
    assertContains(page, 'name="quantity"')


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 18, "9" * 400, "-1", "x", "%00"])
def test_an_unknown_item_is_not_found(client, pk):
    assert client.get(f"/items/{pk}/").status_code == 404


def test_an_item_no_longer_on_sale_is_not_found(client, lamp):
    update_item(item_id=lamp.pk, is_active=False)

    assert client.get(lamp.get_absolute_url()).status_code == 404


def test_pages_forbid_inline_scripts_and_styles(client, lamp):
    policy = client.get(lamp.get_absolute_url())["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_stored_picture_is_served_in_a_sandbox(client):
    folder = settings.MEDIA_ROOT / "items"
    folder.mkdir(parents=True, exist_ok=True)
    folder.joinpath("lamp.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")

    picture = client.get("/media/items/lamp.svg")

    assert (picture.status_code, picture["Content-Type"]) == (200, "image/svg+xml")
    assert picture["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    picture.close()


@pytest.mark.parametrize("path", ["items/nowhere.jpg", "a" * 300, "a/" * 3000])
def test_a_missing_picture_is_a_placeholder(client, path):
    picture = client.get(f"/media/{path}")

    assert (picture.status_code, picture["Content-Type"]) == (404, "image/svg+xml")
    picture.close()


@pytest.mark.parametrize(
    "path", ["../settings.py", "%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "%00"]
)
def test_pictures_open_no_other_folder(client, path):
    response = client.get(f"/media/{path}")

    assert response.status_code in {400, 404}
    response.close()


def test_an_unknown_url_has_a_page_with_a_search(client):
    page = client.get("/nowhere/")

    assertContains(page, "There is nothing here", status_code=404)
    assertContains(page, 'role="search"', status_code=404)


@pytest.mark.parametrize("host", ["", "a b", 'evil"'])
def test_an_invalid_host_is_refused_with_a_page(client, host):
    assertContains(client.get("/", HTTP_HOST=host), "We could not read that", status_code=400)


def test_a_server_error_has_a_page_without_queries(client, monkeypatch, django_assert_num_queries):
    client.raise_request_exception = False
    monkeypatch.setattr("catalog.storefront.views.get_item_catalogue", None)

    with django_assert_num_queries(0):
        page = client.get("/search/")

    assertContains(page, "We made a mistake", status_code=500)
