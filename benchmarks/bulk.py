"""Bulk jobs, exports and feeds over HTTP: seconds, first bytes, and peak memory.

The web server has one worker, the celery worker and beat are the demo's own.

make bench-bulk [LINES=100000] [ROWS=200000] [FEED=20000]
"""

import json
import os
import re
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.stage import fill_shop, own_shop, web_server
from shop.core.api.permissions import Scope
from shop.embedded.data_folder import BASE_DIR, DataFolder
from shop.embedded.shop_programs import beat, worker

LINES = int(os.environ.get("LINES", "100000"))
ROWS = int(os.environ.get("ROWS", "200000"))
FEED = int(os.environ.get("FEED", "20000"))
WORDS = "A solid thing that lasts, described at the length that descriptions have." * 4


def main() -> None:
    with own_shop(), web_server(workers=1) as port, workers():
        token = make_token()
        Api.base, Api.token = f"http://127.0.0.1:{port}", token
        make_warehouse()
        upload("items", "/api/v1/items/bulk/", items())
        upload("items, again", "/api/v1/items/bulk/", items())
        upload("receipts", "/api/v1/receipts/bulk/", receipts())
        upload("counts, a tenth of them wrong", "/api/v1/counts/bulk/", counts())
        audit()
        add_items_to(ROWS)
        download("items", "/api/v1/exports/items/")
        download("items, packed", "/api/v1/exports/items/", "gzip")
        download("the ledger", "/api/v1/exports/movements/")
        keep_on_sale(FEED)
        download(f"the feed of {FEED} items", "/feeds/google-merchant.xml")
        import_feed()


class Api:
    """Calls of the shop's API with one token."""

    base = token = ""

    @classmethod
    def open(cls, path: str, body=None, **headers: str):
        """Send a GET, or a POST with the body, and return the response."""
        url = path if path.startswith("http") else cls.base + path
        headers = {"Authorization": f"Bearer {cls.token}", **headers}
        request = urllib.request.Request(url, body, headers)  # noqa: S310 -- loopback
        return urllib.request.urlopen(request, timeout=600)  # noqa: S310


def items() -> Iterator[bytes]:
    for n in range(LINES):
        fields = {"sku": f"BULK-{n:07d}", "name": f"Thing number {n}", "price": "49.95"}
        yield json.dumps({**fields, "brand": "Ardo", "category": "Things", "description": WORDS})


def receipts() -> Iterator[bytes]:
    for n in range(LINES):
        fields = {"warehouse": "BENCH", "sku": f"BULK-{n:07d}", "quantity": 5}
        yield json.dumps({**fields, "reference": f"DN-{n // 500}"})


def counts() -> Iterator[bytes]:
    for n in range(LINES):
        fields = {"warehouse": "BENCH", "sku": f"BULK-{n:07d}", "expected": 5}
        yield json.dumps({**fields, "physical_stock": 5 if n % 10 else 4})


def upload(what: str, path: str, lines: Iterator[str]) -> None:
    body = "\n".join(lines).encode()
    with watched("web") as web_peak, watched("celery") as worker_peak:
        began = time.perf_counter()
        job = json.load(Api.open(path, body, **{"Content-Type": "application/x-ndjson"}))
        accepted = time.perf_counter() - began
        while job["status"] in {"queued", "running"}:
            time.sleep(0.2)
            job = json.load(Api.open(job["url"]))
        took = time.perf_counter() - began
        results = sum(1 for _ in Api.open(job["results"]))
        print(
            f"{LINES} {what} ({len(body) / 2**20:.0f} MiB): accepted in {accepted:.1f} s, "
            f"{job['status']} in {took:.1f} s ({LINES / took:.0f} lines a second), "
            f"{job['failed']} failed, {results} results; "
            f"web {web_peak()} MiB, worker {worker_peak()} MiB at most"
        )


def download(what: str, path: str, encoding: str = "identity") -> None:
    with watched("web") as web_peak:
        began = time.perf_counter()
        response = Api.open(path, **{"Accept-Encoding": encoding})
        response.read(1)
        first = time.perf_counter() - began
        size = count = 0
        with Path(tempfile.gettempdir(), "bench-bulk-feed.xml").open("wb") as file:
            file.write(b"<")
            while block := response.read(2**16):
                size += len(block)
                count += block.count(b"\n")
                file.write(block)
        took = time.perf_counter() - began
        print(
            f"{what}: {count} lines, {size / 2**20:.0f} MiB in {took:.1f} s, the first byte after "
            f"{first * 1000:.0f} ms; web {web_peak()} MiB at most"
        )


def import_feed() -> None:
    began = time.perf_counter()
    path = Path(tempfile.gettempdir(), "bench-bulk-feed.xml")
    command = [str(BASE_DIR / ".venv/bin/python"), "-c", IMPORT, str(path)]
    result = subprocess.run(command, cwd=BASE_DIR, capture_output=True, text=True, check=True)
    print(f"the feed read in again in {time.perf_counter() - began:.1f} s: {result.stdout.strip()}")
    path.unlink()


IMPORT = """
import re, sys, django
django.setup()
from django.core.management import call_command
call_command("import_catalog", sys.argv[1])
status = open("/proc/self/status").read()
print(int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) // 1024, "MiB at most")
"""


@contextmanager
def watched(name: str) -> Iterator[Callable[[], str]]:
    """Reset the peak memory of the processes; yield a function that returns the largest peak.

    In MiB, after the resident memory at the beginning.
    """
    processes = [Path(f"/proc/{pid}") for pid in pids_of(name)]
    before = {process: resident(process, "VmRSS") for process in processes}
    for process in processes:
        (process / "clear_refs").write_text("5")

    def peak() -> str:
        peaks = {process: resident(process, "VmHWM") for process in processes}
        largest = max(peaks, key=lambda process: peaks[process])
        return f"{before[largest]} → {peaks[largest]}"

    yield peak


def resident(process: Path, field: str) -> int:
    """Return a field of /proc/<pid>/status in MiB."""
    return int(re.search(rf"{field}:\s+(\d+)", (process / "status").read_text())[1]) // 1024


def pids_of(name: str) -> list[int]:
    """Return the descendants of this process that run the web server, or the workers."""
    listed = subprocess.run(
        ["ps", "-e", "-o", "pid=,ppid=,args="],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    descendants = {os.getpid()}
    pids = []
    for pid, parent, arguments in rows * 3:
        if int(parent) in descendants:
            descendants.add(int(pid))
            program = "granian" if name == "web" else "shop worker"
            if program in arguments and int(pid) not in pids:
                pids.append(int(pid))
    return pids


@contextmanager
def workers() -> Iterator[None]:
    folder = DataFolder(Path(os.environ["SHOP_DATA_DIR"]))
    programs = [worker(), beat(folder)]
    running = [subprocess.Popen(program.command, cwd=BASE_DIR) for program in programs]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


def make_token() -> str:
    from shop.accounts.models import ApiToken, User

    user = User.objects.create(email="bulk@example.com")
    return ApiToken.issue(user=user, scopes=Scope.values)


def make_warehouse() -> None:
    fill_shop(items=0, stock=0)


def add_items_to(count: int) -> None:
    from catalog.items import upsert_items
    from catalog.models import Item
    from warehouses.inventory.receiving import Receipt, receive_delivery
    from warehouses.models import Warehouse

    warehouse = Warehouse.objects.get()
    for start in range(Item.objects.count(), count, 2000):
        numbers = range(start, min(start + 2000, count))
        rows = [
            {"sku": f"ROW-{n:07d}", "name": f"Thing {n}", "price": "10", "description": WORDS}
            for n in numbers
        ]
        upsert_items(rows)
        ids = Item.objects.filter(sku__in=[row["sku"] for row in rows]).values_list("pk", flat=True)
        receive_delivery([Receipt(warehouse, pk, 3, f"R{pk}") for pk in ids])


def keep_on_sale(count: int) -> None:
    from catalog.models import Item

    last = Item.objects.order_by("pk").values_list("pk", flat=True)[count]
    Item.objects.filter(pk__gte=last).update(is_active=False)


def audit() -> None:
    from warehouses.stock.audit import find_breaches

    print("audit_stock:", find_breaches() or "clean")


if __name__ == "__main__":
    main()
