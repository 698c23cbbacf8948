"""Rows that nobody needs any more, swept away every hour."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db.models.functions import Now

from cart.models import Cart
from shop.models import IdempotentAnswer

ANSWERS_ARE_KEPT = timedelta(hours=24)
VISITORS_CARTS_ARE_KEPT = timedelta(days=30)


def forget_old_rows() -> None:
    """Delete kept answers after a day, visitors' carts after a month, and ended sessions."""
    IdempotentAnswer.objects.filter(created_at__lt=Now() - ANSWERS_ARE_KEPT).delete()
    Cart.objects.filter(customer=None, updated_at__lt=Now() - VISITORS_CARTS_ARE_KEPT).delete()
    Session.objects.filter(expire_date__lt=Now()).delete()
