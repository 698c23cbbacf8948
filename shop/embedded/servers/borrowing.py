"""Borrow a database and a cache for one command."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from shop.embedded.data_folder import BASE_DIR, DataFolder
from shop.embedded.exceptions import CannotRun
from shop.embedded.servers import valkey

SECONDS_TO_START = 90
SECONDS_TO_STOP = 30


@contextmanager
def borrowed_servers(
    folder: DataFolder, wanted: list[str], *options: str
) -> Iterator[dict[str, str]]:
    """Yield the URLs of the wanted servers, by the name of their variable.

    They are the running demo's, or another command's, or a keeper is started that
    runs them for as long as anyone uses them.
    """
    try:
        with folder.using():
            yield find_or_start(folder, wanted, options)
    finally:
        wait_for_keeper(folder)


def find_or_start(
    folder: DataFolder, wanted: list[str], options: tuple[str, ...]
) -> dict[str, str]:
    deadline = time.monotonic() + SECONDS_TO_START
    keeper: subprocess.Popen[bytes] | None = None
    while time.monotonic() < deadline:
        urls = folder.announced()
        is_kept = folder.is_kept()
        if is_kept and urls is not None:
            demand_all(folder, wanted, urls)
            if all(answers(name, urls[name]) for name in wanted):
                return {name: urls[name] for name in wanted}
        elif not is_kept and (keeper is None or has_ended_well(keeper)):
            keeper = start_keeper(folder, wanted, options)
        time.sleep(0.02)
    raise CannotRun(f"The servers of {folder.path} did not answer within {SECONDS_TO_START} s.")


def demand_all(folder: DataFolder, wanted: list[str], urls: dict[str, str]) -> None:
    """Raise CannotRun if those who run here use a server that only they know."""
    for name in wanted:
        if name not in urls:
            raise CannotRun(
                f"What runs in {folder.path} was given a {name} of its own: "
                f"set the same {name} for this command."
            )


def answers(name: str, url: str) -> bool:
    if name == "REDIS_URL":
        return valkey.answers(url)
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def start_keeper(
    folder: DataFolder, wanted: list[str], options: tuple[str, ...]
) -> subprocess.Popen[bytes]:
    """Start it apart from our terminal, whose Ctrl-C is not meant for it."""
    return subprocess.Popen(
        [sys.executable, "-m", "shop.embedded.servers.daemon", str(folder.path), *options, *wanted],
        cwd=BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def has_ended_well(keeper: subprocess.Popen[bytes]) -> bool:
    """Tell whether it found another keeper here. Raises SystemExit if it failed; it said why."""
    if keeper.poll():
        sys.exit(1)
    return keeper.returncode == 0


def wait_for_keeper(folder: DataFolder) -> None:
    """If we were the last, wait until the servers are gone, so that we leave nothing behind."""
    deadline = time.monotonic() + SECONDS_TO_STOP
    while folder.is_stopping() and time.monotonic() < deadline:
        time.sleep(0.02)
