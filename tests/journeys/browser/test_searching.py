"""Searching in Debian's chromium: suggestions, corrected words, facets, no results."""

import pytest
from playwright.sync_api import expect

from tests.support.browser import PHONE, browser_page, look_at
from tests.support.factories import ItemFactory, given_stock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shelf(indexer, lamp, rug):
    ItemFactory(name="Floor lamp of oak", brand="Tollgate", category="Lighting")
    ItemFactory(name="Lamp shade", brand="Lumholt", category="Home")
    given_stock({lamp: 3})
    indexer.follow()


def test_suggestions_are_chosen_with_the_keyboard(live_server, shelf):
    with browser_page(live_server.url) as page:
        page.goto("/")
        box = page.get_by_role("combobox")
        box.press_sequentially("lig")
        option = page.get_by_role("option", name="lighting")
        expect(option).to_be_visible()
        look_at(page, "What are you looking for?")

        box.press("ArrowDown")
        expect(option).to_have_attribute("aria-selected", "true")
        box.press("Escape")
        expect(option).to_be_hidden()
        box.press_sequentially("h")
        expect(option).to_be_visible()
        box.press("ArrowDown")
        box.press("Enter")

        look_at(page, "Results for “lighting”")


def test_a_corrected_word_is_shown_and_can_be_undone(live_server, shelf):
    with browser_page(live_server.url, viewport=PHONE) as page:
        page.goto("/search/?q=lapm")
        look_at(page, "Results for “lapm”")
        expect(page.locator(".corrected")).to_contain_text("Showing results for lamp")
        page.get_by_role("link", name="Search instead for lapm").click()

        look_at(page, "Results for “lapm”")
        expect(page.locator("main")).to_contain_text("Nothing found")
        expect(page.get_by_role("heading", name="Popular now")).to_be_visible()


@pytest.mark.parametrize("is_scripted", [True, False], ids=["script", "no JavaScript"])
def test_a_price_in_the_words_fills_the_filter_and_can_be_taken_back(
    live_server, shelf, is_scripted
):
    with browser_page(live_server.url, viewport=PHONE, java_script_enabled=is_scripted) as page:
        page.goto("/search/?q=lamp+-oak+under+%2410")
        look_at(page, "Results for “lamp -oak under $10”")
        hints = page.locator("#results-hints")
        expect(hints).to_contain_text("up to $10.00")
        expect(hints).to_contain_text("without oak")
        expect(page.locator("#max_price")).to_have_value("10")
        page.get_by_role("link", name="Any price").click()

        look_at(page, "Results for “lamp -oak”")
        expect(hints).not_to_contain_text("up to")
        page.get_by_role("link", name="Search for exactly these words").click()
        expect(hints).not_to_contain_text("without oak")


def test_partial_matches_are_told(live_server, shelf):
    with browser_page(live_server.url) as page:
        page.goto("/search/?q=woollen+lamp")
        look_at(page, "Results for “woollen lamp”")
        expect(page.locator(".partial")).to_contain_text("No item has all of these words.")


@pytest.mark.parametrize("is_scripted", [True, False], ids=["script", "no JavaScript"])
def test_several_facets_narrow_the_results(live_server, shelf, is_scripted):
    with browser_page(live_server.url, java_script_enabled=is_scripted) as page:
        page.goto("/search/?q=lamp")
        page.get_by_label("Tollgate (1)").check()
        page.get_by_label("Lumholt (1)").check()
        page.get_by_role("button", name="Show items").click()

        look_at(page, "Results for “lamp”")
        expect(page.locator(".card")).to_have_count(2)
        page.get_by_label("Lumholt (1)").uncheck()
        page.get_by_role("button", name="Show items").click()
        expect(page.locator(".card")).to_have_count(1)
