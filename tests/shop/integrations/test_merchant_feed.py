"""The product feed: it agrees with the pages and the API, and can be imported."""

import gzip
import json
import re
from io import StringIO
from xml.etree import ElementTree

import pytest
from django.core.management import call_command

from catalog.items import update_item
from catalog.models import AggregatedStock, Item
from shop.core.db import keyset
from tests.support.factories import ItemFactory, given_stock
from tests.support.stories import hold

pytestmark = pytest.mark.usefixtures("conserved")

ADDRESS = "/feeds/google-merchant.xml"
GOOGLE = "{http://base.google.com/ns/1.0}"
DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(keyset, "BATCH_SIZE", 2)


def entries(client) -> dict[str, dict[str, str]]:
    """Return the feed's items by id, each as a dict of its elements."""
    root = ElementTree.fromstring(client.get(ADDRESS).getvalue())  # noqa: S314 -- our own
    items = (
        {element.tag.removeprefix(GOOGLE): element.text for element in item}
        for item in root.iter("item")
    )
    return {item["id"]: item for item in items}


def test_the_feed_agrees_with_the_page_and_the_api(client, lamp, rug):
    ItemFactory(sku="GONE", is_active=False)
    given_stock({lamp: 3})

    feed = entries(client)

    assert feed.keys() == {"LAMP", "RUG"}
    for item in (lamp, rug):
        entry = feed[item.sku]
        api = client.get(f"/api/v1/items/{item.pk}/").json()
        page = client.get(entry["link"].removeprefix("http://testserver")).content.decode()
        offer = json.loads(DATA.search(page)[1])["offers"]
        assert entry["link"] == api["url"] == offer["url"]
        assert entry["price"] == f"{api['price']} {api['currency']}"
        assert entry["price"] == f"{offer['price']} {offer['priceCurrency']}"
        assert (entry["availability"] == "in_stock") == api["in_stock"]
        is_out = offer["availability"] == "https://schema.org/OutOfStock"
        assert (entry["availability"] == "out_of_stock") == is_out
        assert (entry["title"], entry["condition"]) == (api["name"], "new")
    assert (feed["LAMP"]["availability"], feed["RUG"]["availability"]) == (
        "in_stock",
        "out_of_stock",
    )


def test_units_of_overdue_holds_count_as_on_the_pages(client, alice, lamp, settings):
    settings.CHECKOUT_HOLD_SECONDS = 0
    given_stock({lamp: 1})
    hold(alice, {lamp: 1})

    assert entries(client)["LAMP"]["availability"] == "in_stock"


def test_the_feed_can_be_imported(client, tmp_path):
    ItemFactory(
        sku="<&>\"'",
        name="Tom & Jerry's < big > lamp",
        description="One\n\nTwo & three\x0b\x1f",
        brand="Ardo",
        category="Lighting",
        weight=500,
        specifications=[
            *[["Model number", "M-1"], ["GTIN", "0123"], ["Color", "Red"]],
            *[["Height", "1,5 m: with foot"], ["Color", "Blue"]],
        ],
    )
    before = list(Item.objects.order_by("pk").values())
    path = tmp_path / "feed.xml"
    path.write_bytes(client.get(ADDRESS).getvalue())
    out = StringIO()
    Item.objects.update(name="Other", price=1, weight=None, specifications=[], description="")

    call_command("import_catalog", path, stdout=out)

    assert out.getvalue().startswith("1 rows: 0 new, 1 updated")
    [after], [item] = list(Item.objects.values()), before
    for name in ("sku", "name", "price", "brand", "category", "weight", "specifications"):
        assert after[name] == item[name], name
    assert after["description"] == "One\n\nTwo & three"


def test_pictures_and_numbers_are_in_the_feed_where_items_have_them(client, lamp, rug):
    Item.objects.filter(pk=lamp.pk).update(
        image="items/lamp.svg", specifications=[["GTIN", "0123"], ["Model number", "M-1"]]
    )

    feed = entries(client)

    assert feed["LAMP"]["image_link"] == "http://testserver/media/items/lamp.svg"
    assert (feed["LAMP"]["gtin"], feed["LAMP"]["mpn"]) == ("0123", "M-1")
    assert not {"image_link", "gtin", "mpn", "brand"} & feed["RUG"].keys()


def test_characters_that_xml_forbids_are_left_out(client):
    ItemFactory(sku="X", name="A\x08B\ufffeC\U0001f600")

    assert entries(client)["X"]["title"] == "ABC\U0001f600"


def test_a_feed_that_did_not_change_is_not_sent_again(client, lamp):
    first = client.get(ADDRESS)
    same = client.get(ADDRESS, headers={"If-None-Match": first["ETag"]})
    update_item(item_id=lamp.pk, price="59.95")
    dearer = client.get(ADDRESS, headers={"If-None-Match": first["ETag"]})
    given_stock({lamp: 1})
    in_stock = client.get(ADDRESS, headers={"If-None-Match": dearer["ETag"]})
    given_stock({lamp: 1})
    more = client.get(ADDRESS, headers={"If-None-Match": in_stock["ETag"]})

    statuses = [page.status_code for page in (first, same, dearer, in_stock, more)]
    assert statuses == [200, 304, 200, 200, 304]
    assert first["Cache-Control"] == "public, max-age=60"
    assert first["Content-Type"] == "application/rss+xml; charset=utf-8"


def test_a_compressed_feed_is_streamed_too(client):
    for _ in range(5):
        ItemFactory()

    answer = client.get(ADDRESS, headers={"Accept-Encoding": "gzip"})

    assert answer.streaming
    assert gzip.decompress(answer.getvalue()).count(b"<item>") == 5


def test_an_empty_shop_has_an_empty_feed(client):
    AggregatedStock.objects.all().delete()

    assert entries(client) == {}
