"""Periodic tasks of orders, started by Celery beat."""

from celery import shared_task

from orders import notifications, sales_statistics
from orders.checkout import expiry
from shop.core.db.transactions import run_transaction


@shared_task
def release_expired_checkouts() -> None:
    """End every overdue hold, with one transaction per batch."""
    while run_transaction(expiry.release_expired_checkouts) == expiry.BATCH_SIZE:
        pass


@shared_task
def update_sales_statistics() -> None:
    """Update the sales statistics of the catalogue."""
    run_transaction(sales_statistics.count_popularity)
    run_transaction(sales_statistics.count_co_purchases)


@shared_task
def send_notifications() -> None:
    """Send the unsent mails about orders."""
    notifications.send_notifications()
