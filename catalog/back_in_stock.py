"""Back-in-stock requests: one mail to each customer when the item can be bought again."""

from datetime import timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models.functions import Now
from django.template.loader import render_to_string

from catalog.exceptions import TooManyRequests
from catalog.live_items import get_item
from catalog.models import BackInStockRequest, Item
from shop.core.mail import send_unsent

MAX_REQUESTS = 200  # of a customer, of items that are not back yet
SENT_RETENTION = timedelta(days=30)


@transaction.atomic
def request_back_in_stock_mail(*, customer, item_id: int) -> None:
    """Record that the customer wants a mail when the item is back; idempotent.

    An item in stock needs none, so nobody is mailed without end by asking again after each
    mail. Raises Item.DoesNotExist or TooManyRequests.
    """
    item = get_item(item_id)
    if item.stock:
        return
    unsent = BackInStockRequest.objects.unsent().filter(customer=customer)
    if unsent.count() >= MAX_REQUESTS:
        raise TooManyRequests(MAX_REQUESTS)
    request = BackInStockRequest(item=item, customer=customer)
    BackInStockRequest.objects.bulk_create([request], ignore_conflicts=True)


def has_requested_mail(customer, item: Item) -> bool:
    """Return whether the customer has a request for the item that no mail has answered."""
    if not customer.is_authenticated:
        return False
    return BackInStockRequest.objects.unsent().filter(customer=customer, item=item).exists()


def send_back_in_stock_mails() -> int:
    """Send the mail of every request whose item has stock again; return the number sent."""
    requests = BackInStockRequest.objects.unsent().in_stock()
    return send_unsent(requests, render=_mail, mark_sent=_mark_notified)


def delete_old_requests() -> None:
    """Delete the requests whose mail was sent a month ago."""
    BackInStockRequest.objects.filter(notified_at__lt=Now() - SENT_RETENTION).delete()


def _mail(request: BackInStockRequest) -> EmailMessage:
    context = {"item": request.item}
    subject = render_to_string("catalog/mail/back_subject.txt", context)
    text = render_to_string("catalog/mail/back_text.txt", context)
    return EmailMessage(" ".join(subject.split()), text.strip(), None, [request.customer.email])


def _mark_notified(request: BackInStockRequest) -> None:
    BackInStockRequest.objects.filter(pk=request.pk).update(notified_at=Now())
