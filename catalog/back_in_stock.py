"""Telling customers by mail, once, that an item they waited for is back."""

from django.core.mail import send_mail
from django.db import transaction
from django.db.models.functions import Now
from django.template.loader import render_to_string

from catalog.live_items import get_item
from catalog.models import BackInStockRequest, Item
from shop.core.db.claims import claim_each


@transaction.atomic
def request_back_in_stock_mail(*, customer, item_id: int) -> None:
    """Note that the customer wants to be told. Asking again changes nothing.

    Raises Item.DoesNotExist.
    """
    request = BackInStockRequest(item=get_item(item_id), customer=customer)
    BackInStockRequest.objects.bulk_create([request], ignore_conflicts=True)


def is_waiting(customer, item: Item) -> bool:
    if not customer.is_authenticated:
        return False
    return BackInStockRequest.objects.waiting().filter(customer=customer, item=item).exists()


def send_back_in_stock_mails() -> int:
    """Mail everybody whose item has stock again; returns how many mails went out."""
    sent = 0
    for request in claim_each(BackInStockRequest.objects.waiting().in_stock()):
        known = {"item": request.item}
        subject = render_to_string("catalog/mail/back_subject.txt", known)
        text = render_to_string("catalog/mail/back_text.txt", known)
        send_mail(" ".join(subject.split()), text.strip(), None, [request.customer.email])
        BackInStockRequest.objects.filter(pk=request.pk).update(told_at=Now())
        sent += 1
    return sent
