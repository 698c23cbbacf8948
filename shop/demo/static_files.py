"""A fingerprint of the static files, which tells the demo whether to collect them again."""

import hashlib

from django.contrib.staticfiles.finders import get_finders


def fingerprint() -> str:
    """Return a hash of the name, size and modification time of every source file."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = (path, storage.size(path), storage.get_modified_time(path))
            digest.update(repr(facts).encode())
    return digest.hexdigest()
