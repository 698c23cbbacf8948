"""Every table that a stranger or a shopper can grow has a bound (docs/limits.md)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cart.cart import MAX_LINES, add_items_to_cart, cart_of
from cart.models import Cart, CartItem, SavedItem
from cart.visitor_carts import merge_carts
from catalog import back_in_stock
from catalog.back_in_stock import request_back_in_stock_mail, send_back_in_stock_mails
from catalog.exceptions import TooManyRequests
from catalog.models import BackInStockRequest, SearchQueryStat
from catalog.search import query_log
from orders.models import Order, OrderChange
from orders.state import history
from shop.accounts.exceptions import TooManyTokens
from shop.accounts.models import ApiToken, Session
from shop.accounts.tokens import MAX_TOKENS_A_DAY, issue_personal_token
from shop.core.http.message_storage import MAX_MESSAGES
from shop.core.http.token_bucket import Limit
from shop.integrations.models import WebhookDelivery, WebhookEndpoint
from shop.integrations.webhooks import api as webhooks
from shop.retention import delete_old_rows
from tests.support.api import client_of, order, problem_of
from tests.support.factories import ItemFactory, given_stock
from tests.support.stories import ADDRESS

pytestmark = pytest.mark.django_db


# Messages in the session


def test_forms_posted_without_end_do_not_grow_the_session(client, alice, lamp):
    given_stock({lamp: 5})
    client.force_login(alice)

    for _ in range(3 * MAX_MESSAGES):
        client.post(reverse("cart:add", args=[lamp.pk]), {"quantity": "none"})

    text = Session.objects.get().get_decoded().get("_messages", "")
    page = client.get("/cart/").content.decode()
    assert len(text) < 10_000
    assert page.count("Give the number of units") == MAX_MESSAGES


# Carts


@pytest.fixture
def small_carts(monkeypatch):
    for module in ("cart.cart", "cart.visitor_carts"):
        monkeypatch.setattr(f"{module}.MAX_LINES", 3)


def test_a_cart_takes_so_many_lines_also_of_old_orders(alice, small_carts):
    items = [ItemFactory() for _ in range(5)]
    given_stock(dict.fromkeys(items, 9))
    cart = cart_of(alice)

    changes = add_items_to_cart(cart=cart, quantities={item.pk: 1 for item in items})
    again = add_items_to_cart(cart=cart, quantities={items[0].pk: 1})

    assert MAX_LINES == 1000
    assert cart.lines.count() == 3
    assert [(change.wanted, change.quantity) for change in changes] == [(1, 0), (1, 0)]
    assert again == []


def test_visitors_carts_that_are_merged_take_so_many_lines_and_saved_items(alice, small_carts):
    items = [ItemFactory() for _ in range(8)]
    given_stock(dict.fromkeys(items, 9))
    own = cart_of(alice)
    for start in (0, 4):
        visitor = Cart.objects.create()
        for item in items[start : start + 2]:
            CartItem.objects.create(cart=visitor, item=item, quantity=1, price_seen=item.price)
        for item in items[start + 2 : start + 4]:
            SavedItem.objects.create(cart=visitor, item=item, quantity=1)
        merge_carts(visitor_cart_id=visitor.pk, customer=alice)

    assert (own.lines.count(), own.saved.count()) == (3, 3)
    assert Cart.objects.count() == 1


# Mails about stock


def test_a_customer_waits_for_so_many_items(client, alice, monkeypatch):
    monkeypatch.setattr(back_in_stock, "MAX_REQUESTS", 2)
    items = [ItemFactory() for _ in range(3)]
    for item in items[:2]:
        request_back_in_stock_mail(customer=alice, item_id=item.pk)

    with pytest.raises(TooManyRequests):
        request_back_in_stock_mail(customer=alice, item_id=items[2].pk)
    client.force_login(alice)
    page = client.post(reverse("catalog:back-in-stock", args=[items[2].pk]), follow=True)

    assert "You wait for 2 items already" in page.content.decode()
    assert BackInStockRequest.objects.count() == 2


def test_nobody_is_mailed_about_an_item_that_is_in_stock(client, alice, lamp, mailoutbox):
    given_stock({lamp: 5})
    client.force_login(alice)

    for _ in range(3):
        page = client.post(reverse("catalog:back-in-stock", args=[lamp.pk]), follow=True)
        send_back_in_stock_mails()

    assert "It is back already." in page.content.decode()
    assert mailoutbox == []


def test_answered_requests_are_deleted_after_a_month(alice, bob, lamp):
    for customer in (alice, bob):
        request_back_in_stock_mail(customer=customer, item_id=lamp.pk)
    requests = BackInStockRequest.objects
    requests.filter(customer=alice).update(
        notified_at=timezone.now() - back_in_stock.SENT_RETENTION
    )

    delete_old_rows()

    assert requests.get().customer == bob


# Queries


def test_the_log_of_queries_takes_so_many_texts(monkeypatch):
    query_log._upsert([("lamp", 1, 5)])
    monkeypatch.setattr(query_log, "MAX_STORED", -2)  # fewer than the table has by any estimate

    query_log._upsert([("lamp", 2, 5), ("invented", 1, 0)])

    assert dict(SearchQueryStat.objects.values_list("text", "count")) == {"lamp": 3}


# Tokens and webhooks


def test_a_user_gets_so_many_tokens_a_day(alice):
    ApiToken.objects.bulk_create(
        ApiToken(user=alice, digest=str(n), scopes=["shopper"], revoked_at=timezone.now())
        for n in range(MAX_TOKENS_A_DAY)
    )

    with pytest.raises(TooManyTokens):
        issue_personal_token(user=alice, name="one more", scopes=["shopper"], lifetime=None)

    ApiToken.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    assert issue_personal_token(user=alice, name="later", scopes=["shopper"], lifetime=None)


@pytest.fixture
def three_writes(settings, monkeypatch):
    settings.WEBHOOKS_ALLOW_LOOPBACK = True
    few = Limit("webhooks", rate=0.001, burst=3)
    for view in (webhooks.WebhooksView, webhooks.TestView, webhooks.ReplayView):
        monkeypatch.setattr(view, "write_limit", few)


def test_webhooks_made_and_deleted_without_end_are_limited(alice, bob, three_writes):
    body = {"url": "http://127.0.0.1:9/", "events": ["order.submitted"]}

    def make_and_delete(user) -> int:
        shopper = client_of(user, "shopper")
        made = shopper.post("/api/v1/webhooks/", body)
        if made.status_code == 201:
            shopper.delete(f"/api/v1/webhooks/{made.json()['id']}/")
        return made.status_code

    assert [make_and_delete(alice) for _ in range(5)] == [201] * 3 + [429] * 2
    assert make_and_delete(bob) == 201
    assert WebhookEndpoint.objects.count() == 4


def test_messages_sent_for_a_test_are_limited_and_reading_is_not(alice, three_writes):
    shopper = client_of(alice, "shopper")
    body = {"url": "http://127.0.0.1:9/", "events": ["order.submitted"]}
    path = f"/api/v1/webhooks/{shopper.post('/api/v1/webhooks/', body).json()['id']}/"

    answers = [shopper.post(f"{path}test/") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [202, 202, 429, 429]
    assert problem_of(answers[3]) == (429, "throttled")
    assert int(answers[3]["Retry-After"]) > 0
    assert WebhookDelivery.objects.count() == 2
    assert shopper.get(path).status_code == 200


# The history of an order


@pytest.fixture
def changed_order(shopper, lamp, monkeypatch):
    """An order of nine units whose history has room for two changes."""
    monkeypatch.setattr(history, "MAX_CHANGES", 0)
    given_stock({lamp: 20})
    return order(shopper, lamp, 9).json()["number"]


def readdress(client, number, line2):
    address = {**ADDRESS, "line2": line2}
    return client.patch(f"/api/v1/orders/{number}/", {"shipping_address": address})


def test_a_customer_changes_an_order_so_often(shopper, alice, lamp, changed_order):
    answers = [readdress(shopper, changed_order, f"Floor {n}") for n in range(4)]
    one = {"items": [{"item_id": lamp.pk, "quantity": 1}]}
    cancel = f"/api/v1/orders/{changed_order}/cancel/"
    refused = shopper.post(cancel, one)

    assert [answer.status_code for answer in answers] == [200, 200, 409, 409]
    assert problem_of(answers[3]) == problem_of(refused) == (409, "too-many-changes")
    assert answers[3].json()["limit"] == 2
    assert OrderChange.objects.filter(kind=OrderChange.Kind.READDRESSED).count() == 2
    rest = {"items": [{"item_id": lamp.pk, "quantity": 9}]}
    assert shopper.post(cancel, rest).json()["status"] == "cancelled"


def test_staff_change_it_nevertheless(shopper, clerk, changed_order):
    staff = client_of(clerk, "orders:write")
    answers = [readdress(staff, changed_order, f"Floor {n}") for n in range(4)]

    assert [answer.status_code for answer in answers] == [200] * 4


def test_the_pages_tell_that_it_was_changed_too_often(client, alice, shopper, lamp, changed_order):
    for n in range(2):
        readdress(shopper, changed_order, f"Floor {n}")
    client.force_login(alice)
    page = Order.objects.get().get_absolute_url()

    moved = client.post(f"{page}address/", {"saved": "", **ADDRESS, "line2": "Floor 9"})
    fields = {f"item-{lamp.pk}": "1"}
    cancelled = client.post(f"{page}cancel-items/", fields, follow=True)

    assert moved.status_code == 409
    assert "This order was changed very often." in moved.content.decode()
    assert "This order was changed very often." in cancelled.content.decode()
    assert Order.objects.get().lines.get().cancelled_quantity == 0
