"""Token buckets in Valkey: rate limits that all servers count together.

A bucket holds `burst` requests and refills at `rate` a second. Valkey stores one number for
it, the time at which it will be full again: the generic cell rate algorithm (GCRA), as ATM
networks use it (ITU-T I.371). One script reads the clock, counts and writes, in one round
trip. While Valkey is away every call is allowed, and none waits for it: for some seconds
after a failure no call is sent to it. Why this is no library: docs/decisions/0012.
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

TIMEOUT_SECONDS = 0.1  # because a request must not wait for a mere counter
OUTAGE_SECONDS = 5.0  # for which Valkey is not called after a failure
WARNING_INTERVAL_SECONDS = 60.0
NEWS_INTERVAL_SECONDS = 60  # in which one refusal of a bucket is news

# Times are in microseconds. `interval` is the time in which one request refills; a request
# of a `cost` below 1 takes a part of one. The second key exists for a minute after a refusal.
TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local cost = interval * tonumber(ARGV[3])
local is_news = 0
local full_at = math.max(now, tonumber(redis.call('GET', KEYS[1]) or now))
local wait = math.max(0, full_at + cost - burst * interval - now)
if wait == 0 then
  full_at = full_at + cost
  local written = string.format('%.0f', full_at)
  redis.call('SET', KEYS[1], written, 'PX', math.ceil((full_at - now) / 1000))
elseif redis.call('SET', KEYS[2], 1, 'NX', 'EX', ARGV[4]) then
  is_news = 1
end
return {math.ceil(wait), math.ceil(full_at - now), is_news}
"""


class Limit(NamedTuple):
    """A rate limit: `burst` requests at once, `rate` requests a second in the long run."""

    name: str
    rate: float
    burst: int

    @property
    def window(self) -> int:
        """Return the seconds in which an empty bucket fills."""
        return ceil(self.burst / self.rate)


class Level(NamedTuple):
    """The level of a bucket: requests left, seconds until it is full, seconds to wait.

    `is_news` marks the first refusal of a bucket in NEWS_INTERVAL_SECONDS.
    """

    left: int
    full_in: int
    wait: float
    is_news: bool = False

    @property
    def is_allowed(self) -> bool:
        """Return whether the request was within the limit."""
        return not self.wait


class _ThreadClient(threading.local):
    """A client of this thread with one connection; a pool's bookkeeping would double the cost."""

    url = ""
    client: Redis


class _Outage:
    """The last failure of Valkey that this process saw, by time.monotonic()."""

    until = 0.0
    warned_at = -WARNING_INTERVAL_SECONDS


_thread = _ThreadClient()


def take_request(limit: Limit, key: str, *, cost: float = 1) -> Level | None:
    """Take a request, or the part of one that it costs, out of a bucket.

    Returns None while Valkey is away.
    """
    if time.monotonic() < _Outage.until:
        return None
    interval = 1_000_000 / limit.rate
    name = f"shop:{settings.REGION.code}:bucket:{limit.name}:{key}"
    arguments = (interval, limit.burst, cost, NEWS_INTERVAL_SECONDS)
    try:
        wait, full_in, is_news = _client().eval(TAKE, 2, name, f"{name}:refused", *arguments)
    except RedisError as error:
        _record_outage(error)
        return None
    left = max(0, int(limit.burst - full_in / interval))
    return Level(left, ceil(full_in / 1_000_000), wait / 1_000_000, bool(is_news))


def reset_outage() -> None:
    """Call Valkey again with the next request, as OUTAGE_SECONDS after a failure."""
    _Outage.until, _Outage.warned_at = 0.0, -WARNING_INTERVAL_SECONDS


def _client() -> Any:
    """Return this thread's client, which reconnects once, at once, after a lost connection."""
    if _thread.url != settings.REDIS_URL:
        _thread.client = Redis.from_url(
            settings.REDIS_URL,
            protocol=2,
            single_connection_client=True,
            socket_connect_timeout=TIMEOUT_SECONDS,
            socket_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), retries=1, supported_errors=(ConnectionLost,)),
        )
        _thread.url = settings.REDIS_URL
    return _thread.client


def _record_outage(error: RedisError) -> None:
    now = time.monotonic()
    _Outage.until = now + OUTAGE_SECONDS
    if now - _Outage.warned_at >= WARNING_INTERVAL_SECONDS:
        _Outage.warned_at = now
        logger.warning("Valkey is away, so no requests are limited: %s", error)
