"""Pages are light, and their layout does not shift."""

import gzip

import pytest
from playwright.sync_api import Page, Response

from catalog.models import Item
from tests.support.browser import DESK, PHONE, browser_page, hold_items
from tests.support.factories import ItemFactory, given_stock
from tests.support.stories import put_in_cart

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MAX_BYTES = 300_000  # of a page with its styles and scripts, none of it compressed
MAX_SCRIPT_BYTES = 50_000  # compressed
MAX_SHIFT = 0.02
COUNT_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.shifted += shift.value;
}).observe({ type: "layout-shift", buffered: true });
"""
TEXTS = {"document", "stylesheet", "script"}


@pytest.fixture
def full_shop(indexer, alice) -> Item:
    """Fill all pages as far as they get, and return an item."""
    items = [
        ItemFactory(
            name=f"Brass desk lamp number {n}, with a long name as names in feeds are",
            brand=f"Brand {n % 15}",
            category=f"Department {n % 15}",
            description="A lamp for a desk. " * 60,
        )
        for n in range(30)
    ]
    given_stock(dict.fromkeys(items, 5))
    indexer.follow()
    put_in_cart(alice, dict.fromkeys(items, 2))
    return items[0]


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_are_light_and_stand_still(live_server, alice, full_shop, viewport):
    item = full_shop.get_absolute_url()
    paths = ["/", "/search/?q=lamp", item, "/cart/", "/checkout/review/"]

    with browser_page(live_server.url, signed_in=alice, viewport=viewport) as page:
        hold_items(page)
        page.add_init_script(COUNT_SHIFTS)
        chromium = page.context.new_cdp_session(page)
        chromium.send("Network.setCacheDisabled", {"cacheDisabled": True})
        for path in paths:
            texts, scripts = weigh(page, path)
            assert texts <= MAX_BYTES, path
            assert scripts <= MAX_SCRIPT_BYTES, path
            assert page.evaluate("window.shifted") < MAX_SHIFT, path
        page.evaluate("document.querySelector('h1').style.height = '500px'")
        page.wait_for_function(f"window.shifted > {MAX_SHIFT}")  # it is really measured


def weigh(page: Page, path: str) -> tuple[int, int]:
    """Open a page; return the bytes of its texts, and of its scripts."""
    responses: list[Response] = []

    def record(response: Response) -> None:
        responses.append(response)

    page.goto("about:blank")  # so that no late response of the page before is recorded
    page.on("response", record)
    page.goto(path, wait_until="networkidle")
    page.remove_listener("response", record)
    texts = [a for a in responses if a.request.resource_type in TEXTS]
    scripts = [gzip.compress(a.body()) for a in texts if a.request.resource_type == "script"]
    return sum(len(a.body()) for a in texts), sum(map(len, scripts))
