"""Pages for search engines, and live stock for open pages: both agree with the visible page."""

import json
import re

import pytest
from pytest_django.asserts import assertContains

from catalog.items import update_item
from catalog.search.query.search_query import SearchQuery
from catalog.templatetags.catalogue import highlight
from tests.support.factories import ItemFactory, given_stock
from tests.support.stories import hold

pytestmark = pytest.mark.django_db


def product_of(page) -> dict:
    match = re.search(r'<script type="application/ld\+json">(.*?)</script>', page.content.decode())
    return json.loads(match[1])


@pytest.mark.parametrize(
    ("units", "availability"), [(0, "OutOfStock"), (2, "LimitedAvailability"), (50, "InStock")]
)
def test_the_product_data_agrees_with_the_page(client, lamp, units, availability):
    given_stock({lamp: units} if units else {})

    page = client.get(lamp.get_absolute_url())
    product = product_of(page)

    assert product["name"] == lamp.name
    assert product["offers"]["price"] == "49.95"
    assert product["offers"]["availability"] == f"https://schema.org/{availability}"
    assert product["offers"]["url"] == f"http://testserver{lamp.get_absolute_url()}"


def test_no_name_ends_the_product_data_early(client):
    evil = ItemFactory(name="</script><script>alert(1)</script>", description="<!-- & -->")

    page = client.get(evil.get_absolute_url())

    assert "<script>alert" not in page.content.decode()
    assert product_of(page)["name"] == evil.name


def test_the_sitemap_lists_the_items_on_sale(client, lamp, rug):
    update_item(item_id=rug.pk, is_active=False)

    index = client.get("/sitemap.xml").content.decode()
    items = client.get("/sitemap-items.xml").content.decode()

    assert "http://testserver/sitemap-items.xml" in index
    assert lamp.get_absolute_url() in items
    assert rug.get_absolute_url() not in items


def test_robots_txt_names_the_sitemap(client):
    response = client.get("/robots.txt")

    assert response["Content-Type"].startswith("text/plain")
    assert "Sitemap: http://testserver/sitemap.xml" in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_an_open_page_gets_the_current_stock(client, alice, lamp, rug):
    given_stock({lamp: 9, rug: 3})
    hold(alice, {lamp: 5})

    response = client.get(f"/items/stock/?item={lamp.pk}&item={rug.pk}&item=x&item=%00&item=99")

    html = response.content.decode()
    assert f'data-stock-of="{lamp.pk}"' in html
    assert "Only 4 left" in html
    assert "Only 3 left" in html
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "query", "marked"),
    [
        ("Laser printers", "printer", "Laser <mark>printers</mark>"),
        ("<b>Lamp</b> & co", "lamp b", "&lt;<mark>b</mark>&gt;<mark>Lamp</mark>"),
        ("Crème Brûlée", "creme", "<mark>Crème</mark> Brûlée"),
        ("Lamp", "", "Lamp"),
    ],
)
def test_words_of_the_query_are_marked(name, query, marked):
    assert highlight(name, SearchQuery(text=query)).startswith(marked)


def test_results_name_their_canonical_url(client, lamp):
    page = client.get("/search/?q=brass&sort=price&in_stock=on&min_price=3&category=Lighting")

    assertContains(page, 'rel="canonical" href="http://testserver/search/?q=brass&amp;category=')
    assertContains(page, 'name="description"')


def test_pages_are_compressed_for_browsers_that_accept_it(client, lamp):
    page = client.get("/search/?q=brass", headers={"accept-encoding": "gzip"})

    assert page["Content-Encoding"] == "gzip"
