"""The cache of sessions in Valkey, whose readers get no session and whose writers make none.

A key is the hash of a session's key, so that it cannot be sent back as a cookie. A value is
signed with SECRET_KEY for its one session, so that it cannot be made, changed or put into
the place of another user's.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.cache import BaseCache

PREFIX = "session:"


class SessionCache:
    """A cache for Django's `cached_db` sessions; `name` contains the key of a session."""

    def __init__(self, cache: BaseCache):
        self.cache = cache

    def get(self, name: str) -> dict[str, Any] | None:
        """Return a session's data, or None if there is none that the shop has signed for it."""
        key = _key(name)
        signed = self.cache.get(key)
        if not isinstance(signed, str):
            return None
        try:
            return signing.loads(signed, salt=key, max_age=settings.SESSION_COOKIE_AGE)
        except signing.BadSignature:
            return None

    def set(self, name: str, data: dict[str, Any], timeout: int) -> None:
        """Store a session's data for so many seconds."""
        key = _key(name)
        self.cache.set(key, signing.dumps(data, salt=key), timeout)

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None

    def delete(self, name: str) -> None:
        """Remove a session."""
        self.cache.delete(_key(name))

    def delete_many(self, names: Iterable[str]) -> None:
        """Remove sessions."""
        self.cache.delete_many([_key(name) for name in names])


def _key(name: str) -> str:
    return PREFIX + sha256(name.encode()).hexdigest()
