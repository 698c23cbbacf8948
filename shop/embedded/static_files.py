"""A stamp of the collected static files, because collecting them again takes seconds."""

import hashlib
from pathlib import Path

from django.contrib.staticfiles.finders import get_finders

from shop.embedded.data_folder import DataFolder


def are_collected(folder: DataFolder) -> bool:
    """Return whether no source file has changed since the last collection."""
    try:
        return stamp_file(folder).read_text() == fingerprint()
    except FileNotFoundError:
        return False


def record_collected(folder: DataFolder) -> None:
    """Write the fingerprint of the files that were collected."""
    stamp_file(folder).write_text(fingerprint())


def stamp_file(folder: DataFolder) -> Path:
    """Return the stamp's path, among the collected files, so that it is deleted with them."""
    return folder.path / "static" / "sources.sha256"


def fingerprint() -> str:
    """Return a hash of the name, size and modification time of every source file."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = (path, storage.size(path), storage.get_modified_time(path))
            digest.update(repr(facts).encode())
    return digest.hexdigest()
