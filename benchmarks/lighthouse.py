"""Lighthouse over the main pages of a running demo, as on a phone with a slow connection.

    make lighthouse [ADDRESS=http://127.0.0.1:8000] [RUNS=3]

Needs Node.js, whose package runner fetches Lighthouse, and Debian's chromium. The figures
are the medians of RUNS.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

ADDRESS = os.environ.get("ADDRESS", "http://127.0.0.1:8000")
RUNS = int(os.environ.get("RUNS", "3"))
LIGHTHOUSE = os.environ.get("LIGHTHOUSE", "npx --yes lighthouse@13").split()
CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]
MIN_SCORE = 95
AUDITS = {"largest-contentful-paint": "LCP", "cumulative-layout-shift": "CLS"}
AUDITS |= {"total-blocking-time": "TBT", "total-byte-weight": "weight"}
FLAGS = "--headless=new --no-sandbox --disable-gpu"


def main() -> None:
    with Shopper() as shopper:
        item = search_page(r'href="(/items/[^"]+)"', shopper.read("/search/?q=lamp"))
        shopper.add(item)
        pages = ["/", "/search/?q=lamp", item, "/cart/", "/checkout/"]
        bad = [page for page in pages if not report(page, shopper.cookie)]
    sys.exit(1 if bad else 0)


class Shopper:
    """The demo's shopper, signed in, with an item in the cart."""

    def __enter__(self) -> "Shopper":
        self.jar = CookieJar()
        cookies = urllib.request.HTTPCookieProcessor(self.jar)
        self.opener = urllib.request.build_opener(cookies)
        self.post("/accounts/login/", login="shopper@example.com", password="demo")  # noqa: S106
        return self

    def __exit__(self, *error: object) -> None:
        self.opener.close()

    def read(self, path: str) -> str:
        return self.opener.open(ADDRESS + path).read().decode()

    def post(self, path: str, *, on: str = "", **fields: str) -> None:
        token = search_page(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.read(on or path))
        form = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
        headers = {"Referer": ADDRESS + (on or path)}
        self.opener.open(urllib.request.Request(ADDRESS + path, form, headers))  # noqa: S310

    def add(self, item: str) -> None:
        key = item.split("/")[2]
        self.post(f"/cart/items/{key}/add/", on=item, quantity="1")

    @property
    def cookie(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)


def search_page(pattern: str, html: str) -> str:
    """Return the first group of the pattern in the page. Raises ValueError."""
    match = re.search(pattern, html)
    if not match:
        raise ValueError(f"{pattern} is not on the page; is a demo running at {ADDRESS}?")
    return match[1]


def report(page: str, cookie: str) -> bool:
    """Print the scores of a page; returns whether each is at least MIN_SCORE."""
    runs = [run(page, cookie) for _ in range(RUNS)]
    scores = {
        name: round(100 * statistics.median(result["categories"][name]["score"] for result in runs))
        for name in CATEGORIES
        # Pages behind a sign-in are excluded from search engines.
        if name != "seo" or not page.startswith(("/cart", "/checkout"))
    }
    values = {name: [result["audits"][name]["numericValue"] for result in runs] for name in AUDITS}
    medians = ", ".join(f"{AUDITS[n]} {statistics.median(v):.4g}" for n, v in values.items())
    print(f"{page:40}" + "".join(f"{n} {s}  " for n, s in scores.items()) + medians, flush=True)
    for name, audit in runs[0]["audits"].items():
        if audit.get("score") is not None and audit["score"] < 0.9 and "-v" in sys.argv:
            print(f"    {name}: {audit['title']} {audit.get('displayValue', '')}")
    return min(scores.values()) >= MIN_SCORE


def run(page: str, cookie: str) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        headers = Path(folder) / "headers.json"
        headers.write_text(json.dumps({"Cookie": cookie}))
        out = Path(folder) / "report.json"
        command = [*LIGHTHOUSE, ADDRESS + page, "--quiet", "--output=json", f"--output-path={out}"]
        command += [f"--chrome-flags={FLAGS}", f"--only-categories={','.join(CATEGORIES)}"]
        if page.startswith(("/cart", "/checkout")):
            command.append(f"--extra-headers={headers}")
        chromium = shutil.which("chromium") or "/usr/bin/chromium"
        subprocess.run(command, check=True, env={**os.environ, "CHROME_PATH": chromium})
        return json.loads(out.read_text())


if __name__ == "__main__":
    main()
