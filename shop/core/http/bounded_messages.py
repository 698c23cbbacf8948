"""Messages to the next page, of which the latest few are kept.

Django keeps all of them until a page shows them, in the session where the cookie is full. So a
program that only posts forms would grow its session with every request.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpResponseBase

MAX_MESSAGES = 20


class BoundedMessages(FallbackStorage):
    """Django's default storage, with at most MAX_MESSAGES messages that no page has shown."""

    def _store(
        self, messages: Iterable[Any], response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> list[Message]:
        latest = list(messages)[-MAX_MESSAGES:]
        return super()._store(latest, response, *args, **kwargs)  # type: ignore[misc]
