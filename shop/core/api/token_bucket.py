"""Token buckets in Valkey: who may call how often, counted for all servers together.

A bucket holds `burst` requests and flows back at `rate` a second. What is kept of it is
one number, when it will be full again: the generic cell rate algorithm, as ATM networks
use it (ITU-T I.371). One script reads the clock, counts and writes, in one round trip.
With Valkey away everybody may call, and nobody waits for it: for some seconds it is not
even asked. Why this is no library: docs/decisions/0012.
"""

import logging
import threading
import time
from math import ceil
from typing import Any, NamedTuple

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 0.1  # longer than that a request waits for nothing that may be forgotten
AWAY_SECONDS = 5.0  # for which Valkey is not asked again
WARNING_INTERVAL_SECONDS = 60.0

# Times are in microseconds. `each` is how long one request takes to flow back.
TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local each, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local full_at = math.max(now, tonumber(redis.call('GET', KEYS[1]) or now))
local wait = math.max(0, full_at + each - burst * each - now)
if wait == 0 then
  full_at = full_at + each
  local written = string.format('%.0f', full_at)
  redis.call('SET', KEYS[1], written, 'PX', math.ceil((full_at - now) / 1000))
end
return {math.ceil(wait), math.ceil(full_at - now)}
"""


class Limit(NamedTuple):
    """How often something may be done: `burst` times at once, `rate` times a second for ever."""

    name: str
    rate: float
    burst: int

    @property
    def window(self) -> int:
        """Seconds in which an empty bucket is full again."""
        return ceil(self.burst / self.rate)


class Level(NamedTuple):
    """What a bucket said: how many are left, in how many seconds it is full, how long to wait."""

    left: int
    full_in: int
    wait: float

    @property
    def is_allowed(self) -> bool:
        return not self.wait


class _ThreadClient(threading.local):
    """This thread's own client, with one connection: a pool's bookkeeping costs as much again."""

    url = ""
    client: Redis


class _Absence:
    """What this process knows of Valkey being away, by time.monotonic()."""

    until = 0.0
    warned_at = -WARNING_INTERVAL_SECONDS


_own = _ThreadClient()


def take(limit: Limit, key: str) -> Level | None:
    """Take one request out of a bucket; None when there is nobody to count."""
    if time.monotonic() < _Absence.until:
        return None
    each = 1_000_000 / limit.rate
    name = f"shop:{settings.REGION.code}:bucket:{limit.name}:{key}"
    try:
        wait, full_in = _client().eval(TAKE, 1, name, each, limit.burst)
    except RedisError as error:
        _go_without(error)
        return None
    left = max(0, int(limit.burst - full_in / each))
    return Level(left, ceil(full_in / 1_000_000), wait / 1_000_000)


def ask_again() -> None:
    """Forget that Valkey was away."""
    _Absence.until, _Absence.warned_at = 0.0, -WARNING_INTERVAL_SECONDS


def _client() -> Any:
    """Return this thread's client. A connection that was cut is made anew once, at once."""
    if _own.url != settings.REDIS_URL:
        _own.client = Redis.from_url(
            settings.REDIS_URL,
            protocol=2,
            single_connection_client=True,
            socket_connect_timeout=TIMEOUT_SECONDS,
            socket_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), retries=1, supported_errors=(ConnectionLost,)),
        )
        _own.url = settings.REDIS_URL
    return _own.client


def _go_without(error: RedisError) -> None:
    now = time.monotonic()
    _Absence.until = now + AWAY_SECONDS
    if now - _Absence.warned_at >= WARNING_INTERVAL_SECONDS:
        _Absence.warned_at = now
        logger.warning("Valkey is away, so nobody's calls of the API are limited: %s", error)
