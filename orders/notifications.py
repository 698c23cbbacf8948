"""Mails to customers about their orders.

A verb writes an OrderNotification in its own transaction, and the outbox (shop.core.mail)
sends it.
"""

import re
from decimal import Decimal
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db.models import prefetch_related_objects
from django.db.models.functions import Now
from django.template.loader import render_to_string

from orders.models import OrderNotification
from shop.core.mail import send_unsent

EMPTY_LINES = re.compile(r"\n\s*\n")  # between paragraphs; templates leave some too many


def send_notifications() -> int:
    """Send the unsent notifications; return the number of mails sent."""
    unsent = OrderNotification.objects.to_send().select_related("order")
    return send_unsent(unsent, render=_mail, mark_sent=_mark_sent)


def _mail(notification: OrderNotification) -> EmailMultiAlternatives:
    """Render the mail as plain text, and as HTML with the same text and the order's lines."""
    order = notification.order
    prefetch_related_objects([order], "lines")
    context = {
        "order": order,
        "details": notification.details,
        "is_still_short": _is_still_short(notification),
        **_amounts(notification),
    }
    subject = " ".join(_render(notification, "subject", context).split())
    text = EMPTY_LINES.sub("\n\n", _render(notification, "text", context)).strip()
    page = {**context, "subject": subject, "text": text, "lines": order.lines.all()}
    mail = EmailMultiAlternatives(subject, text, None, [order.email])
    mail.attach_alternative(render_to_string("orders/mail/page.html", page), "text/html")
    return mail


def _amounts(notification: OrderNotification) -> dict[str, Decimal]:
    """Return the money that was due before and after a change, where the mail tells both."""
    names = {"due", "due_before"} & notification.details.keys()
    return {name: Decimal(notification.details[name]) for name in names}


def _is_still_short(notification: OrderNotification) -> bool:
    """Return whether units of the item that a mail is about are short now."""
    item_id = notification.details.get("item_id")
    lines = notification.order.lines.all()
    return any(line.short_quantity for line in lines if line.item_id == item_id)


def _render(notification: OrderNotification, part: str, context: dict[str, Any]) -> str:
    return render_to_string(f"orders/mail/{notification.kind}_{part}.txt", context)


def _mark_sent(notification: OrderNotification) -> None:
    OrderNotification.objects.filter(pk=notification.pk).update(sent_at=Now())
