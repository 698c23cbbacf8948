"""Mails to customers about their orders."""

import pytest
from django.core import mail

from orders.cancellation import cancel_order
from orders.models import OrderNotification
from orders.notifications import send_notifications
from tests.support.factories import given_stock
from tests.support.stories import order, order_and_assign
from warehouses.fulfilment.shipping import ship_warehouse_order


@pytest.fixture
def notification(alice, lamp):
    given_stock({lamp: 2})
    placed = order(alice, {lamp: 2})
    OrderNotification.objects.all().delete()
    return OrderNotification.objects.create(
        order=placed,
        kind=OrderNotification.Kind.SHORT,
        details={"name": "Lamp <3 & co", "quantity": 1},
    )


def test_a_notification_is_mailed_once(notification):
    assert (send_notifications(), send_notifications()) == (1, 0)

    [message] = mail.outbox
    assert message.to == ["alice@example.com"]
    assert notification.order.number in message.subject
    assert "1 × Lamp <3 & co" in message.body


@pytest.mark.usefixtures("notification")
def test_an_unreachable_mail_server_only_delays_a_mail(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    with pytest.raises(OSError, match="refused"):
        send_notifications()
    OrderNotification.objects.update(claimed_until="2020-01-01T00:00Z")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    assert send_notifications() == 1


def test_each_event_of_an_order_is_mailed(alice, lamp, seattle):
    lamp.name = "Lamp <3 & co"
    lamp.save()
    given_stock({lamp: 5}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 2})
    ship_warehouse_order(warehouse_order_id=parcel.pk, tracking="1Z999")
    ship_warehouse_order(warehouse_order_id=parcel.pk, tracking="1Z999")
    other = order(alice, {lamp: 1})
    cancel_order(order_id=other.pk)
    cancel_order(order_id=other.pk)

    send_notifications()

    received, shipped, _, cancelled = mail.outbox
    assert received.subject == f"We have your order {placed.number}"
    assert "2 × Lamp <3 & co: $99.90" in received.body
    assert "1Z999" in shipped.body
    assert "2 × Lamp <3 & co" in shipped.body
    assert "is cancelled" in cancelled.subject
    html, kind = received.alternatives[0]
    assert kind == "text/html"
    assert "2 × Lamp &lt;3 &amp; co" in html
    assert "<3" not in html
