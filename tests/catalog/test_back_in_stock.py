"""Back-in-stock requests and their mails."""

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


def test_a_request_is_mailed_once_when_stock_returns(alice, bob, lamp):
    request_back_in_stock_mail(customer=alice, item_id=lamp.pk)
    request_back_in_stock_mail(customer=alice, item_id=lamp.pk)
    assert send_back_in_stock_mails() == 0

    given_stock({lamp: 1})

    assert (send_back_in_stock_mails(), send_back_in_stock_mails()) == (1, 0)
    [message] = mail.outbox
    assert (message.to, message.subject) == (["alice@example.com"], "It is back: Brass desk lamp")
    assert "$49.95" in message.body


def test_units_of_a_cancelled_hold_count_as_stock_that_returns(alice, bob, lamp):
    given_stock({lamp: 1})
    hold(bob, {lamp: 1})
    request_back_in_stock_mail(customer=alice, item_id=lamp.pk)

    before = send_back_in_stock_mails()
    cancel_checkout(customer=bob)

    assert (before, send_back_in_stock_mails()) == (0, 1)


def test_an_item_off_sale_is_not_mailed_about(alice, lamp):
    request_back_in_stock_mail(customer=alice, item_id=lamp.pk)
    given_stock({lamp: 1})
    update_item(item_id=lamp.pk, is_active=False)

    assert send_back_in_stock_mails() == 0
    with pytest.raises(Item.DoesNotExist):
        request_back_in_stock_mail(customer=alice, item_id=lamp.pk)


def test_a_customer_requests_a_mail_on_the_page_of_an_item_out_of_stock(client, alice, lamp):
    client.force_login(alice)
    page = lamp.get_absolute_url()
    assertContains(client.get(page), "Tell me when it is back")

    response = client.post(f"/back-in-stock/{lamp.pk}/")

    assertRedirects(response, page)
    assertContains(client.get(page), "We will mail alice@example.com when it is back.")
    assert BackInStockRequest.objects.get().customer == alice


def test_a_visitor_has_to_sign_in(client, lamp):
    response = client.post(f"/back-in-stock/{lamp.pk}/")

    assert response.url == f"/accounts/login/?next={lamp.get_absolute_url()}"
    assert not BackInStockRequest.objects.exists()
    assert client.post("/back-in-stock/99999/").status_code == 404
