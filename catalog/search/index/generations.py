"""Where a machine keeps its index: a folder for each generation, and which is current.

    search/current            names the generation that is searched
    search/<name>/items       the items
    search/<name>/words       the words of the catalogue, for misspellings
    search/<name>/phrases     what is suggested
    search/<name>/cursor      up to which change it is true
    search/<name>/drift       how many items it was built of, and how many changed since
    search/<name>/broken      left by whoever could not read it

A generation is built beside the current one and takes its place by one rename, so a
searcher sees the one or the other, whole.
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
from catalog.search.index.autocomplete import Phrases
from catalog.search.index.fields import open_items
from catalog.search.index.spelling import Dictionary


class Generation:
    """One generation of the index, open for reading or writing."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.name = folder.name
        self.items: tantivy.Index = open_items(folder / "items")
        self.words = Dictionary(folder / "words")
        self.phrases = Phrases(folder / "phrases")
        self.facet_names: dict[int, str] = {}  # by their keys, as far as they were shown

    @property
    def is_broken(self) -> bool:
        return (self.folder / "broken").exists() or not (self.folder / "items/meta.json").exists()

    def reload(self) -> None:
        for index in (self.items, self.words.index, self.phrases.index):
            index.reload()

    def read_cursor(self) -> Cursor:
        """Return up to where the items are true. Raises CursorLost when that is too long ago."""
        try:
            path = self.folder / "cursor"
            if time.time() - path.stat().st_mtime > RETENTION.total_seconds() / 2:
                raise CursorLost
            return Cursor(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError) as error:
            raise CursorLost from error

    def write_cursor(self, cursor: Cursor) -> None:
        _write_whole(self.folder / "cursor", json.dumps(asdict(cursor)))

    def read_drift(self) -> tuple[int, int]:
        try:
            built, changed = json.loads((self.folder / "drift").read_text())
            return built, changed
        except (OSError, ValueError):
            return 0, 0

    def write_drift(self, built: int, changed: int) -> None:
        _write_whole(self.folder / "drift", json.dumps([built, changed]))


def root() -> Path:
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
    """Ask whoever keeps the index to build it anew."""
    with suppress(OSError):  # it may be gone, or the disk not to be written
        (folder / "broken").touch()


def state_of(folder: Path) -> tuple[int, ...]:
    """Changes with every commit to a part of the generation."""
    metas = [(folder / part / "meta.json").stat() for part in ("items", "words", "phrases")]
    return tuple(number for meta in metas for number in (meta.st_mtime_ns, meta.st_ino))


def new_folder() -> Path:
    folder = root() / f"{time.time():017.6f}-{secrets.token_hex(3)}"
    folder.mkdir(parents=True)
    return folder


def make_current(folder: Path) -> None:
    """Let everybody search this generation, and forget those that were begun before it.

    Who still has one of them open reads on: its files go when the last one closes them.
    """
    _write_whole(root() / "current", folder.name)
    for other in root().iterdir():
        if other.is_dir() and other.name < folder.name:
            shutil.rmtree(other, ignore_errors=True)


@contextmanager
def following() -> Iterator[bool]:
    """Be the one process of this machine that follows changes; False if another does."""
    root().mkdir(parents=True, exist_ok=True)
    with (root() / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def _write_whole(path: Path, text: str) -> None:
    """Write a file so that nobody ever reads a part of it."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(3)}")
    beside.write_text(text)
    beside.rename(path)
