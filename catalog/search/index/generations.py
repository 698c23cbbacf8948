"""The generations of a machine's index: a folder for each, one of them current.

    search/current            the name of the generation that is searched
    search/<name>/items       the items
    search/<name>/words       the words of the catalogue, for spelling correction
    search/<name>/phrases     the phrases to suggest
    search/<name>/cursor      the cursor up to which changes are in the index
    search/<name>/drift       how many items it was built of, and how many changed since
    search/<name>/broken      exists once a process could not read the generation

A generation is built beside the current one and replaces it by one rename, so a searcher
sees the one or the other, whole.
"""

import fcntl
import json
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

import tantivy
from django.conf import settings

from catalog.search.change_feed import RETENTION, Cursor, CursorLost
from catalog.search.index.autocomplete import PhraseIndex
from catalog.search.index.schema import open_items
from catalog.search.index.spelling import Dictionary


class Generation:
    """One generation of the index, open for reading or writing."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.name = folder.name
        self.items: tantivy.Index = open_items(folder / "items")
        self.dictionary = Dictionary(folder / "words")
        self.autocomplete = PhraseIndex(folder / "phrases")
        self.facet_names: dict[int, str] = {}  # by key, as far as they have been read

    @property
    def is_broken(self) -> bool:
        """Return whether the generation is marked broken, or has no index of items."""
        return (self.folder / "broken").exists() or not (self.folder / "items/meta.json").exists()

    def reload(self) -> None:
        """Read the last commit of each part."""
        for index in (self.items, self.dictionary.index, self.autocomplete.index):
            index.reload()

    def read_cursor(self) -> Cursor:
        """Return the cursor of the items' last change. Raises CursorLost when it is too old."""
        try:
            path = self.folder / "cursor"
            if time.time() - path.stat().st_mtime > RETENTION.total_seconds() / 2:
                raise CursorLost
            return Cursor(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError) as error:
            raise CursorLost from error

    def write_cursor(self, cursor: Cursor) -> None:
        """Record that all changes before the cursor are in the index."""
        _write_atomically(self.folder / "cursor", json.dumps(asdict(cursor)))

    def read_drift(self) -> tuple[int, int]:
        """Return how many items the generation was built of, and how many changed since."""
        try:
            built, changed = json.loads((self.folder / "drift").read_text())
            return built, changed
        except (OSError, ValueError):
            return 0, 0

    def write_drift(self, built: int, changed: int) -> None:
        """Record how many items the generation was built of, and how many changed since."""
        _write_atomically(self.folder / "drift", json.dumps([built, changed]))


def root() -> Path:
    """Return the folder of this machine's index."""
    return Path(settings.SEARCH_INDEX_DIR)


def current_folder() -> Path | None:
    """Return the folder that is searched, or None before there is one."""
    try:
        name = (root() / "current").read_text().strip()
    except OSError:
        return None
    folder = root() / name
    return folder if name and folder.is_dir() else None


def mark_broken(folder: Path) -> None:
    """Mark a generation, so that the indexer builds the index anew."""
    with suppress(OSError):  # the folder may be gone, or the disk not writable
        (folder / "broken").touch()


def commit_state(folder: Path) -> tuple[int, ...]:
    """Return numbers that change with every commit to a part of the generation."""
    metas = [(folder / part / "meta.json").stat() for part in ("items", "words", "phrases")]
    return tuple(number for meta in metas for number in (meta.st_mtime_ns, meta.st_ino))


def create_folder() -> Path:
    """Create the folder of a new generation; its name sorts after those before it."""
    folder = root() / f"{time.time():017.6f}-{secrets.token_hex(3)}"
    folder.mkdir(parents=True)
    return folder


def make_current(folder: Path) -> None:
    """Make this the generation that is searched, and delete those that were begun before it.

    A process that still has one of them open reads on: a file goes when the last process
    closes it.
    """
    _write_atomically(root() / "current", folder.name)
    for other in root().iterdir():
        if other.is_dir() and other.name < folder.name:
            shutil.rmtree(other, ignore_errors=True)


@contextmanager
def indexer_lock() -> Iterator[bool]:
    """Lock this machine's index for writing; yield False if another process has the lock."""
    root().mkdir(parents=True, exist_ok=True)
    with (root() / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def _write_atomically(path: Path, text: str) -> None:
    """Write a file so that no reader ever sees a part of it."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(3)}")
    temporary.write_text(text)
    temporary.rename(path)
