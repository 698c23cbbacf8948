"""Pictures from a blob storage in Debian's chromium: the best size, and the drawn one."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from playwright.sync_api import expect

from catalog.items import update_item
from catalog.pictures.resizing import make_sizes
from shop.core.media_storage import read_storage_url
from tests.support.blob_server import open_bucket, s3_server
from tests.support.browser import PHONE, browser_page
from tests.support.factories import ItemFactory
from tests.support.pictures import drawn

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def blobs(settings, monkeypatch):
    """Keep pictures in a bucket that pages may load from."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with s3_server() as address:
        backend, origins = read_storage_url(f"s3://pics?endpoint_url={address}")
        settings.STORAGES = {**settings.STORAGES, "default": backend}
        policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        loaded = {**policy, "img-src": [*policy["img-src"], *origins]}
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": loaded}
        open_bucket(default_storage)
        yield default_storage.bucket


def test_a_browser_takes_the_best_size_and_draws_what_is_lost(live_server, blobs, lamp, rug):
    for item in [lamp, rug, *ItemFactory.create_batch(22)]:
        default_storage.save(f"pictures/{item.sku}.png", ContentFile(drawn("PNG")))
        update_item(item_id=item.pk, image=f"pictures/{item.sku}.png")
    make_sizes()
    blobs.objects.filter(Prefix="pictures/RUG").delete()

    with browser_page(live_server.url, viewport=PHONE) as page:
        complaints = []
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(lamp.get_absolute_url())
        shown = page.locator(".item-picture img")
        expect(shown).not_to_have_js_property("naturalWidth", 0)
        chosen = shown.evaluate("picture => picture.currentSrc")
        page.goto(rug.get_absolute_url())
        expect(shown).to_have_attribute("src", "/static/placeholder.svg")
        expect(shown).not_to_have_js_property("naturalWidth", 0)
        page.goto("/search/")  # whose last pictures are not asked for yet
        page.locator(".card").last.scroll_into_view_if_needed()
        expect(page.locator("img[src='/static/placeholder.svg']")).to_have_count(1)

    assert chosen.endswith("/pics/pictures/LAMP.png.640.avif")
    assert not [message for message in complaints if "Content Security Policy" in message]
