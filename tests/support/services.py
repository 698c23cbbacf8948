"""A pytest plugin: a database and a cache for the tests, unless the environment names some.

It is loaded by name (`-p tests.support.services`), around pytest-django's own start, because
the settings read the environment. A daemon runs the servers in a folder of its own until
pytest ends in any way; then it removes the folder.
"""

import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from shop.embedded.data_folder import DataFolder
from shop.embedded.servers.shared_servers import borrowed_servers
from shop.embedded.servers.startup import missing_servers

loan = ExitStack()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Start the servers before pytest-django imports the settings."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        use_own_cache(number=int(worker.removeprefix("gw")) + 1)
    else:
        borrow_servers()
    return (yield)


def pytest_unconfigure() -> None:
    """Return the servers."""
    loan.close()  # does nothing in a worker


def borrow_servers() -> None:
    """Complete the environment, which the workers of pytest-xdist inherit."""
    os.environ.setdefault("SECRET_KEY", "for tests only")
    os.environ.setdefault("INSECURE_HTTP", "1")
    # A suite is many callers in one.
    os.environ.update(API_RATE="5000", API_BURST="50000", PAGE_RATE="5000", PAGE_BURST="50000")
    folder = DataFolder(Path(tempfile.gettempdir()) / f"shop-test-{secrets.token_hex(6)}")
    os.environ["SHOP_DATA_DIR"] = str(folder.path)
    folder.prepare()
    (folder.path / "static").mkdir(exist_ok=True)  # where nothing is collected, whitenoise warns
    loan.callback(shutil.rmtree, folder.path, ignore_errors=True)
    if missing := missing_servers():
        servers = borrowed_servers(folder, missing, "--no-fsync", "--temporary")
        os.environ.update(loan.enter_context(servers))


def use_own_cache(*, number: int) -> None:
    """Give each worker a Valkey database of its own, as pytest-django does for PostgreSQL."""
    os.environ["REDIS_URL"] = re.sub(r"(/\d*)?$", f"/{number}", os.environ["REDIS_URL"], count=1)
