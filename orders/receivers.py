"""Receivers of the catalogue's signals."""

from contextlib import suppress

from django.dispatch import receiver

from catalog.signals import release_due
from orders.checkout.expiry import release_expired_checkouts
from shop.core.db.transactions import READER_LOCK_TIMEOUT_MS, Busy, run_transaction


@receiver(release_due)
def put_back_overdue_units(item_ids, **kwargs) -> None:
    """End the overdue holds on the items. A reader never fails because of it."""
    with suppress(Busy):  # whoever has the rows is ending the holds already
        run_transaction(
            release_expired_checkouts, item_ids=item_ids, lock_timeout_ms=READER_LOCK_TIMEOUT_MS
        )
