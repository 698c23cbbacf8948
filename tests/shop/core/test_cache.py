"""Valkey: who writes to it runs no code and becomes no other user, who reads it has no session."""

import pickle
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django_redis import get_redis_connection

from catalog.models import Item
from catalog.search.index.indexer import rebuild
from catalog.search.query.search_query import SearchQuery
from catalog.search.service import get_item_catalogue
from shop.accounts.sessions import SessionStore


class Intruder:
    """A pickle that makes a file when it is read."""

    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def cached_keys(pattern: str = "*") -> list[bytes]:
    return list(get_redis_connection().scan_iter(pattern))


def plant_everywhere(value: bytes) -> None:
    """Overwrite every value in Valkey, as an intruder may who has its password."""
    valkey = get_redis_connection()
    for key in cached_keys():
        valkey.set(key, value)


@pytest.mark.django_db
def test_a_planted_pickle_runs_nothing(client, alice, lamp, tmp_path, monkeypatch):
    monkeypatch.setattr("catalog.search.cache.PROCESS_CACHE_SECONDS", 0)
    client.force_login(alice)
    for _ in range(3):
        client.get("/search/", {"q": "lamp"})
    assert len(cached_keys("*search*")) > 1 and cached_keys("*session*")
    plant_everywhere(pickle.dumps(Intruder(tmp_path / "run")))

    answers = [client.get("/search/", {"q": "lamp"}), client.get("/cart/")]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("garbage", [b"", b"x", b"\x80\x05\x95", b"\xc1", b"\xff" * 9, b"1" * 5000])
@pytest.mark.django_db
def test_a_value_of_another_program_counts_as_missing(client, garbage):
    cache.set("key", "value")
    plant_everywhere(garbage)

    assert not isinstance(cache.get("key"), str)


@pytest.mark.django_db
def test_a_forged_session_is_not_accepted(client, alice, bob):
    """Neither a session that a writer of Valkey makes, nor the copy of another user's."""
    Client().force_login(alice)
    [hers] = cached_keys("*session:*")
    client.force_login(bob)
    [his] = set(cached_keys("*session:*")) - {hers}
    valkey = get_redis_connection()

    forgeries = [valkey.get(hers)]
    for value in ({"_auth_user_id": str(alice.pk)}, "eyJ9:1:x", ["x"], 5):
        cache.set("forgery", value)
        forgeries.append(valkey.get(cached_keys("*forgery*")[0]))
    for forgery in forgeries:
        valkey.set(his, forgery)
        answer = client.get(reverse("account_email"))
        assert alice.email not in answer.text
        assert bob.email in answer.text


@pytest.mark.django_db
def test_a_reader_of_valkey_gets_no_session(client, alice):
    client.force_login(alice)
    client.get("/cart/")
    valkey = get_redis_connection()

    written = b"".join(key + valkey.get(key) for key in cached_keys())

    assert client.session.session_key.encode() not in written


@pytest.mark.django_db
def test_sessions_are_read_from_the_cache(client, alice, django_assert_num_queries):
    client.force_login(alice)
    key = client.session.session_key

    with django_assert_num_queries(0):
        assert SessionStore(key)["_auth_user_id"] == str(alice.pk)
        assert SessionStore(key).exists(key)


@pytest.mark.django_db
def test_a_cached_search_is_as_it_was(indexer, lamp, monkeypatch):
    monkeypatch.setattr("catalog.search.cache.PROCESS_CACHE_SECONDS", 0)
    rebuild()

    first, *others = [get_item_catalogue(SearchQuery("lamp")) for _ in range(4)]

    assert [item.pk for item in first.items] == [lamp.pk]
    assert all(other.facets == first.facets and other.count == first.count for other in others)


def test_objects_are_not_kept():
    with pytest.raises(TypeError):
        cache.set("key", Item(name="x"))
