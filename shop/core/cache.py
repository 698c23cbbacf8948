"""The cache backend: Valkey with plain values, and no error while it is away."""

import logging
import sys
import time
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django_redis.cache import CONNECTION_INTERRUPTED, RedisCache
from django_redis.serializers.msgpack import MSGPackSerializer

logger = logging.getLogger(__name__)

WARNING_INTERVAL_SECONDS = 60
# The keys of allauth's limits and of used one-time codes, which this process then keeps itself.
COUNTED = "allauth"
MAX_LOCAL_ENTRIES = 10_000


class OutageLog:
    """A log of at most one line a minute, in place of a traceback for each call."""

    def __init__(self) -> None:
        self.warned_at = -float(WARNING_INTERVAL_SECONDS)

    def exception(self, message: str) -> None:
        """Warn that Valkey is away; django-redis calls this for each ignored exception."""
        now = time.monotonic()
        if now - self.warned_at >= WARNING_INTERVAL_SECONDS:
            self.warned_at = now
            logger.warning("Valkey is away, so each process counts alone: %s", sys.exc_info()[1])


outage_log = OutageLog()


class PlainSerializer(MSGPackSerializer):
    """A serializer of numbers, texts, lists and dictionaries, as MessagePack.

    Pickles, which django-redis writes by default, would run the code of anybody who can
    write to Valkey.
    """

    def loads(self, value: bytes) -> Any:
        """Return a value, or None, as for a missing key, where another program wrote it."""
        try:
            return super().loads(value)
        except ValueError:  # every error of msgpack is one, as is that of a malformed text
            return None


class FailSafeCache(RedisCache):
    """A Valkey cache that behaves as an empty cache while Valkey is away.

    The limits on wrong passwords, sign-ups and mails are then counted in this process, so
    guesses stay bounded by the limit times the number of processes.
    """

    _local = LocMemCache("limits", {"OPTIONS": {"MAX_ENTRIES": MAX_LOCAL_ENTRIES}})

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._log_ignored_exceptions, self.logger = True, outage_log

    def get(self, key: Any, default: Any = None, version: Any = None, client: Any = None) -> Any:
        """Return a value; a limit's from this process while Valkey is away."""
        value = self._get(key, default, version, client)
        if value is not CONNECTION_INTERRUPTED:
            return value
        return self._local.get(key, default) if _is_counted(key) else default

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, **options: Any) -> Any:
        """Store a value; a limit's in this process while Valkey is away."""
        stored = super().set(key, value, timeout, **options)
        if stored is None and _is_counted(key):
            self._local.set(key, value, timeout)
        return stored

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, **options: Any) -> bool:
        """Store a value under a new key; while Valkey is away every key but a limit's is new.

        allauth's rate limits take a lock with `add` and would otherwise refuse every sign-in.
        """
        added = super().add(key, value, timeout, **options)
        if added is not None:
            return added
        return self._local.add(key, value, timeout) if _is_counted(key) else True

    def delete(self, key: Any, **options: Any) -> Any:
        """Delete a value, also one that this process kept during an outage."""
        if _is_counted(key):
            self._local.delete(key)
        return super().delete(key, **options)

    def clear(self) -> Any:
        """Delete every value, and forget the outage."""
        cleared = super().clear()
        self._local.clear()
        outage_log.warned_at = -float(WARNING_INTERVAL_SECONDS)
        return cleared

    def incr(self, *args: Any, **kwargs: Any) -> int:
        """Add to a number. Raises ValueError for a missing key, and for what is no number."""
        try:
            return super().incr(*args, **kwargs)
        except TypeError as error:  # PlainSerializer read nothing
            raise ValueError("The value is no number.") from error


def _is_counted(key: Any) -> bool:
    return str(key).startswith(COUNTED)
