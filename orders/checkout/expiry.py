"""The expiry of holds whose time has run out."""

from collections.abc import Iterable

from django.db import transaction

from orders.checkout.stock_release import read_locked_lines, release_holds
from orders.models import Checkout, CheckoutItem

BATCH_SIZE = 100


@transaction.atomic
def release_expired_checkouts(*, item_ids: Iterable[int] = ()) -> int:
    """Put the units of up to BATCH_SIZE overdue holds back on sale; returns how many ended.

    With `item_ids`, only holds on those items. Holds that another transaction is ending
    are left to it.
    """
    overdue = Checkout.objects.overdue()
    item_ids = set(item_ids)
    if item_ids:
        holds = CheckoutItem.objects.filter(item__in=item_ids).values("checkout")
        overdue = overdue.filter(pk__in=holds)
    checkouts = list(overdue.lock(skip_locked=True)[:BATCH_SIZE])
    if checkouts or item_ids:
        release_holds(checkouts, read_locked_lines(checkouts), also_recount=item_ids)
    return len(checkouts)
