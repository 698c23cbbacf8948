"""Changing only what is still as it was seen.

A version is a short text that changes with whatever a write could overwrite, and with
nothing else: of an item not with its stock, which sells while somebody edits its name.
A verb is told the versions that its caller may have seen, and judges them once it has
the lock: of two callers who saw the same, exactly one has it as expected.
"""

import json
from collections.abc import Collection
from hashlib import blake2b
from typing import Any

from shop.core.refusals import Refusal

Versions = Collection[str] | None  # None: as it is, whatever it is


class VersionMismatch(Refusal):
    """What was to be changed is no longer as its caller saw it."""

    code = "precondition-failed"

    etag: str | None = None  # of now; the API's edge looks it up

    def __init__(self) -> None:
        super().__init__("It was changed since you looked at it. Nothing was changed now.")

    def details(self):
        return {"etag": self.etag}


def version_of(said: Any) -> str:
    """A hash of what JSON can say: numbers and texts, in lists and mappings."""
    return digest(json.dumps(said).encode())


def digest(content: bytes) -> str:
    return blake2b(content, digest_size=8).hexdigest()


def require_version(expected: Versions, version: str) -> None:
    """Raise VersionMismatch unless this version is one of those that are expected."""
    if expected is not None and version not in expected:
        raise VersionMismatch
