"""Servers that commands borrow, and the permissions of their folders."""

import os
import stat

import pytest

from shop.embedded.data_folder import DataFolder
from shop.embedded.process.system_user import choose_system_user
from tests.support.processes import PATIENCE, is_silent, python, wait_until

BORROW = """
import sys
from pathlib import Path
from shop.embedded.data_folder import DataFolder
from shop.embedded.servers.shared_servers import borrowed_servers

with borrowed_servers(DataFolder(Path(sys.argv[1])), ["REDIS_URL"]) as urls:
    print(urls["REDIS_URL"], flush=True)
    sys.stdin.readline()
"""


def test_commands_share_servers_and_the_last_one_ends_them(folder):
    with borrow(folder) as first, borrow(folder) as second:
        url = first.stdout.readline()
        assert second.stdout.readline() == url

        first.communicate("\n", PATIENCE)
        assert not is_silent(folder)
        second.communicate("\n", PATIENCE)

        assert is_silent(folder)


def test_servers_end_when_their_only_user_is_killed(folder):
    with borrow(folder) as user:
        user.stdout.readline()

        user.kill()

        wait_until(lambda: is_silent(folder), seconds=10)


def test_keys_and_servers_are_private(folder):
    with borrow(folder) as user:
        user.stdout.readline()

        for name in ("services.json", "valkey_password", "daemon.lock"):
            assert stat.S_IMODE((folder.path / name).stat().st_mode) == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers as someone else")
def test_a_closed_folder_is_opened_no_further_than_for_passing_through(folder, capfd):
    closed = folder.path / "closed"
    target = closed / "open" / "target"
    target.mkdir(parents=True)
    closed.chmod(0o700)
    user = choose_system_user(folder.postgres)

    user.ensure_reachable(target)

    assert stat.S_IMODE(closed.stat().st_mode) == 0o701
    assert capfd.readouterr().err == f"Opened {closed} for passing through (chmod o+x).\n"
    assert user.can("-x", target)


def borrow(folder: DataFolder):
    return python(BORROW, str(folder.path))
