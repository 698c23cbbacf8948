"""The cache backend: Valkey, and no error while it is away."""

from typing import Any

from django_redis.cache import RedisCache


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
