"""Servers that commands borrow, and the permissions of their folders."""

import os
import stat
import subprocess
import sys

import psycopg
import pytest

from shop.embedded.data_folder import BASE_DIR, DataFolder
from shop.embedded.exceptions import CannotRun
from shop.embedded.process.system_user import choose_system_user
from shop.embedded.servers.external_servers import check_database, parse_database_url
from tests.support.processes import PATIENCE, is_silent, python, wait_until

OWN_VARIABLES = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SHOP_MARK"}
BORROW = """
import sys
from pathlib import Path
from shop.embedded.data_folder import DataFolder
from shop.embedded.servers.shared_servers import borrowed_servers

[variable] = sys.argv[2:]
with borrowed_servers(DataFolder(Path(sys.argv[1])), [variable]) as urls:
    print(urls[variable], flush=True)
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


def test_a_database_of_an_earlier_version_is_refused_in_one_sentence(folder):
    with borrow(folder, "DATABASE_URL") as user:
        url = user.stdout.readline().strip()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE shop_user (id bigint)")
        with pytest.raises(CannotRun, match="The database of DATABASE_URL was filled by an earl"):
            check_database(parse_database_url(url))
        user.communicate("\n", PATIENCE)

    migrate = run_command(folder, "migrate")

    assert migrate.returncode == 1
    assert len(migrate.stderr.splitlines()) == 1
    assert "was filled by an earlier version of this shop" in migrate.stderr
    assert is_silent(folder)


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


def run_command(folder: DataFolder, *arguments: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env={**inherited, "SHOP_DATA_DIR": str(folder.path)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def borrow(folder: DataFolder, variable: str = "REDIS_URL"):
    return python(BORROW, str(folder.path), variable)
