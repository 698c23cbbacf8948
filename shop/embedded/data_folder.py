"""The one folder in which a shop on one machine keeps everything."""

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
    """Two lock files say who is here.

    `keeper.lock` is held by the one process that runs servers in this folder;
    `users.lock` is shared by the commands that use those of a keeper. The kernel lets
    go of a lock when its process ends, however it ends.
    """

    path: Path

    @classmethod
    def from_environment(cls) -> "DataFolder":
        return cls(Path(os.environ.get("SHOP_DATA_DIR") or BASE_DIR / ".data").resolve())

    @property
    def marks(self) -> Path:
        return self.path / "run"

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def valkey(self) -> Path:
        return self.path / "valkey"

    def prepare(self) -> None:
        """Make the folder, passable for PostgreSQL's system user if root makes it."""
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

    def has_secret(self, name: str) -> bool:
        return (self.path / name).exists()

    def secret(self, name: str) -> str:
        """Return the random string of that name, made once and readable to its owner only."""
        file = self.path / name
        with open_lock(self.path / "secrets.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two commands at once make one
            if not file.exists():
                write_private(file, secrets.token_urlsafe(50))
        return file.read_text()

    # The servers that run here, for others to find

    def announce(self, servers: dict[str, str]) -> None:
        write_private(self.path / "services.json", json.dumps(servers, indent=1))

    def announced(self) -> dict[str, str] | None:
        """Return the URLs of the servers that run here, or None before they do."""
        try:
            return dict(json.loads((self.path / "services.json").read_text()))
        except FileNotFoundError:
            return None

    def withdraw(self) -> None:
        (self.path / "services.json").unlink(missing_ok=True)

    # Who is here

    @contextmanager
    def keeping(self, *, patience: float = 0) -> Iterator[bool]:
        """Be the one that runs servers here; yields False if another is."""
        with open_lock(self.path / "keeper.lock") as lock:
            yield try_until(lambda: take(lock, fcntl.LOCK_EX), patience)

    @contextmanager
    def using(self) -> Iterator[None]:
        """Be one that uses the servers here; waits while a keeper is stopping them."""
        with open_lock(self.path / "users.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
            yield

    def is_kept(self) -> bool:
        with suppress(FileNotFoundError), open_lock(self.path / "keeper.lock", make=False) as lock:
            return not take(lock, fcntl.LOCK_SH)
        return False

    def is_stopping(self) -> bool:
        """Tell whether a keeper runs here that nobody uses any more."""
        if not self.is_kept():
            return False
        with suppress(FileNotFoundError), open_lock(self.path / "users.lock", make=False) as lock:
            return take(lock, fcntl.LOCK_EX) or not take(lock, fcntl.LOCK_SH)
        return False

    @contextmanager
    def leaving_last(self) -> Iterator[Callable[[], bool]]:
        """Give a way to try whether nobody uses the servers any more.

        Once that was so, newcomers wait until the block has ended.
        """
        with open_lock(self.path / "users.lock") as lock:
            yield lambda: take(lock, fcntl.LOCK_EX)


def open_lock(path: Path, *, make: bool = True) -> IO[str]:
    """Open a lock file that other users can neither read nor hold."""
    return os.fdopen(os.open(path, os.O_RDWR | (os.O_CREAT if make else 0), 0o600), "r+")


def take(lock: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def try_until(attempt: Callable[[], bool], patience: float) -> bool:
    deadline = time.monotonic() + patience
    while not (succeeded := attempt()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return succeeded


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, so that readers see all of it or none."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
