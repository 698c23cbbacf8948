"""The cache of popular queries' results: ids, counts and facets, never price or stock.

A cache entry carries the state of the index from which it was computed, and is used only
while that state is current. One process computes a result; the others wait for it a few
milliseconds or, when the entry is only due for a refresh, use the entry. Each process also
keeps results for a second without reading Valkey. While Valkey is away nothing is cached and
every query is computed.
"""

import random
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

# Incremented by every committed change of an item.
ITEMS_CHANGED = "search:items-changed"
SCHEMA = 7  # of a cache entry; raised when its form changes
SETTINGS_CHANGED = "search:settings-changed"
CACHE_SECONDS = 300
FRESH_SECONDS = (60, 120)  # drawn for each entry, so that not all are due at once
COMPUTING_SECONDS = 1  # after which the computing process is taken for dead
WAIT_SECONDS = 0.01
# Also how late a process may notice changed settings, such as synonyms.
PROCESS_CACHE_SECONDS = 1.0
MAX_PROCESS_ENTRIES = 256
# A query is popular, and cached, when it is searched this often within CACHE_SECONDS.
POPULAR_SEARCHES = 2


class Form(NamedTuple):
    """How a result becomes plain data for Valkey, which keeps no objects, and back."""

    to_plain: Callable[[Any], Any]
    from_plain: Callable[[Any], Any]


class ProcessEntry(NamedTuple):
    """A result that this process uses again without reading Valkey."""

    index_state: str
    until: float  # of time.monotonic()
    result: Any


_process_cache: dict[str, ProcessEntry] = {}


def cached_result(
    digest: str, index_state: str, compute: Callable[[], Any], form: Form, *, cache_scope: str = ""
) -> Any:
    """Return the cached result of a query, or compute it and cache it if it is popular.

    `index_state` names what the result depends on: a result of another state is never used.
    `cache_scope` names the machines that share index states, and so cached results.
    """
    key = f"search:{SCHEMA}:{settings.REGION.code}:{settings.SEARCH_RANKER}:{cache_scope}:{digest}"
    in_process = _process_cache.get(key)
    if in_process and in_process.index_state == index_state and time.monotonic() < in_process.until:
        return in_process.result
    stored = cache.get_many([key, SETTINGS_CHANGED])
    state = f"{index_state}/{stored.get(SETTINGS_CHANGED, 0)}"
    entry = stored.get(key)
    current = entry if entry and entry["state"] == state else None
    if current and current["fresh_until"] > time.time():
        result = form.from_plain(current["result"])
        _store_in_process(key, index_state, result)
        return result
    if entry is None and _count_search(key) < POPULAR_SEARCHES:
        return compute()
    if cache.add(f"{key}:computing", 1, COMPUTING_SECONDS):
        return _compute_and_store(key, state, compute, form)
    if current:
        return form.from_plain(current["result"])
    return _wait_for_result(key, state, compute, form)


def invalidate_results() -> None:
    """Make every cached result out of date, once the current transaction has committed."""

    def invalidate() -> None:
        _increment(SETTINGS_CHANGED)
        clear_process_cache()

    transaction.on_commit(invalidate, robust=True)


def clear_process_cache() -> None:
    """Drop the results of this process, so that Valkey is asked again for each."""
    _process_cache.clear()


def count_item_change() -> None:
    """Change the index state of PostgreSQL's engine once this transaction has committed."""
    transaction.on_commit(lambda: _increment(ITEMS_CHANGED), robust=True)


def _store_in_process(key: str, index_state: str, result: Any) -> None:
    if len(_process_cache) >= MAX_PROCESS_ENTRIES:
        _process_cache.clear()
    until = time.monotonic() + PROCESS_CACHE_SECONDS
    _process_cache[key] = ProcessEntry(index_state, until, result)


def _compute_and_store(key: str, state: str, compute: Callable[[], Any], form: Form) -> Any:
    try:
        result = compute()
        fresh_until = time.time() + random.uniform(*FRESH_SECONDS)  # noqa: S311 -- no secret
        plain = form.to_plain(result)
        entry = {"result": plain, "state": state, "fresh_until": fresh_until}
        cache.set(key, entry, CACHE_SECONDS)
        return result
    finally:
        cache.delete(f"{key}:computing")


def _wait_for_result(key: str, state: str, compute: Callable[[], Any], form: Form) -> Any:
    """Return the result that another process computes, or compute it if that one fails."""
    end = time.monotonic() + COMPUTING_SECONDS
    while time.monotonic() < end:
        stored = cache.get_many([key, f"{key}:computing"])
        entry = stored.get(key)
        if entry and entry["state"] == state:
            return form.from_plain(entry["result"])
        if f"{key}:computing" not in stored:
            break
        time.sleep(WAIT_SECONDS)
    return compute()


def _count_search(key: str) -> int:
    """Count a search for the query and return the count; 0 without a cache."""
    key = f"{key}:searches"
    cache.add(key, 0, CACHE_SECONDS)
    try:
        return cache.incr(key) or 0
    except ValueError:  # it expired in between, or there is no cache
        return 0


def _increment(key: str) -> None:
    cache.add(key, 0, timeout=None)
    cache.incr(key)
