"""Putting the units of ended holds back on sale."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import Case, Min, Value, When
from django.db.models.functions import Now

from catalog.stock import change_stock, lock_stock, units_of_lines
from orders.models import Checkout, CheckoutItem
from shop.core.db.prepared import among, prepared


def read_locked_lines(checkouts: Sequence[Checkout]) -> list[CheckoutItem]:
    """Read the lines of locked checkouts, each judged overdue or not by the clock of now."""
    if not checkouts:
        return []
    return _judged_lines(checkouts=[checkout.pk for checkout in checkouts])


@prepared
def _judged_lines(checkouts):
    return CheckoutItem.objects.filter(among("checkout", checkouts)).annotate_is_overdue()


def release_holds(
    checkouts: Sequence[Checkout],
    lines: Sequence[CheckoutItem],
    *,
    also_recount: Iterable[int] = (),
) -> None:
    """Return the units of locked checkouts to the stock and write their new state.

    An overdue checkout expires, the other one is cancelled. `also_recount` are items
    whose next release is counted anew although none of their units comes back: a reader
    met a release that was due, and it is not.
    """
    units = units_of_lines(lines)
    lock_stock({*units, *also_recount})
    releases = next_releases(lines, without=checkouts, also=also_recount)
    change_stock(units, next_releases=releases)
    overdue = {line.checkout_id for line in lines if line.is_overdue}
    end_holds(checkouts, cancelled=next((c for c in checkouts if c.pk not in overdue), None))


def end_holds(checkouts: Sequence[Checkout], *, cancelled: Checkout | None) -> None:
    """Write that the holds are over: one cancelled by its customer, the others expired."""
    if not checkouts:
        return
    for checkout in checkouts:
        is_cancelled = cancelled is not None and checkout.pk == cancelled.pk
        checkout.status = Checkout.Status.CANCELLED if is_cancelled else Checkout.Status.EXPIRED
    Checkout.objects.filter(pk__in=[checkout.pk for checkout in checkouts]).update(
        status=Case(
            When(pk=cancelled.pk if cancelled else None, then=Value(Checkout.Status.CANCELLED)),
            default=Value(Checkout.Status.EXPIRED),
        ),
        ended_at=Now(),
    )


def next_releases(
    lines: Iterable[CheckoutItem], *, without: Collection[Checkout], also: Iterable[int] = ()
) -> dict[int, datetime | None]:
    """Return, for locked stock rows, when the next of the remaining holds expires.

    The items are those of the lines and `also`; the holds in `without` do not count.
    """
    item_ids = {line.item_id for line in lines} | set(also)
    if not item_ids:
        return {}
    earliest = (
        CheckoutItem.objects.filter(item__in=item_ids, checkout__status=Checkout.Status.HELD)
        .exclude(checkout__in=without)
        .order_by()
        .values("item_id")
        .annotate(at=Min("checkout__expires_at"))
    )
    return dict.fromkeys(item_ids) | {row["item_id"]: row["at"] for row in earliest}
