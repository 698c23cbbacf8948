"""The data folder: databases, pictures, secrets and locks of a shop on one machine."""

import fcntl
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from shop.embedded.exceptions import CannotRun

BASE_DIR = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class DataFolder:
    """A data folder, with two lock files.

    `daemon.lock` is held by the one process that runs servers in this folder, the daemon or
    the demo. `users.lock` is shared by the commands that use these servers. The kernel
    releases a lock when its process ends, however it ends.
    """

    path: Path

    @classmethod
    def from_environment(cls) -> "DataFolder":
        """Return the folder of SHOP_DATA_DIR, by default `.data` beside the code."""
        return cls(Path(os.environ.get("SHOP_DATA_DIR") or BASE_DIR / ".data").resolve())

    @property
    def marks(self) -> Path:
        """Return the folder of the marks that identify child processes (process/orphans.py)."""
        return self.path / "run"

    @property
    def postgres(self) -> Path:
        """Return the folder of PostgreSQL's cluster."""
        return self.path / "postgres"

    @property
    def valkey(self) -> Path:
        """Return the folder of Valkey's settings."""
        return self.path / "valkey"

    def prepare(self) -> None:
        """Make the folder; if root makes it, PostgreSQL's system user may pass through.

        Raises CannotRun.
        """
        try:
            if not self.path.exists():
                self.path.mkdir(parents=True)
                self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
            self.marks.mkdir(exist_ok=True)
            open_lock(self.path / "users.lock").close()
        except OSError as error:
            raise CannotRun(
                f"The data folder {self.path} cannot be written ({error.strerror}): "
                "set SHOP_DATA_DIR to a folder that can."
            ) from error

    def close_private_folders(self) -> None:
        """Close folders that an earlier version made readable for others. Mails are in one."""
        for name in ("mail", "search", "beat"):
            if (self.path / name).is_dir():
                (self.path / name).chmod(0o700)

    def has_secret(self, name: str) -> bool:
        """Return whether the secret was made already."""
        return (self.path / name).exists()

    def secret(self, name: str) -> str:
        """Return the random string of a name, made once and readable by its owner only."""
        file = self.path / name
        with open_lock(self.path / "secrets.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # so that two commands at once make one secret
            if not file.exists():
                write_private(file, secrets.token_urlsafe(50))
        return file.read_text()

    def publish_urls(self, urls: dict[str, str]) -> None:
        """Write the URLs of the servers, by variable, for other commands."""
        write_private(self.path / "services.json", json.dumps(urls, indent=1))

    def published_urls(self) -> dict[str, str] | None:
        """Return the URLs of the running servers by variable, or None if none are published."""
        try:
            return dict(json.loads((self.path / "services.json").read_text()))
        except FileNotFoundError:
            return None

    def unpublish_urls(self) -> None:
        """Remove the published URLs."""
        (self.path / "services.json").unlink(missing_ok=True)

    @contextmanager
    def daemon_lock(self, *, timeout: float = 0) -> Iterator[bool]:
        """Hold the lock of the process that runs servers here; yields False if another has it.

        `timeout` is in seconds. Raises CannotRun while an earlier version runs them.
        """
        self._require_no_earlier_daemon()
        with open_lock(self.path / "daemon.lock") as lock:
            yield retry_until(lambda: try_lock(lock, fcntl.LOCK_EX), timeout)

    def _require_no_earlier_daemon(self) -> None:
        """Raise CannotRun if a version that knows another lock runs servers here.

        Its children would look like orphans of a daemon that has died.
        """
        with suppress(FileNotFoundError), open_lock(self.path / "keeper.lock", make=False) as lock:
            if not try_lock(lock, fcntl.LOCK_SH):
                raise CannotRun(f"An earlier version of this shop runs in {self.path}: stop it.")

    @contextmanager
    def user_lock(self) -> Iterator[None]:
        """Hold the shared lock of the servers' users; waits while a daemon stops them."""
        with open_lock(self.path / "users.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
            yield

    def has_daemon(self) -> bool:
        """Return whether a process runs servers here."""
        with suppress(FileNotFoundError), open_lock(self.path / "daemon.lock", make=False) as lock:
            return not try_lock(lock, fcntl.LOCK_SH)
        return False

    def is_stopping(self) -> bool:
        """Return whether the servers here run without any user, so that they will stop."""
        if not self.has_daemon():
            return False
        with suppress(FileNotFoundError), open_lock(self.path / "users.lock", make=False) as lock:
            return try_lock(lock, fcntl.LOCK_EX) or not try_lock(lock, fcntl.LOCK_SH)
        return False

    @contextmanager
    def exclusive_user_lock(self) -> Iterator[Callable[[], bool]]:
        """Yield a function that takes the users' lock exclusively and returns its success.

        It succeeds once no command uses the servers. From then on new users wait until the
        block has ended.
        """
        with open_lock(self.path / "users.lock") as lock:
            yield lambda: try_lock(lock, fcntl.LOCK_EX)


def open_lock(path: Path, *, make: bool = True) -> IO[str]:
    """Open a lock file, readable and writable by its owner only."""
    return os.fdopen(os.open(path, os.O_RDWR | (os.O_CREAT if make else 0), 0o600), "r+")


def try_lock(lock: IO[str], kind: int) -> bool:
    """Take a lock of the kind (LOCK_SH or LOCK_EX) without waiting; False if it is taken."""
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def retry_until(attempt: Callable[[], bool], timeout: float) -> bool:
    """Repeat the attempt until it succeeds or `timeout` seconds are over; returns its success."""
    deadline = time.monotonic() + timeout
    while not (succeeded := attempt()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return succeeded


def write_private(path: Path, text: str) -> None:
    """Write a file atomically, readable by its owner only."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
