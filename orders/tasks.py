"""What beat asks of orders."""

from celery import shared_task

from catalog.edge import at_edge
from orders import checkout, notices, popularity


@shared_task
def release_expired_checkouts() -> None:
    """End every overdue hold, a batch a transaction."""
    while at_edge(checkout.release_expired_checkouts) == checkout.SWEEP_SIZE:
        pass


@shared_task
def count_popularity() -> None:
    """Tell the catalogue what sells, and what is bought together."""
    at_edge(popularity.count_popularity)
    at_edge(popularity.count_co_purchases)


@shared_task
def send_notices() -> None:
    """Mail customers what they have not been told yet."""
    notices.send_notices()
