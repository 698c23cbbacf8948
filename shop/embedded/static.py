"""Collect static files only when one has changed: hashing and compressing them takes seconds."""

import hashlib
from pathlib import Path

from django.contrib.staticfiles.finders import get_finders

from shop.embedded.data_folder import DataFolder


def are_collected(folder: DataFolder) -> bool:
    try:
        return stamp(folder).read_text() == fingerprint()
    except FileNotFoundError:
        return False


def record_collected(folder: DataFolder) -> None:
    stamp(folder).write_text(fingerprint())


def stamp(folder: DataFolder) -> Path:
    """Beside the collected files, so that it goes when they go."""
    return folder.path / "static" / "sources.sha256"


def fingerprint() -> str:
    """Return what changes with the name, size or time of any source file."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = (path, storage.size(path), storage.get_modified_time(path))
            digest.update(repr(facts).encode())
    return digest.hexdigest()
