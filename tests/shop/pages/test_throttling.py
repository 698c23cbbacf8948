"""The rate limit of pages: strangers by network, signed-in users beyond it by account."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cart.models import Cart, CartItem
from shop.accounts.models import Session
from shop.core.http.token_bucket import Limit, take_request
from shop.pages.throttling import CHEAP_COST
from tests.support.factories import UserFactory, given_stock

pytestmark = pytest.mark.django_db

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def three_pages(settings):
    settings.PAGE_RATE, settings.PAGE_BURST = 0.001, 3


def statuses(client, path, times, **kwargs):
    return [client.get(path, **kwargs).status_code for _ in range(times)]


def empty_the_bucket(client):
    assert statuses(client, "/search/?q=lamp", 4)[-1] == 429


def test_pages_beyond_the_limit_are_a_429_page_with_retry_after(client, three_pages):
    pages = [client.get("/search/?q=lamp") for _ in range(4)]

    assert [page.status_code for page in pages] == [200, 200, 200, 429]
    assert pages[3]["Retry-After"] == "1000"
    assert "no-store" in pages[3]["Cache-Control"]
    assert "That was a little too fast" in pages[3].content.decode()


@pytest.mark.parametrize(
    "path", ["/", "/nowhere/", "/feeds/google-merchant.xml", "/sitemap.xml", "/cart/", "/orders/"]
)
def test_every_page_is_limited(client, three_pages, path):
    empty_the_bucket(client)

    assert client.get(path).status_code == 429


def test_writes_are_limited_and_change_nothing(client, lamp, three_pages):
    given_stock({lamp: 5})
    empty_the_bucket(client)

    answer = client.post(reverse("cart:add", args=[lamp.pk]), {"quantity": 1})

    assert answer.status_code == 429
    assert not Cart.objects.exists()


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/favicon.ico", "/media/none.png"])
def test_checks_and_pictures_are_not_limited(client, three_pages, path):
    empty_the_bucket(client)

    answer = client.get(path)

    assert answer.status_code != 429
    answer.close()


def test_a_refused_page_costs_no_statement(client, three_pages):
    """Neither a page, nor a fragment, nor one with a cookie that names no session."""
    empty_the_bucket(client)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get("/search/?q=lamp")
        client.get("/items/stock/?item=1")
        client.cookies["sessionid"] = "x" * 32
        assert client.get("/cart/").status_code == 429

    assert len(queries) == 0


def test_scripts_get_a_line_of_text(client, three_pages):
    empty_the_bucket(client)
    fragment = client.get("/search/", headers={"HX-Request": "true"})
    for _ in range(20):
        poll = client.get("/items/stock/?item=1")

    for answer in (fragment, poll):
        assert answer.status_code == 429
        assert answer["Content-Type"] == "text/plain"
        assert answer["Retry-After"]


def test_polls_of_an_open_page_cost_a_part_of_a_page(client, three_pages):
    assert statuses(client, "/items/stock/?item=1", 16) == [200] * 15 + [429]


def test_a_signed_in_user_has_a_bucket_beyond_the_networks(client, alice, three_pages):
    empty_the_bucket(client)
    client.force_login(alice)

    assert statuses(client, "/cart/", 4) == [200, 200, 200, 429]


def test_two_sessions_of_a_user_share_a_bucket(client, alice, three_pages):
    empty_the_bucket(client)
    one, other = type(client)(), type(client)()
    one.force_login(alice)
    other.force_login(alice)

    assert statuses(one, "/cart/", 2) + statuses(other, "/cart/", 2) == [200, 200, 200, 429]


def test_networks_do_not_share_a_bucket(client, three_pages):
    empty_the_bucket(client)

    assert client.get("/", REMOTE_ADDR="192.0.2.9").status_code == 200
    assert statuses(client, "/", 4, REMOTE_ADDR="2001:db8::1")[-1] == 429
    assert client.get("/", REMOTE_ADDR="2001:db8::2").status_code == 429


def test_without_valkey_every_page_is_allowed(client, settings, three_pages):
    settings.REDIS_URL = NOWHERE

    assert statuses(client, "/search/?q=lamp", 5) == [200] * 5


def test_a_rate_of_zero_turns_the_limit_off(client, settings):
    settings.PAGE_RATE, settings.PAGE_BURST = 0, 0

    assert statuses(client, "/", 3) == [200] * 3


def test_two_hundred_people_behind_one_address_can_shop():
    """A minute of each at once: two pages and twelve refreshes of the stock."""
    limit = Limit("pages", rate=30, burst=1000)

    for _ in range(200):
        levels = [take_request(limit, "network:192.0.2.1") for _ in range(2)]
        levels += [take_request(limit, "network:192.0.2.1", cost=CHEAP_COST) for _ in range(12)]
        assert all(level.is_allowed for level in levels)


def test_the_security_log_tells_of_a_network_once_a_minute(client, three_pages, security_events):
    statuses(client, "/", 9)

    [event] = security_events.of("excess_rate_limit_exceeded")
    assert event["labels"] == {"limit": "pages"}
    assert event["source.ip"] == "127.0.0.1"


# Visitors


def add_as_a_stranger(client, item):
    return type(client)().post(reverse("cart:add", args=[item.pk]), {"quantity": 1}, follow=True)


def test_visitors_of_one_network_begin_so_many_carts(client, lamp, settings):
    settings.VISITOR_SESSIONS_PER_HOUR = 3
    given_stock({lamp: 50})

    pages = [add_as_a_stranger(client, lamp) for _ in range(5)]

    assert Cart.objects.count() == 3
    assert Session.objects.count() == 3
    assert "Very many carts were begun from your network" in pages[4].content.decode()


def test_who_has_a_cart_keeps_it_whatever_the_network_does(client, lamp, rug, settings):
    settings.VISITOR_SESSIONS_PER_HOUR = 1
    given_stock({lamp: 50, rug: 50})
    client.post(reverse("cart:add", args=[lamp.pk]), {"quantity": 1})
    add_as_a_stranger(client, lamp)

    client.post(reverse("cart:add", args=[rug.pk]), {"quantity": 1})

    assert CartItem.objects.filter(cart=Cart.objects.get()).count() == 2


def test_customers_begin_carts_whatever_the_network_does(client, lamp, settings):
    settings.VISITOR_SESSIONS_PER_HOUR = 1
    given_stock({lamp: 50})
    for _ in range(3):
        add_as_a_stranger(client, lamp)

    client.force_login(UserFactory())
    client.post(reverse("cart:add", args=[lamp.pk]), {"quantity": 1})

    assert Cart.objects.exclude(customer=None).count() == 1


def test_postal_codes_of_strangers_are_remembered_for_so_many(client, lamp, seattle, settings):
    settings.VISITOR_SESSIONS_PER_HOUR = 2
    given_stock({lamp: 5})
    path = reverse("warehouses:delivery-estimate", args=[lamp.pk])

    for _ in range(4):
        answer = type(client)().get(path, {"postal_code": "98109"}, headers={"HX-Request": "true"})
        assert "98109" in answer.content.decode()

    assert Session.objects.count() == 2


def test_no_limit_of_visitors_is_zero(client, lamp, settings):
    settings.VISITOR_SESSIONS_PER_HOUR = 0
    given_stock({lamp: 5})
    add_as_a_stranger(client, lamp)

    assert cache.client.get_client().keys("*bucket:visitors*") == []
    assert Cart.objects.count() == 1
