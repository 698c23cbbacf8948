"""Mails about what becomes of an order: each tells the same money due as its page."""

import pytest
from django.core import mail

from orders.cancellation import cancel_items, cancel_order
from orders.models import Order, OrderNotification
from orders.notifications import send_notifications
from orders.templatetags.order_labels import due_summary
from tests.support.eventful_order import eventful_order
from tests.support.factories import given_stock
from tests.support.stories import order
from warehouses.inventory.adjustments import discard_stock
from warehouses.inventory.shortfalls import resolve_shortfall

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("conserved")]


def sent() -> list:
    """Send the mails and return them, oldest first."""
    mail.outbox.clear()
    send_notifications()
    return mail.outbox


def test_the_first_mail_lists_only_what_is_still_ordered(alice, lamp, rug):
    given_stock({lamp: 5, rug: 5})
    placed = order(alice, {lamp: 3, rug: 1})
    cancel_items(order_id=placed.pk, quantities={lamp.pk: 1, rug.pk: 1})

    received = sent()[0]

    assert "2 × Brass desk lamp: $99.90" in received.body
    assert "Wool rug" not in received.body
    assert "4 ordered, 2 cancelled, to pay $99.90" in received.body
    assert "Wool rug" not in received.alternatives[0][0]


def test_the_first_mail_of_a_cancelled_order_promises_nothing(alice, lamp):
    given_stock({lamp: 5})
    placed = order(alice, {lamp: 3})
    cancel_order(order_id=placed.pk)

    received, cancelled = sent()

    assert received.subject == f"We had your order {placed.number}; it is cancelled"
    assert "Brass desk lamp" not in received.body + received.alternatives[0][0]
    assert "set aside" not in received.body
    for message in (received, cancelled):
        assert "3 ordered, 3 cancelled, to pay $0.00" in message.body


def test_a_partial_cancellation_is_mailed_with_the_money_before_and_after(alice, lamp):
    given_stock({lamp: 5})
    placed = order(alice, {lamp: 3})
    sent()
    cancel_items(order_id=placed.pk, quantities={lamp.pk: 2})

    [message] = sent()

    assert message.subject == f"Some of your order {placed.number} is cancelled"
    assert "2 × Brass desk lamp" in message.body
    assert "You had $149.85 to pay, and have $49.95 to pay now." in message.body
    assert "3 ordered, 2 cancelled, to pay $49.95" in message.body


def test_a_mail_that_is_sent_late_also_tells_what_is_due_now(alice, lamp):
    given_stock({lamp: 5})
    placed = order(alice, {lamp: 3})
    sent()
    for _ in range(2):
        cancel_items(order_id=placed.pk, quantities={lamp.pk: 1})

    first, second = sent()

    assert "You had $149.85 to pay, and have $99.90 to pay now." in first.body
    assert "More has changed since." in first.body
    assert "More has changed since." not in second.body
    for message in (first, second):
        assert "3 ordered, 2 cancelled, to pay $49.95" in message.body


@pytest.mark.parametrize("is_cancelled", [True, False])
def test_a_mail_that_is_sent_late_promises_nothing_of_units_that_wait_no_more(
    alice, lamp, rug, seattle, is_cancelled
):
    given_stock({lamp: 1, rug: 1}, seattle)
    placed = order(alice, {lamp: 1, rug: 1})
    for item in (lamp, rug):
        discard_stock(warehouse=seattle, item=item, quantity=1)
        resolve_shortfall(item_id=item.pk)
    if is_cancelled:
        cancel_items(order_id=placed.pk, quantities={lamp.pk: 1})
    else:
        given_stock({lamp: 1}, seattle)

    _, of_lamp, of_rug = sent()[:3]

    assert "first in line" not in of_lamp.body
    assert "they were found, or cancelled" in of_lamp.body
    assert "first in line for the next that arrive" in of_rug.body


def test_every_kind_of_mail_tells_the_same_money_due(alice, clerk):
    placed = eventful_order(alice, clerk)
    order_as_it_is = Order.objects.get(pk=placed.pk)

    messages = sent()

    kinds = list(OrderNotification.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == [
        "received",
        "items_cancelled",
        "short",
        "shipped",
        "tracking",
        "returned",
        "return_refused",
    ]
    for message in messages:
        assert due_summary(order_as_it_is) in message.body
        assert placed.number in message.subject
        assert "\n\n\n" not in message.body
        assert "$355.30" in message.alternatives[0][0]


def test_the_mails_say_what_has_happened(alice, clerk):
    eventful_order(alice, clerk)

    _, _, short, shipped, tracking, returned, refused = sent()

    assert "2 × Brass desk lamp with a linen shade" in short.body
    assert "first in line for the next that arrive" in short.body
    assert "Carrier: United Parcel Service" in shipped.body
    assert "https://example.com/track?n=1Z999AA1\n" in shipped.body
    assert "https://example.com/track?n=1Z999AA10123456784" in tracking.body
    assert 'href="https://example.com/track?n=1Z999AA10123456784"' in tracking.alternatives[0][0]
    assert "1 × Brass desk lamp with a linen shade" in returned.body
    assert "Rugs that were cut to size stay with you" in refused.body


def test_no_mail_names_staff(alice, clerk):
    eventful_order(alice, clerk)

    for message in sent():
        text = message.subject + message.body + message.alternatives[0][0]
        assert "Wanda" not in text
        assert "clerk" not in text


@pytest.mark.parametrize("kind", OrderNotification.Kind.values)
def test_every_kind_of_mail_has_its_words(alice, lamp, kind):
    given_stock({lamp: 1})
    placed = order(alice, {lamp: 1})
    OrderNotification.objects.all().delete()
    details = {"items": [{"name": "<b>Lamp & co</b>", "quantity": 1}]}
    OrderNotification.objects.create(
        order=placed,
        kind=kind,
        details=details | {"name": "Lamp", "quantity": 1, "due": "49.95", "due_before": "99.90"},
    )

    [message] = sent()

    assert placed.number in message.subject
    assert "to pay $49.95" in message.body
    assert "<b>Lamp" not in message.alternatives[0][0]
