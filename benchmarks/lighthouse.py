"""Lighthouse over the main pages of a running demo: what a phone on a slow line meets.

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
LEAST = 95
WANTED = {"largest-contentful-paint": "LCP", "cumulative-layout-shift": "CLS"}
WANTED |= {"total-blocking-time": "TBT", "total-byte-weight": "weight"}
FLAGS = "--headless=new --no-sandbox --disable-gpu"


def main() -> None:
    with Shopper() as shopper:
        item = found(r'href="(/items/[^"]+)"', shopper.read("/search/?q=lamp"))
        shopper.add(item)
        pages = ["/", "/search/?q=lamp", item, "/cart/", "/checkout/"]
        bad = [page for page in pages if not report(page, shopper.cookie)]
    sys.exit(1 if bad else 0)


class Shopper:
    """The demo's shopper, signed in, with something in the cart."""

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

    def post(self, path: str, *, on: str = "", **said: str) -> None:
        token = found(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.read(on or path))
        form = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **said}).encode()
        headers = {"Referer": ADDRESS + (on or path)}
        self.opener.open(urllib.request.Request(ADDRESS + path, form, headers))  # noqa: S310

    def add(self, item: str) -> None:
        key = item.split("/")[2]
        self.post(f"/cart/items/{key}/add/", on=item, quantity="1")

    @property
    def cookie(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)


def found(pattern: str, html: str) -> str:
    match = re.search(pattern, html)
    if not match:
        raise ValueError(f"{pattern} is not on the page; is a demo running at {ADDRESS}?")
    return match[1]


def report(page: str, cookie: str) -> bool:
    """Print the scores of a page; returns whether each is good enough."""
    runs = [run(page, cookie) for _ in range(RUNS)]
    scores = {
        name: round(100 * statistics.median(one["categories"][name]["score"] for one in runs))
        for name in CATEGORIES
        # Pages behind a sign-in ask search engines to stay away.
        if name != "seo" or not page.startswith(("/cart", "/checkout"))
    }
    values = {name: [one["audits"][name]["numericValue"] for one in runs] for name in WANTED}
    seen = ", ".join(f"{WANTED[n]} {statistics.median(v):.4g}" for n, v in values.items())
    print(f"{page:40}" + "".join(f"{n} {s}  " for n, s in scores.items()) + seen, flush=True)
    for name, audit in runs[0]["audits"].items():
        if audit.get("score") is not None and audit["score"] < 0.9 and "-v" in sys.argv:
            print(f"    {name}: {audit['title']} {audit.get('displayValue', '')}")
    return min(scores.values()) >= LEAST


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
