"""Sessions with a column for their user, so that all sessions of a user can be ended.

Django's own rows have the user only inside the encoded data. This is the extension that
its documentation describes; everything else is Django's `cached_db`, over a cache of ours.
"""

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import cached_db
from django.core.cache import caches
from django.db import transaction

from shop.accounts.session_cache import SessionCache


class SessionStore(cached_db.SessionStore):
    """A `cached_db` store that also writes the user of each session."""

    def __init__(self, session_key: str | None = None):
        super().__init__(session_key)
        self._cache = SessionCache(caches[settings.SESSION_CACHE_ALIAS])

    @classmethod
    def get_model_class(cls):
        """Return the model with the column for the user."""
        from shop.accounts.models import Session  # noqa: PLC0415 -- its module imports this one

        return Session

    def create_model_instance(self, data: dict[str, Any]):
        """Return a row with the session's user, or with None before a sign-in."""
        session: Any = super().create_model_instance(data)
        session.user_id = data.get(SESSION_KEY)
        return session


def end_sessions(*, user_id: int) -> None:
    """Delete every session of a user, and after the commit also from the cache."""
    own = SessionStore.get_model_class().objects.filter(user_id=user_id)
    keys = [SessionStore.cache_key_prefix + key for key in own.values_list("pk", flat=True)]
    own.delete()
    transaction.on_commit(partial(_delete_cached, keys), robust=True)


def _delete_cached(keys: list[str]) -> None:
    SessionCache(caches["default"]).delete_many(keys)
