"""The cache, as far as it is there."""

from typing import Any

from django_redis.cache import RedisCache


class FailSafeCache(RedisCache):
    """Valkey; while it is away, as if everything had just been forgotten.

    `add` then succeeds, as it does for what was forgotten. allauth's rate limits take a
    lock with it and would otherwise turn everybody away: signing in goes on, uncounted.
    """

    def add(self, *args: Any, **kwargs: Any) -> bool:
        added = super().add(*args, **kwargs)
        return True if added is None else added
