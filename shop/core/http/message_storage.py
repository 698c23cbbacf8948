"""Messages to the next page: in a cookie named as the session's, else in the session.

Django keeps all of them until a page shows them, so a program that only posts forms would grow
its session with every request. Here the latest few are kept.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpResponseBase

MAX_MESSAGES = 20


class NamedCookieStorage(CookieStorage):
    """Django's cookie of messages, with the prefix __Host- where the session's has it."""

    cookie_name = f"{settings.COOKIE_PREFIX}messages"


class MessageStorage(FallbackStorage):
    """Django's default storage, with the named cookie and at most MAX_MESSAGES messages."""

    storage_classes = (NamedCookieStorage, SessionStorage)

    def _store(
        self, messages: Iterable[Any], response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> list[Message]:
        latest = list(messages)[-MAX_MESSAGES:]
        return super()._store(latest, response, *args, **kwargs)  # type: ignore[misc]
