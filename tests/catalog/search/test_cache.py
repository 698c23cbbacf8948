"""Popular questions are computed once, and never answered from another state."""

import time

import pytest
from django.core.cache import cache

from catalog.search import cache as search_cache
from catalog.search.cache import cached_result
from tests.support.concurrency import at_once


class Counted:
    """Computes slowly, and counts how often."""

    def __init__(self, answer="answer", seconds=0.0):
        self.times, self.answer, self.seconds = 0, answer, seconds

    def __call__(self):
        self.times += 1
        time.sleep(self.seconds)
        return self.answer


def take_valkey_away(settings):
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    }


def test_only_what_is_asked_again_is_kept():
    compute = Counted()

    for _ in range(5):
        cached_result("question", "state", compute)

    assert compute.times == 2


@pytest.mark.django_db(transaction=True)
def test_of_many_who_ask_at_once_one_computes():
    compute = Counted(seconds=0.2)
    cached_result("question", "state", lambda: "first")

    answers = at_once(*[lambda: cached_result("question", "state", compute)] * 32)

    assert answers == ["answer"] * 32
    assert compute.times == 1


def test_for_a_second_an_answer_at_hand_is_given_without_valkey(settings):
    for _ in range(3):
        cached_result("question", "state", lambda: "answer")
    take_valkey_away(settings)

    assert cached_result("question", "state", lambda: "anew") == "answer"
    assert cached_result("question", "another state", lambda: "anew") == "anew"


def test_changed_settings_are_heard_of_by_other_processes_within_a_second(monkeypatch):
    monkeypatch.setattr(search_cache, "AT_HAND_SECONDS", 0)
    for _ in range(3):
        cached_result("question", "state", lambda: "before")
    cache.set(search_cache.SETTINGS_CHANGED, 1)

    assert cached_result("question", "state", lambda: "after") == "after"


def test_another_state_is_computed_anew():
    for _ in range(3):
        cached_result("question", "one", lambda: "of one")

    assert cached_result("question", "two", lambda: "of two") == "of two"
    assert cached_result("question", "two", lambda: "unasked") == "of two"


def test_an_answer_of_another_state_is_never_given():
    for _ in range(3):
        cached_result("question", "one", lambda: "of one")

    def compute():
        others.append(cached_result("question", "one", lambda: "of one, again"))
        return "of two"

    others: list[str] = []
    answer = cached_result("question", "two", compute)

    assert (answer, others) == ("of two", ["of one"])


def test_while_one_looks_afresh_the_others_get_what_is_kept(monkeypatch):
    monkeypatch.setattr(search_cache, "FRESH_SECONDS", (0, 0))
    for _ in range(3):
        cached_result("question", "state", lambda: "before")

    def compute():
        others.append(cached_result("question", "state", lambda: "twice"))
        return "after"

    others: list[str] = []
    answer = cached_result("question", "state", compute)

    assert (answer, others) == ("after", ["before"])


def test_machines_keep_their_own_answers():
    compute = Counted()

    for _ in range(4):
        cached_result("question", "one", compute, place="one machine")
        cached_result("question", "two", compute, place="another")

    assert compute.times == 4


def test_who_dies_computing_is_not_waited_for_long(monkeypatch):
    monkeypatch.setattr(search_cache, "COMPUTING_SECONDS", 1)
    key = "search:4:us:catalog.search.reranking.by_relevance::question"
    cached_result("question", "state", Counted())
    cache.add(f"{key}:computing", 1, 1)

    assert cached_result("question", "state", lambda: "by myself") == "by myself"


def test_without_valkey_every_question_is_computed(settings):
    take_valkey_away(settings)
    compute = Counted()

    for _ in range(3):
        assert cached_result("question", "state", compute) == "answer"

    assert compute.times == 3
