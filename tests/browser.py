"""Debian's chromium, for journeys through the shop's pages."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


def look_at(page: Page, heading: str) -> None:
    """The page has this heading, fits the screen and has no accessibility violation."""
    expect(page.locator("h1")).to_have_text(heading)
    if page.is_scripted:
        results = Axe().run(page)
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@contextmanager
def browser_page(url: str, **options) -> Iterator[Page]:
    """Open a page of a fresh browser. Until it is closed the test leaves the database alone:

    Playwright runs an event loop in this thread, in which Django refuses to query.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        context = browser.new_context(base_url=url, **options)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.is_scripted = options.get("java_script_enabled", True)
        yield page
        browser.close()
