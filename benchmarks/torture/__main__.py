"""Runs the shop, the shoppers and the tormentor for MINUTES, then audits the stock."""

import json
import os
import random
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.torture.proof import Proof
from benchmarks.torture.shoppers import Caller, Record, retry, shop
from benchmarks.torture.staff import work
from benchmarks.torture.tormentor import Tormentor
from shop.embedded.data_folder import BASE_DIR, DataFolder
from shop.embedded.process.ports import free_port

MINUTES = float(os.environ.get("MINUTES", "5"))
SEED = int(os.environ.get("SEED", str(secrets.randbelow(10**6))))
SHOPPERS = 8
STAFF = ["stock:write", "catalog:write", "fulfilment:write", "orders:write"]


def main() -> int:
    random.seed(SEED)
    folder = DataFolder(Path(tempfile.gettempdir()) / f"shop-torture-{secrets.token_hex(4)}")
    folder.prepare()
    port = free_port()
    with (folder.path / "log").open("w") as log, start_demo(folder, port, log) as demo:
        try:
            proof, record, tormentor = torture(folder, port)
        finally:
            demo.terminate()
            demo.wait(60)
    print_table(proof, record, tormentor)
    if proof.violations:
        print(f"The evidence is in {folder.path} (log, traces, database).")
        return 1
    shutil.rmtree(folder.path, ignore_errors=True)
    return 0


def start_demo(folder: DataFolder, port: int, log) -> subprocess.Popen:
    own_variables = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "MAKEFLAGS", "MAKELEVEL"}
    environment = {name: value for name, value in os.environ.items() if name not in own_variables}
    environment |= {
        "PORT": str(port),
        "SHOP_DATA_DIR": str(folder.path),
        "SHOP_DEATHS_ALLOWED": "1000000",
        "CHECKOUT_HOLD_SECONDS": "15",
        "MAX_HOLDS_PER_HOUR": "1000000",
        "API_RATE": "100000",
        "API_BURST": "1000000",
        "PAGE_RATE": "100000",
        "PAGE_BURST": "1000000",
    }
    demo = subprocess.Popen(
        [sys.executable, "manage.py", "demo"],
        cwd=BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    if not demo.stdout.readline().startswith("Ready"):
        sys.exit(f"The demo did not start; see {folder.path}/log.")
    return demo


def torture(folder: DataFolder, port: int) -> tuple[Proof, Record, Tormentor]:
    urls = json.loads((folder.path / "services.json").read_text())
    set_up_django(folder, urls)
    items, warehouses = make_small_shop()
    tokens = make_tokens(folder, [f"torture{n}@example.com" for n in range(SHOPPERS)], ["shopper"])
    [staff] = make_tokens(folder, ["staff@example.com"], STAFF)
    record, proof, stop = Record(), Proof(folder.path), threading.Event()
    tormentor = Tormentor(folder, urls["DATABASE_URL"], SEED)
    threads = [
        *[
            threading.Thread(target=shop, args=[Caller(port, token, record), items, stop])
            for token in tokens
        ],
        threading.Thread(target=work, args=[Caller(port, staff, record), items, warehouses, stop]),
        threading.Thread(target=tormentor.torment, args=[stop]),
    ]
    for thread in threads:
        thread.start()
    end = time.monotonic() + MINUTES * 60
    while time.monotonic() < end:
        time.sleep(2)
        proof.audit()
    stop.set()
    for thread in threads:
        thread.join()
    finish(port, record, proof)
    return proof, record, tormentor


def finish(port: int, record: Record, proof: Proof) -> None:
    """Wait until the shop is ready, retry the unanswered submits, and check everything."""
    wait_until_ready(port)
    for token, key, checkout_id in list(record.unanswered):
        status = retry(Caller(port, token, record), key, checkout_id)
        if status not in {201, 409}:
            proof.violations.append(f"checkout {checkout_id}: a retry was answered with {status}")
    proof.check_holds()
    proof.check_assignment()
    proof.check_shortfalls()
    proof.check_dues()
    proof.check_orders(record.acknowledged)
    proof.audit()


def wait_until_ready(port: int) -> None:
    caller = Caller(port, "", Record())
    for _ in range(300):
        if caller.call("wait", "GET", "schema/")[0] == 200 and database_answers():
            return
        time.sleep(0.2)


def database_answers() -> bool:
    from django.db import Error, close_old_connections, connection

    close_old_connections()
    try:
        connection.ensure_connection()
    except Error:
        return False
    return True


def set_up_django(folder: DataFolder, urls: dict[str, str]) -> None:
    os.environ.update(
        urls,
        SECRET_KEY=folder.secret("secret_key"),
        SHOP_DATA_DIR=str(folder.path),
        SHOP_DEMO="1",
        DJANGO_SETTINGS_MODULE="shop.settings",
    )
    import django

    django.setup()


def make_small_shop() -> tuple[list[int], list[str]]:
    """Make twelve items, so that all shoppers compete for them, in the demo's warehouses."""
    from catalog.items import create_item
    from warehouses.inventory.receiving import receive_stock
    from warehouses.models import Warehouse

    warehouses = list(Warehouse.objects.order_by("pk")[:3])
    items = [
        create_item(sku=f"T-{n}", name=f"Thing {n}", price="10.00", category="Torture")
        for n in range(12)
    ]
    for item in items:
        for warehouse in warehouses:
            receive_stock(warehouse=warehouse, item=item, quantity=random.randint(50, 100))
    return [item.pk for item in items], [warehouse.code for warehouse in warehouses]


def make_tokens(folder: DataFolder, emails: list[str], scopes: list[str]) -> list[str]:
    from shop.accounts.models import ApiToken, User

    users = [User.objects.get_or_create(email=email)[0] for email in emails]
    return [ApiToken.issue(user=user, scopes=scopes) for user in users]


def print_table(proof: Proof, record: Record, tormentor: Tormentor) -> None:
    print(f"\n{MINUTES:g} minutes, seed {SEED}")
    rows = {
        "operations": sum(record.operations.values()),
        **{f"  {name}": count for name, count in sorted(record.operations.items())},
        "faults": sum(tormentor.faults.values()),
        **{f"  {name}": count for name, count in sorted(tormentor.faults.items())},
        "orders acknowledged": len(record.acknowledged),
        "submits without an answer, tried again": len(record.unanswered),
        "answers lost": record.lost_responses,
        **{
            f"  HTTP {s}": n for s, n in sorted(record.statuses.items()) if s and not 200 <= s < 300
        },
        "slowest answer, s": round(record.slowest, 1),
        "snapshots": proof.snapshots,
        "violations": len(proof.violations),
    }
    for name, value in rows.items():
        print(f"{name:40} {value:>8}")
    for violation in proof.violations[:20]:
        print("  ", violation)


if __name__ == "__main__":
    sys.exit(main())
