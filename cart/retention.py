"""Deletion of the carts of visitors after their retention."""

from datetime import timedelta

from django.db.models.functions import Now

from cart.models import Cart

VISITOR_CART_RETENTION = timedelta(days=30)


def delete_old_visitor_carts() -> None:
    """Delete the carts of visitors that have not changed for a month."""
    Cart.objects.filter(customer=None, updated_at__lt=Now() - VISITOR_CART_RETENTION).delete()
