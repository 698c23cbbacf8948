"""What beat asks of the catalogue."""

from celery import shared_task

from catalog import back_in_stock


@shared_task
def tell_who_waits() -> None:
    """Mail customers whose item is back."""
    back_in_stock.tell_who_waits()
