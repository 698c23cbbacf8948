"""Filters of search results: in place with JavaScript, by the form's button without."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import (
    DESK,
    PHONE,
    browser_page,
    expect_ring,
    has_focus,
    look_at,
    press_until,
)
from tests.support.factories import ItemFactory, given_stock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HEADING = "Results for “lamp”"


@pytest.fixture
def shelf(indexer, lamp):
    oak = ItemFactory(name="Floor lamp of oak", brand="Tollgate", category="Lighting")
    ItemFactory(name="Clamp lamp", brand="Tollgate", category="Lighting")
    ItemFactory(name="Lamp shade", brand="Lumholt", category="Home")
    given_stock({lamp: 3, oak: 2})
    indexer.follow()


def test_filters_work_in_place_and_the_back_button_undoes_them(live_server, shelf):
    with browser_page(live_server.url, viewport=DESK) as page:
        page.goto("/search/?q=lamp")
        look_at(page, HEADING)
        page.evaluate("window.isSamePage = true")
        page.get_by_label("Tollgate (2)").focus()
        page.keyboard.press("Space")
        expect_items(page, "Clamp lamp", "Floor lamp of oak")
        expect(page).to_have_url(re.compile("brand=Tollgate"))
        assert has_focus(page.get_by_label("Tollgate (2)"))
        page.get_by_label("In stock only").check()
        expect_items(page, "Floor lamp of oak")
        expect(page.locator("#results-count")).to_have_text("1 item")
        expect(page).to_have_url(re.compile("in_stock=on"))
        look_at(page, HEADING)
        assert page.evaluate("window.isSamePage")

        page.go_back()
        expect_items(page, "Clamp lamp", "Floor lamp of oak")
        expect(page.get_by_label("Tollgate")).to_be_checked()
        expect(page.get_by_label("In stock only")).not_to_be_checked()
        page.go_back()
        expect(page.locator(".card")).to_have_count(4)
        expect(page.get_by_label("Tollgate")).not_to_be_checked()
        page.go_forward()
        expect(page.get_by_label("Tollgate")).to_be_checked()
        expect_items(page, "Clamp lamp", "Floor lamp of oak")


def test_without_script_the_button_shows_the_items(live_server, shelf):
    with browser_page(live_server.url, viewport=DESK, java_script_enabled=False) as page:
        page.goto("/search/?q=lamp")
        page.get_by_label("Tollgate (2)").check()
        page.get_by_label("In stock only").check()
        page.get_by_role("button", name="Show items").click()
        expect_items(page, "Floor lamp of oak")
        look_at(page, HEADING)
        expect(page.get_by_label("In stock only")).to_be_checked()
        page.go_back()
        expect(page.locator(".card")).to_have_count(4)


def test_on_a_phone_the_filters_are_a_drawer(live_server, shelf):
    with browser_page(live_server.url, viewport=PHONE) as page:
        page.goto("/search/?q=lamp")
        drawer, opener = page.locator(".filter-form"), page.locator(".filters > summary")
        expect(drawer).to_be_hidden()
        press_until(page, "Tab", opener)
        page.keyboard.press("Enter")
        expect(drawer).to_be_visible()
        look_at(page, HEADING)
        press_until(page, "Tab", page.get_by_label("Tollgate"))
        page.keyboard.press("Space")
        expect_items(page, "Clamp lamp", "Floor lamp of oak")
        assert has_focus(page.get_by_label("Tollgate"))
        press_until(page, "Tab", page.get_by_role("link", name="Clear filters"))
        page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()
        assert has_focus(opener)
        opener.click()
        press_beside(page)
        expect(drawer).to_be_hidden()
        opener.click()
        look_at(page, HEADING)
        page.locator(".price-range legend").click()  # takes the focus from what had it
        page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()
        page.keyboard.press("Enter")
        press_until(page, "Tab", page.get_by_role("link", name="Clear filters"))
        page.keyboard.press("Tab")
        expect_ring(page)
        expect(drawer).to_be_hidden()


def test_without_script_the_drawer_closes_by_pressing_beside_it(live_server, shelf):
    with browser_page(live_server.url, viewport=PHONE, java_script_enabled=False) as page:
        page.goto("/search/?q=lamp")
        drawer, opener = page.locator(".filter-form"), page.locator(".filters > summary")
        opener.click()
        page.get_by_label("Lumholt").check()
        press_beside(page)
        expect(drawer).to_be_hidden()
        opener.click()
        expect(page.get_by_label("Lumholt")).to_be_checked()
        page.get_by_role("button", name="Show items").click()
        expect_items(page, "Lamp shade")
        expect(drawer).to_be_hidden()


def press_beside(page: Page) -> None:
    page.mouse.click(10, PHONE["height"] / 2)


def expect_items(page: Page, *names: str) -> None:
    expect(page.locator(".card")).to_have_count(len(names))
    assert sorted(page.locator(".card-name").all_inner_texts()) == sorted(names)
