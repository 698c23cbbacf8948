"""Popular queries are computed once, and never answered from another index state."""

import time
from functools import partial

import pytest
from django.core.cache import cache

from catalog.search import cache as search_cache
from catalog.search.cache import Form
from tests.support.concurrency import at_once

cached_result = partial(search_cache.cached_result, form=Form(list, "".join))


class CountedComputation:
    """Computes slowly, and counts how often."""

    def __init__(self, result="result", seconds=0.0):
        self.times, self.result, self.seconds = 0, result, seconds

    def __call__(self):
        self.times += 1
        time.sleep(self.seconds)
        return self.result


def take_valkey_away(settings):
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    }


def test_only_a_query_that_is_searched_again_is_cached():
    compute = CountedComputation()

    for _ in range(5):
        cached_result("query", "state", compute)

    assert compute.times == 2


@pytest.mark.django_db(transaction=True)
def test_of_many_searches_at_once_only_one_computes():
    compute = CountedComputation(seconds=0.2)
    cached_result("query", "state", lambda: "first")

    results = at_once(*[lambda: cached_result("query", "state", compute)] * 32)

    assert results == ["result"] * 32
    assert compute.times == 1


def test_for_a_second_a_process_uses_its_result_without_valkey(settings):
    for _ in range(3):
        cached_result("query", "state", lambda: "result")
    take_valkey_away(settings)

    assert cached_result("query", "state", lambda: "anew") == "result"
    assert cached_result("query", "another state", lambda: "anew") == "anew"


def test_changed_settings_reach_other_processes_within_a_second(monkeypatch):
    monkeypatch.setattr(search_cache, "PROCESS_CACHE_SECONDS", 0)
    for _ in range(3):
        cached_result("query", "state", lambda: "before")
    cache.set(search_cache.SETTINGS_CHANGED, 1)

    assert cached_result("query", "state", lambda: "after") == "after"


def test_another_state_is_computed_anew():
    for _ in range(3):
        cached_result("query", "first", lambda: "of first")

    assert cached_result("query", "second", lambda: "of second") == "of second"
    assert cached_result("query", "second", lambda: "not computed") == "of second"


def test_a_result_of_another_state_is_never_used():
    for _ in range(3):
        cached_result("query", "first", lambda: "of first")

    def compute():
        others.append(cached_result("query", "first", lambda: "of first, again"))
        return "of second"

    others: list[str] = []
    result = cached_result("query", "second", compute)

    assert (result, others) == ("of second", ["of first"])


def test_while_one_process_refreshes_an_entry_the_others_use_it(monkeypatch):
    monkeypatch.setattr(search_cache, "FRESH_SECONDS", (0, 0))
    for _ in range(3):
        cached_result("query", "state", lambda: "before")

    def compute():
        others.append(cached_result("query", "state", lambda: "twice"))
        return "after"

    others: list[str] = []
    result = cached_result("query", "state", compute)

    assert (result, others) == ("after", ["before"])


def test_each_cache_scope_has_its_own_entries():
    compute = CountedComputation()

    for _ in range(4):
        cached_result("query", "first", compute, cache_scope="one machine")
        cached_result("query", "second", compute, cache_scope="another")

    assert compute.times == 4


def test_a_process_that_died_computing_is_not_waited_for_long(monkeypatch):
    monkeypatch.setattr(search_cache, "COMPUTING_SECONDS", 1)
    key = "search:6:us:catalog.search.reranking.by_relevance::question"
    cached_result("query", "state", CountedComputation())
    cache.add(f"{key}:computing", 1, 1)

    assert cached_result("query", "state", lambda: "by myself") == "by myself"


def test_without_valkey_every_query_is_computed(settings):
    take_valkey_away(settings)
    compute = CountedComputation()

    for _ in range(3):
        assert cached_result("query", "state", compute) == "result"

    assert compute.times == 3
