"""The cache backend: Valkey with plain values, and no error while it is away."""

from typing import Any

from django_redis.cache import RedisCache
from django_redis.serializers.msgpack import MSGPackSerializer


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

    `add` then succeeds, as it does for a key that is not in the cache. allauth's rate
    limits take a lock with `add` and would otherwise refuse every sign-in: users can still
    sign in, and their attempts are not counted.
    """

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """Store a value under a new key; True while Valkey is away."""
        added = super().add(*args, **kwargs)
        return True if added is None else added

    def incr(self, *args: Any, **kwargs: Any) -> int:
        """Add to a number. Raises ValueError for a missing key, and for what is no number."""
        try:
            return super().incr(*args, **kwargs)
        except TypeError as error:  # PlainSerializer read nothing
            raise ValueError("The value is no number.") from error
