"""Receivers of the catalogue's signals: overdue holds end when a reader meets them."""

from contextlib import suppress

from django.dispatch import receiver

from catalog.signals import release_due
from orders.checkout.expiry import release_expired_checkouts
from shop.core.db.transactions import READER_LOCK_TIMEOUT_MS, Busy, run_transaction


@receiver(release_due)
def release_overdue_holds(item_ids, **kwargs) -> None:
    """End the overdue holds on the items; lock contention never fails the reader."""
    with suppress(Busy):  # another transaction that has the locks is likely ending them
        run_transaction(
            release_expired_checkouts, item_ids=item_ids, lock_timeout_ms=READER_LOCK_TIMEOUT_MS
        )
