"""A database and a cache that commands share, each for as long as it runs."""

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
    folder: DataFolder, variables: list[str], *options: str
) -> Iterator[dict[str, str]]:
    """Yield the URLs of the servers of the variables, by variable.

    They are those of the running demo or daemon; otherwise a daemon is started, which runs
    them for as long as any command uses them. Raises CannotRun.
    """
    try:
        with folder.user_lock():
            yield find_or_start(folder, variables, options)
    finally:
        wait_for_daemon(folder)


def find_or_start(
    folder: DataFolder, variables: list[str], options: tuple[str, ...]
) -> dict[str, str]:
    """Return the URLs once the servers answer; starts a daemon if none runs. Raises CannotRun."""
    deadline = time.monotonic() + SECONDS_TO_START
    daemon: subprocess.Popen[bytes] | None = None
    while time.monotonic() < deadline:
        urls = folder.published_urls()
        has_daemon = folder.has_daemon()
        if has_daemon and urls is not None:
            require_urls(folder, variables, urls)
            if all(is_reachable(name, urls[name]) for name in variables):
                return {name: urls[name] for name in variables}
        elif not has_daemon and (daemon is None or succeeded(daemon)):
            daemon = start_daemon(folder, variables, options)
        time.sleep(0.02)
    raise CannotRun(f"The servers of {folder.path} did not answer within {SECONDS_TO_START} s.")


def require_urls(folder: DataFolder, variables: list[str], urls: dict[str, str]) -> None:
    """Raise CannotRun if the demo or daemon here uses an external server for a variable."""
    for name in variables:
        if name not in urls:
            raise CannotRun(
                f"What runs in {folder.path} was given a {name} of its own: "
                f"set the same {name} for this command."
            )


def is_reachable(name: str, url: str) -> bool:
    """Return whether the server of the variable answers at the URL."""
    if name == "REDIS_URL":
        return valkey.is_reachable(url)
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def start_daemon(
    folder: DataFolder, variables: list[str], options: tuple[str, ...]
) -> subprocess.Popen[bytes]:
    """Start a daemon in a session of its own, which the terminal's Ctrl-C does not reach."""
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "shop.embedded.servers.daemon",
            str(folder.path),
            *options,
            *variables,
        ],
        cwd=BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def succeeded(daemon: subprocess.Popen[bytes]) -> bool:
    """Return whether the daemon ended because another one runs.

    Raises SystemExit if it failed; it has written the reason to stderr.
    """
    if daemon.poll():
        sys.exit(1)
    return daemon.returncode == 0


def wait_for_daemon(folder: DataFolder) -> None:
    """Wait until the daemon has stopped the servers, if this command was their last user."""
    deadline = time.monotonic() + SECONDS_TO_STOP
    while folder.is_stopping() and time.monotonic() < deadline:
        time.sleep(0.02)
