"""Back-in-stock requests: one mail to each customer when the item can be bought again."""

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models.functions import Now
from django.template.loader import render_to_string

from catalog.live_items import get_item
from catalog.models import BackInStockRequest, Item
from shop.core.mail import send_unsent


@transaction.atomic
def request_back_in_stock_mail(*, customer, item_id: int) -> None:
    """Record that the customer wants a mail when the item is back; idempotent.

    Raises Item.DoesNotExist.
    """
    request = BackInStockRequest(item=get_item(item_id), customer=customer)
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


def _mail(request: BackInStockRequest) -> EmailMessage:
    context = {"item": request.item}
    subject = render_to_string("catalog/mail/back_subject.txt", context)
    text = render_to_string("catalog/mail/back_text.txt", context)
    return EmailMessage(" ".join(subject.split()), text.strip(), None, [request.customer.email])


def _mark_notified(request: BackInStockRequest) -> None:
    BackInStockRequest.objects.filter(pk=request.pk).update(notified_at=Now())
