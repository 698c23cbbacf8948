"""Sessions that know whose they are, so that all of somebody's can be ended.

Django's own rows tell that only to who decodes each of them. This is the extension that
its documentation describes; everything else is Django's `cached_db`.
"""

from functools import partial
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import cached_db
from django.core.cache import caches
from django.db import transaction


class SessionStore(cached_db.SessionStore):
    @classmethod
    def get_model_class(cls):
        from shop.accounts.models import Session  # noqa: PLC0415 -- asked for before the apps are ready

        return Session

    def create_model_instance(self, data: dict[str, Any]):
        session: Any = super().create_model_instance(data)
        session.user_id = data.get(SESSION_KEY)
        return session


def end_sessions(*, user_id: int) -> None:
    """Sign somebody out everywhere, and forget what the sessions knew."""
    own = SessionStore.get_model_class().objects.filter(user_id=user_id)
    keys = [SessionStore.cache_key_prefix + key for key in own.values_list("pk", flat=True)]
    own.delete()
    transaction.on_commit(partial(_delete_cached, keys), robust=True)


def _delete_cached(keys: list[str]) -> None:
    caches["default"].delete_many(keys)
