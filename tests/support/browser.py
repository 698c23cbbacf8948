"""Debian's chromium for journeys through the shop's pages, with checks of accessibility."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe, AxeResults
from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Response,
    expect,
    sync_playwright,
)

from tests.support.concurrency import at_once

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

# Screens and settings in which a journey is repeated.
on_each_screen = pytest.mark.parametrize(
    "options",
    [
        pytest.param({"viewport": DESK, "color_scheme": "light"}, id="desk"),
        pytest.param({"viewport": PHONE, "color_scheme": "dark"}, id="phone, dark"),
        pytest.param({"viewport": PHONE, "java_script_enabled": False}, id="no JavaScript"),
    ],
)
with_and_without_script = pytest.mark.parametrize(
    "options",
    [
        pytest.param({"viewport": PHONE}, id="script"),
        pytest.param({"java_script_enabled": False}, id="no JavaScript"),
    ],
)
ADDRESS = {
    "Full name": "Dora Example",
    "Street and number": "400 Broad St",
    "City": "Seattle",
    "State": "WA",
    "ZIP": "98109",
}
# Console messages that are no fault: a response with a 4xx status, which a page may have, and
# a request that htmx aborted for a newer one.
HARMLESS = ("Failed to load resource", "htmx:sendAbort", "htmx:afterRequest")
# Returns the fault of the focused element or of its ring, empty if there is none.
LOOK_AT_FOCUS = """
() => {
  const at = document.activeElement;
  if (!at || at === document.body) return "The focus is lost.";
  const html = at.outerHTML.slice(0, 160);
  const style = getComputedStyle(at);
  const width = parseFloat(style.outlineWidth);
  if (!at.matches(":focus-visible") || style.outlineStyle === "none" || width < 2)
    return `No ring around ${html}`;
  const box = at.getClientRects()[0];
  const reach = width + parseFloat(style.outlineOffset);
  if (box.left < reach || box.right + reach > document.documentElement.clientWidth)
    return `The ring is beside the screen, around ${html}`;
  for (let over = at.parentElement; over !== document.body; over = over.parentElement) {
    const edge = over.getBoundingClientRect();
    if (getComputedStyle(over).overflowX === "visible") continue;
    if (box.left - reach < edge.left - 0.5 || box.right + reach > edge.right + 0.5)
      return `The ring is cut off, around ${html}`;
  }
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return at.contains(top) ? "" : `${top?.outerHTML.slice(0, 160)} hides ${html}`;
}
"""


def look_at(page: Page, heading: str) -> None:
    """Assert that the page has the heading, fits the screen and is accessible, light and dark."""
    expect(page.locator("h1")).to_have_text(heading)
    if page.context.is_scripted:
        _expect_no_violation(page, Axe().run(page))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
        page.emulate_media(color_scheme=_other(page.context.color_scheme))
        contrast = page.evaluate("axe.run({runOnly: ['color-contrast']})")
        _expect_no_violation(page, AxeResults(contrast))
        page.emulate_media(color_scheme=page.context.color_scheme)


def press_until(page: Page, key: str, part: Locator, *, most: int = 40) -> None:
    """Press a key until the part has the focus; every stop on the way must have a visible ring."""
    goal = part.element_handle()
    for _press in range(most):
        page.keyboard.press(key)
        wrong, is_there = goal.evaluate(
            f"goal => [({LOOK_AT_FOCUS})(), goal === document.activeElement]"
        )
        assert not wrong, f"{page.url}: {wrong}"
        if is_there:
            return
    raise AssertionError(f"{most} times {key} do not reach {part}")


def expect_ring(page: Page) -> None:
    """Assert that the focused element has a visible ring."""
    wrong = page.evaluate(LOOK_AT_FOCUS)
    assert not wrong, f"{page.url}: {wrong}"


def has_focus(part: Locator) -> bool:
    return part.evaluate("part => part === document.activeElement")


def fill_address(page: Page) -> None:
    for label, text in ADDRESS.items():
        page.get_by_label(label).fill(text)


def hold_items(page: Page) -> None:
    """Fill in an address and begin the checkout."""
    page.goto("/checkout/")
    fill_address(page)
    page.get_by_role("button", name="Hold my items").click()
    expect(page.locator("h1")).to_have_text("Look over and order")


def meanwhile(verb: Callable, *args, **kwargs):
    """Call a verb in a thread of its own while a page is open, and return its result."""
    (result,) = at_once(lambda: verb(*args, **kwargs))
    if isinstance(result, Exception):
        raise result
    return result


@contextmanager
def browser_page(url: str, *, signed_in=None, **options) -> Iterator[Page]:
    """Open a page of a new browser, in which every error fails the test.

    Playwright runs an event loop in this thread, in which Django refuses to query: until
    the page is closed the test leaves the database to `meanwhile`.
    """
    cookies = [_session_cookie(url, signed_in)] if signed_in else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        context = browser.new_context(base_url=url, reduced_motion="reduce", **options)
        context.set_default_timeout(10_000)
        context.add_cookies(cookies)
        context.is_scripted = options.get("java_script_enabled", True)
        context.color_scheme = options.get("color_scheme", "light")
        with no_complaints(context):
            yield context.new_page()
        browser.close()


@contextmanager
def no_complaints(context: BrowserContext) -> Iterator[None]:
    """Assert that no script fails, no console logs an error, and every page has a strict CSP."""
    complaints: list[str] = []

    def record_error(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(HARMLESS):
            complaints.append(message.text)

    def check(response: Response) -> None:
        request = response.request
        if request.resource_type != "document":
            if response.status >= 400:
                complaints.append(f"{response.status}: {request.url}")
            return
        policy = response.headers.get("content-security-policy", "")
        if "default-src 'self'" not in policy or "unsafe" in policy:
            complaints.append(f"{request.url} has the policy {policy!r}")

    context.on("console", record_error)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("response", check)
    yield
    assert not complaints, complaints


def _expect_no_violation(page: Page, results: AxeResults) -> None:
    assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"


def _other(scheme: str) -> str:
    return "light" if scheme == "dark" else "dark"


def _session_cookie(url: str, customer) -> dict:
    client = Client()
    client.force_login(customer)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}
