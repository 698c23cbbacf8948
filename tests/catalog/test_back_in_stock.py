"""Customers who wait for an item are told once."""

import pytest
from django.core import mail
from pytest_django.asserts import assertContains, assertRedirects

from catalog.back_in_stock import request_back_in_stock_mail, send_back_in_stock_mails
from catalog.items import update_item
from catalog.models import BackInStockRequest, Item
from orders.checkout.holds import cancel_checkout
from tests.support.factories import given_stock
from tests.support.stories import hold

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_waits_is_told_once_when_stock_returns(alice, bob, lamp):
    request_back_in_stock_mail(customer=alice, item_id=lamp.pk)
    request_back_in_stock_mail(customer=alice, item_id=lamp.pk)
    assert send_back_in_stock_mails() == 0

    given_stock({lamp: 1})

    assert (send_back_in_stock_mails(), send_back_in_stock_mails()) == (1, 0)
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["alice@example.com"], "It is back: Brass desk lamp")
    assert "$49.95" in letter.body


def test_units_that_a_hold_gives_back_count_too(alice, bob, lamp):
    given_stock({lamp: 1})
    hold(bob, {lamp: 1})
    request_back_in_stock_mail(customer=alice, item_id=lamp.pk)

    before = send_back_in_stock_mails()
    cancel_checkout(customer=bob)

    assert (before, send_back_in_stock_mails()) == (0, 1)


def test_what_is_off_sale_is_not_told_of(alice, lamp):
    request_back_in_stock_mail(customer=alice, item_id=lamp.pk)
    given_stock({lamp: 1})
    update_item(item_id=lamp.pk, is_active=False)

    assert send_back_in_stock_mails() == 0
    with pytest.raises(Item.DoesNotExist):
        request_back_in_stock_mail(customer=alice, item_id=lamp.pk)


def test_a_customer_asks_on_the_page_of_what_is_sold_out(client, alice, lamp):
    client.force_login(alice)
    page = lamp.get_absolute_url()
    assertContains(client.get(page), "Tell me when it is back")

    answer = client.post(f"/items/{lamp.pk}/tell-me/")

    assertRedirects(answer, page)
    assertContains(client.get(page), "We will mail alice@example.com when it is back.")
    assert BackInStockRequest.objects.get().customer == alice


def test_a_visitor_has_to_sign_in(client, lamp):
    answer = client.post(f"/items/{lamp.pk}/tell-me/")

    assert answer.url == f"/accounts/login/?next={lamp.get_absolute_url()}"
    assert not BackInStockRequest.objects.exists()
    assert client.post("/items/99999/tell-me/").status_code == 404
