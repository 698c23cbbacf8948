"""Telling customers by mail what became of their orders.

The verb that has something to tell leaves a OrderNotification in its own transaction; a sweep
claims it, sends the mail outside of any transaction, and notes that it is sent. A mail
server that is away, or a worker that dies, only delays: the claim runs out.
"""

from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db.models.functions import Now
from django.template.loader import render_to_string

from orders.models import OrderNotification
from shop.core.db.claims import claim_each


def send_notifications() -> int:
    """Send what customers have not been told yet; returns how many mails went out."""
    sent = 0
    for notice in claim_each(OrderNotification.objects.to_send().select_related("order")):
        _letter(notice).send()
        OrderNotification.objects.filter(pk=notice.pk).update(sent_at=Now())
        sent += 1
    return sent


def _letter(notice: OrderNotification) -> EmailMultiAlternatives:
    """The same words twice: as plain text, and as HTML with what was ordered below."""
    known = {"order": notice.order, "details": notice.details}
    subject = " ".join(_rendered(notice, "subject", known).split())
    text = _rendered(notice, "text", known).strip()
    lines = notice.order.lines.all()
    page = {**known, "subject": subject, "text": text, "lines": lines}
    letter = EmailMultiAlternatives(subject, text, None, [notice.order.email])
    letter.attach_alternative(render_to_string("orders/mail/letter.html", page), "text/html")
    return letter


def _rendered(notice: OrderNotification, part: str, known: dict[str, Any]) -> str:
    return render_to_string(f"orders/mail/{notice.kind}_{part}.txt", known)
