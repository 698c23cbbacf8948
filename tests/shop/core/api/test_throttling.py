"""Rate limits of the API: token buckets in Valkey, and calls while Valkey is away."""

import logging
import re
import socket
from contextlib import closing

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from cart.models import CartItem
from shop.accounts.models import ApiToken, OAuthClient
from shop.core.http.token_bucket import Level, Limit, reset_outage, take_request
from tests.support.api import client_of, problem_of
from tests.support.concurrency import at_once
from tests.support.factories import given_stock

pytestmark = pytest.mark.django_db

SLOW = Limit("slow", rate=0.001, burst=50)  # so slow that nothing refills during a test
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def three_calls(settings):
    settings.API_RATE, settings.API_BURST = 0.001, 3


def client_with(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def let_refill(limit: Limit, key: str, *, seconds: float) -> None:
    """Move the time at which the bucket is full again towards now."""
    client = cache.client.get_client()
    client.decrby(f"shop:us:bucket:{limit.name}:{key}", int(seconds * 1_000_000))


# The bucket


def test_a_bucket_allows_its_burst_and_then_a_wait():
    levels = [take_request(SLOW, "alice") for _ in range(51)]

    assert [level.left for level in levels] == [*range(49, -1, -1), 0]
    assert [level.is_allowed for level in levels] == [True] * 50 + [False]
    assert 999 < levels[-1].wait <= 1000
    assert 49_990 < levels[-1].full_in <= 50_000


def test_a_bucket_allows_its_refill_and_no_more():
    for _ in range(60):
        take_request(SLOW, "alice")

    let_refill(SLOW, "alice", seconds=3_000)

    assert [take_request(SLOW, "alice").is_allowed for _ in range(5)] == [True] * 3 + [False] * 2


def test_a_bucket_is_never_more_than_full():
    take_request(SLOW, "alice")
    let_refill(SLOW, "alice", seconds=1_000_000)

    assert sum(take_request(SLOW, "alice").is_allowed for _ in range(60)) == 50


def test_a_full_bucket_expires():
    quick = Limit("quick", rate=1000, burst=5)
    take_request(quick, "alice")

    left = cache.client.get_client().pttl("shop:us:bucket:quick:alice")

    assert left <= 1


def test_buckets_are_independent():
    for _ in range(51):
        take_request(SLOW, "alice")

    assert take_request(SLOW, "bob").is_allowed
    assert take_request(Limit("other", rate=1, burst=1), "alice").is_allowed


def test_concurrent_requests_get_exactly_the_burst():
    def hammer() -> int:
        return sum(take_request(SLOW, "crowd").is_allowed for _ in range(20))

    assert sum(at_once(*[hammer] * 8)) == 50


def test_a_cheap_request_takes_a_part_of_one():
    dear = Limit("dear", rate=0.001, burst=2)

    assert sum(take_request(dear, "alice", cost=0.2).is_allowed for _ in range(12)) == 10
    assert not take_request(dear, "alice").is_allowed


def test_the_first_refusal_of_a_minute_is_news():
    once = Limit("once", rate=0.001, burst=1)

    assert [take_request(once, "alice").is_news for _ in range(4)] == [False, True, False, False]


# The API


def test_every_response_has_the_ratelimit_headers(client, alice, lamp):
    shopper = client_of(alice, "shopper")

    answers = [
        client.get(f"/api/v1/items/{lamp.pk}/"),
        client.get("/api/v1/items/999999/"),
        client.get("/api/v1/nowhere/"),
        client.get("/api/v1/schema/"),
        client.get("/api/v1/cart/"),
        client.get("/api/v1/items/", headers={"Host": "evil.test"}),
        shopper.get("/api/v1/cart/"),
        shopper.get("/api/v1/warehouses/"),
        shopper.post("/api/v1/items/", {}),
    ]

    assert [a.status_code for a in answers] == [200, 404, 404, 200, 401, 400, 200, 403, 403]
    for answer in answers:
        assert answer["RateLimit-Policy"].startswith('"default";q=')
        assert re.match(r'"default";r=\d+;t=\d+\Z', answer["RateLimit"])


def test_the_headers_have_the_policy_and_the_level(client, settings):
    settings.API_RATE, settings.API_BURST = 50, 500

    answer = client.get("/api/v1/suggest/?q=lamp")

    assert answer["RateLimit-Policy"] == '"default";q=500;w=10'
    assert answer["RateLimit"] == '"default";r=499;t=1'


def test_no_page_outside_the_api_has_the_headers(client):
    assert "RateLimit-Policy" not in client.get("/")


def test_a_request_beyond_the_limit_is_a_429_with_retry_after(shopper, three_calls):
    answers = [shopper.get("/api/v1/cart/") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert problem_of(answers[3]) == (429, "throttled")
    assert int(answers[3]["Retry-After"]) == 1000
    assert answers[3]["RateLimit"].startswith('"default";r=0;t=')


def test_a_refused_write_changes_nothing(shopper, lamp, three_calls):
    given_stock({lamp: 5})
    for _ in range(3):
        shopper.get("/api/v1/cart/")

    refused = shopper.put(f"/api/v1/cart/items/{lamp.pk}/", {"quantity": 1})

    assert problem_of(refused) == (429, "throttled")
    assert not CartItem.objects.exists()


def test_all_tokens_of_a_user_share_one_bucket(alice, bob, three_calls):
    hers = [client_of(alice, "shopper") for _ in range(4)]
    his = client_of(bob, "shopper")

    assert [own.get("/api/v1/cart/").status_code for own in hers] == [200, 200, 200, 429]
    assert his.get("/api/v1/cart/").status_code == 200


def test_a_users_sessions_share_the_bucket_of_the_users_tokens(client, alice, three_calls):
    client.force_login(alice)
    for caller in (client_of(alice, "shopper"), client, client):
        caller.get("/api/v1/cart/")

    assert client.get("/api/v1/cart/").status_code == 429
    assert APIClient().get("/api/v1/suggest/?q=a").status_code == 200


def test_an_oauth_client_has_a_bucket_of_its_own(alice, three_calls):
    system = OAuthClient(user=alice, name="till", scopes=["shopper"])
    system.set_credentials()
    system.save()
    hourly = [client_with(ApiToken.issue(user=alice, client=system, scopes=["shopper"]))] * 4

    assert [own.get("/api/v1/cart/").status_code for own in hourly] == [200, 200, 200, 429]
    assert client_of(alice, "shopper").get("/api/v1/cart/").status_code == 200


def test_the_security_log_names_a_caller_beyond_the_limit_once_a_minute(
    alice, bob, three_calls, security_events
):
    for _ in range(6):
        client_of(alice, "shopper").get("/api/v1/cart/")
    for _ in range(4):
        client_of(bob, "shopper").get("/api/v1/cart/")

    events = security_events.of("excess_rate_limit_exceeded")
    assert [event["user.id"] for event in events] == [alice.pk, bob.pk]
    assert events[0]["labels"] == {"limit": "api"}
    cache.client.get_client().delete(f"shop:us:bucket:default:user:{alice.pk}:refused")
    client_of(alice, "shopper").get("/api/v1/cart/")  # as a minute later
    assert len(security_events.of("excess_rate_limit_exceeded")) == 3


def test_without_a_token_each_address_has_a_bucket(client, settings, three_calls):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def call_from(address: str) -> int:
        headers = {"X-Forwarded-For": f"198.51.100.7, {address}"}
        return client.get("/api/v1/suggest/?q=a", headers=headers).status_code

    assert [call_from("192.0.2.1") for _ in range(4)] == [200, 200, 200, 429]
    assert call_from("192.0.2.2") == 200


def test_one_network_of_ipv6_is_one_caller(client, three_calls):
    def call_from(address: str) -> int:
        return client.get("/api/v1/suggest/?q=a", REMOTE_ADDR=address).status_code

    assert [call_from(f"2001:db8:1:2::{n}") for n in range(1, 5)] == [200, 200, 200, 429]
    assert call_from("2001:db8:1:3::1") == 200
    assert [call_from("::ffff:198.51.100.7") for _ in range(4)] == [200, 200, 200, 429]
    assert call_from("::ffff:198.51.100.8") == 200


def test_fewer_proxies_than_are_trusted_are_no_fault(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2

    answer = client.get("/api/v1/suggest/?q=a", headers={"X-Forwarded-For": "192.0.2.1"})

    assert answer.status_code == 200


def test_invalid_tokens_are_limited_by_address(alice, three_calls):
    stranger, shopper = APIClient(), client_of(alice, "shopper")

    tried = [
        stranger.get("/api/v1/cart/", headers={"Authorization": f"Bearer guess{n}"})
        for n in range(5)
    ]

    assert [answer.status_code for answer in tried] == [401, 401, 401, 429, 429]
    assert problem_of(tried[4]) == (429, "throttled")
    assert int(tried[4]["Retry-After"]) > 900
    assert shopper.get("/api/v1/cart/").status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/nowhere/", "/api/v1/warehouses/"])
def test_refusals_count_too(shopper, three_calls, path):
    answers = [shopper.get(path).status_code for _ in range(4)]

    assert answers[0] in {403, 404}
    assert answers[3] == 429


def test_a_limit_of_a_view_is_a_second_member_of_the_headers(shopper, lamp, settings):
    settings.MAX_HOLDS_PER_HOUR = 0
    given_stock({lamp: 5})
    shopper.put(f"/api/v1/cart/items/{lamp.pk}/", {"quantity": 1})

    answer = shopper.post("/api/v1/checkout/")

    assert problem_of(answer) == (429, "too-many-holds")
    assert re.match(r'"default";q=\d+;w=\d+, "holds";q=0;w=3600\Z', answer["RateLimit-Policy"])
    assert re.match(r'"default";r=\d+;t=\d+, "holds";r=0;t=\d+\Z', answer["RateLimit"])


def test_a_rate_of_zero_turns_the_limit_off(shopper, settings):
    settings.API_RATE, settings.API_BURST = 0, 1

    answers = [shopper.get("/api/v1/cart/") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert "RateLimit-Policy" not in answers[0]


# An outage of Valkey


def test_without_valkey_every_call_is_allowed_with_one_warning(
    client, settings, three_calls, caplog
):
    settings.REDIS_URL = NOWHERE

    with caplog.at_level(logging.WARNING, "shop.core.http.token_bucket"):
        answers = [client.get("/api/v1/suggest/?q=a") for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200] * 5
    assert answers[0]["RateLimit-Policy"] == '"default";q=3;w=3000'
    assert "RateLimit" not in answers[0]
    records = [record for record in caplog.records if record.name == "shop.core.http.token_bucket"]
    assert len(records) == 1


def test_a_hanging_valkey_is_called_once(settings):
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"

        assert [take_request(SLOW, "alice") for _ in range(3)] == [None] * 3

        silent.setblocking(False)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()


def test_calls_are_counted_again_after_an_outage(settings):
    address = settings.REDIS_URL
    settings.REDIS_URL = NOWHERE
    assert take_request(SLOW, "alice") is None

    settings.REDIS_URL = address
    reset_outage()  # as some seconds later

    assert take_request(SLOW, "alice") == Level(left=49, full_in=1000, wait=0)


def test_a_valkey_that_was_emptied_or_started_anew_still_counts():
    take_request(SLOW, "alice")
    cache.client.get_client().script_flush()
    cache.clear()

    assert take_request(SLOW, "alice").left == 49


def test_no_secret_is_part_of_a_key_in_valkey(alice, three_calls):
    token = ApiToken.issue(user=alice, scopes=["shopper"])
    APIClient().get("/api/v1/cart/", headers={"Authorization": f"Bearer {token}"})

    names = cache.client.get_client().keys("*bucket*")

    assert len(names) == 1
    assert token.encode() not in names[0]


def test_a_throttled_page_of_the_api_is_a_problem(client, three_calls):
    answers = [client.get("/api/v1/docs/") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert problem_of(answers[-1]) == (429, "throttled")
