"""Sessions with a column for their user, so that all sessions of a user can be ended.

Django's own rows have the user only inside the encoded data. This is the extension that
its documentation describes; everything else is Django's `cached_db`, over a cache of ours.
"""

from collections.abc import Collection
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import cached_db
from django.core.cache import caches
from django.db import transaction

from shop.accounts import session_lifetime
from shop.accounts.session_cache import SessionCache


class SessionStore(cached_db.SessionStore):
    """A `cached_db` store that writes the user of each session, and ends one that is too old."""

    def __init__(self, session_key: str | None = None):
        super().__init__(session_key)
        self._cache = SessionCache(caches[settings.SESSION_CACHE_ALIAS])

    @classmethod
    def get_model_class(cls):
        """Return the model with the column for the user."""
        from shop.accounts.models import Session  # noqa: PLC0415 -- its module imports this one

        return Session

    def load(self) -> dict[str, Any]:
        """Return the session's data; of one whose lifetime is over nothing, and it is deleted."""
        data = super().load()
        if session_lifetime.is_over(data):
            self.delete(self.session_key)
            self._session_key = None
            return {}
        if session_lifetime.touch(data):
            self.modified = True
        return data

    def cached_user_id(self) -> int | None:
        """Return the signed-in user, as the cache has it; the database is not asked."""
        if not self.session_key:
            return None
        data = self._cache.get(self.cache_key) or {}
        return int(data[SESSION_KEY]) if SESSION_KEY in data else None

    def create_model_instance(self, data: dict[str, Any]):
        """Return a row with the session's user, or with None before a sign-in."""
        session: Any = super().create_model_instance(data)
        session.user_id = data.get(SESSION_KEY)
        return session


def end_sessions(*, user_id: int, keep: str | None = None) -> int:
    """Delete the sessions of a user but the one to keep; return the number of those deleted."""
    own = SessionStore.get_model_class().objects.filter(user_id=user_id)
    return delete_sessions(list(own.exclude(pk=keep).values_list("pk", flat=True)))


def delete_sessions(keys: Collection[str]) -> int:
    """Delete sessions, after the commit from the cache too; return the number of those deleted."""
    deleted, _ = SessionStore.get_model_class().objects.filter(pk__in=keys).delete()
    transaction.on_commit(partial(_delete_cached, keys), robust=True)
    return deleted


def _delete_cached(keys: Collection[str]) -> None:
    names = [SessionStore.cache_key_prefix + key for key in keys]
    SessionCache(caches["default"]).delete_many(names)
