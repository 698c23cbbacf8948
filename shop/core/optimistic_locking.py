"""Optimistic concurrency: a write succeeds only if its row still has an expected version.

A version is a short text that changes with every field that a write could overwrite, and
with nothing else: an item's does not change with its stock, which sells while a clerk
edits its name. A verb receives the versions that its caller expects, and compares them
once it has the lock: of two callers that expect the same version, exactly one succeeds.
"""

import json
from collections.abc import Collection
from hashlib import blake2b
from typing import Any

from shop.core.refusals import Refusal

Versions = Collection[str] | None  # None: any version


class VersionMismatch(Refusal):
    """The row no longer has a version that the caller expects."""

    code = "precondition-failed"

    etag: str | None = None  # the current one, which the API's views look up

    def __init__(self) -> None:
        super().__init__("It was changed since you looked at it. Nothing was changed now.")

    def details(self):
        """Return the current ETag, or None if the row no longer exists."""
        return {"etag": self.etag}


def version_of(value: Any) -> str:
    """Return a hash of a value that JSON can hold: numbers and texts, in lists and mappings."""
    return digest(json.dumps(value).encode())


def digest(content: bytes) -> str:
    """Return a hash of the content in 16 hexadecimal digits."""
    return blake2b(content, digest_size=8).hexdigest()


def require_version(expected: Versions, version: str) -> None:
    """Raise VersionMismatch unless the version is an expected one."""
    if expected is not None and version not in expected:
        raise VersionMismatch
