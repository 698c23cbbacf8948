"""The demo and what carries it, with real processes in folders and on ports of their own."""

import http.client
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shop.embedded.data_folder import BASE_DIR, DataFolder
from shop.embedded.leftovers import end_marked, find_marked
from shop.embedded.output import Output
from shop.embedded.ports import free_port
from shop.embedded.system_user import choose_system_user

PATIENCE = 60
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
GIVEN = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SHOP_DEMO", "SERVERS", "SHOP_MARK")


@pytest.fixture
def folder() -> Iterator[DataFolder]:
    """A data folder whose path needs quoting, with nothing left running in it afterwards."""
    parent = Path(tempfile.gettempdir()) / f"shop-test-{secrets.token_hex(6)}"
    folder = DataFolder(parent / "Data of $HOME")
    folder.prepare()
    if os.geteuid() == 0:
        parent.chmod(0o711)
    yield folder
    end_marked(folder.marks)
    shutil.rmtree(parent)


# The demo


def test_the_demo_serves_survives_deaths_and_loses_nothing(folder):
    port = free_port()
    with demo(folder, port) as (supervisor, stderr):
        assert status_of_home(port) == 200
        assert_refused(folder, "SHOP_DATA_DIR", PORT=free_port())
        command(folder, "from django.contrib.sessions.models import Session as S")

        for name in ("postgres", "valkey", "web", "worker"):
            os.kill(leader(folder, name), signal.SIGKILL)
        wait_until(lambda: stderr.read_text().count("starting it again") == 4)
        wait_until(lambda: status_of_home(port) == 200)
        kept = command(folder, write_a_session())

        supervisor.kill()
        wait_until(lambda: nothing_runs_in(folder), seconds=15)

    with demo(folder, port, make=True, **two_servers()) as (make, stderr):
        assert status_of_home(port) == 200
        assert status_of_home(port, f"/?q={'a' * 8000}") == 200
        assert command(folder, "from django.contrib.sessions.models import Session as S;"
                               "print(S.objects.count())") == kept

        make.terminate()

        assert make.wait(PATIENCE) == -signal.SIGTERM
        wait_until(lambda: nothing_runs_in(folder), seconds=1)
        assert all(re.match(r"^[a-z0-9-]+ +\| ", line) for line in lines_of_children(stderr))
