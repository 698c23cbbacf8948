"""Periodic tasks of the catalogue, started by Celery beat."""

from celery import shared_task

from catalog import back_in_stock
from catalog.pictures import cleanup, resizing


@shared_task
def send_back_in_stock_mails() -> None:
    """Mail the customers whose requested items are in stock again."""
    back_in_stock.send_back_in_stock_mails()


@shared_task
def make_sizes() -> None:
    """Make the smaller sizes of pictures that items show."""
    resizing.make_sizes()


@shared_task
def remove_unused_pictures() -> None:
    """Remove pictures that no item has shown for a day."""
    cleanup.remove_unused_pictures()
