"""Newcomers: written at the sign-up, trusted after their first parcel, or by staff."""

from collections.abc import Collection
from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from orders.models import Newcomer, Order

# A closed account counts among its network for so long, or nobody would need more than one.
KEPT_AFTER_CLOSING = timedelta(days=1)
MAX_NETWORK_LENGTH = Newcomer._meta.get_field("network").max_length


def record_newcomer(*, customer, network: str) -> None:
    """Write that a customer signed up alone, from this network. Idempotent."""
    Newcomer.objects.get_or_create(
        customer=customer, defaults={"network": network[:MAX_NETWORK_LENGTH]}
    )


def confirm_newcomer(*, customer_id: int) -> None:
    """Write that the customer has confirmed an e-mail address."""
    Newcomer.objects.filter(customer=customer_id, confirmed_at=None).update(confirmed_at=Now())


def trust_customers(*, customer_ids: Collection[int]) -> int:
    """End the tighter limits of newcomers; return how many of the customers were any."""
    deleted, _ = Newcomer.objects.filter(customer__in=customer_ids).delete()
    return deleted


def forget_closed_newcomers() -> int:
    """Delete the networks of accounts that are closed for a day and have no open order.

    Returns how many. Until then the units that they ordered count among their network's.
    """
    orders = Order.objects.filter(customer=OuterRef("customer"))
    is_open = Exists(orders.exclude(status__in=Order.FINAL_STATUSES))
    closed = Newcomer.objects.filter(customer__closed_at__lt=Now() - KEPT_AFTER_CLOSING)
    deleted, _ = closed.filter(~is_open).delete()
    return deleted
