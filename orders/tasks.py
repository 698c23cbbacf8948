"""What beat asks of orders."""

from celery import shared_task

from orders import notifications, sales_statistics
from orders.checkout import expiry
from shop.core.db.transactions import run_transaction


@shared_task
def release_expired_checkouts() -> None:
    """End every overdue hold, a batch a transaction."""
    while run_transaction(expiry.release_expired_checkouts) == expiry.BATCH_SIZE:
        pass


@shared_task
def count_popularity() -> None:
    """Tell the catalogue what sells, and what is bought together."""
    run_transaction(sales_statistics.count_popularity)
    run_transaction(sales_statistics.count_co_purchases)


@shared_task
def send_notifications() -> None:
    """Mail customers what they have not been told yet."""
    notifications.send_notifications()
