"""Messages to the next page, in a cookie named as the session's, else in the session."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class NamedCookieStorage(CookieStorage):
    """Django's cookie of messages, with the prefix __Host- where the session's has it."""

    cookie_name = f"{settings.COOKIE_PREFIX}messages"


class MessageStorage(FallbackStorage):
    """Django's default storage, with the named cookie."""

    storage_classes = (NamedCookieStorage, SessionStorage)
