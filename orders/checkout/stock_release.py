"""Putting the units of ended holds back on sale."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Case, Min, Value, When
from django.db.models.functions import Now

from catalog.stock import change_stock, lock_stock
from orders.models import Checkout, CheckoutItem
from shop.core.db.prepared import among, prepared


def lines_of(checkouts: list[Checkout]) -> list[CheckoutItem]:
    """Read the lines of locked checkouts, and judge their deadlines by the clock of now."""
    if not checkouts:
        return []
    return _judged_lines(checkouts=[checkout.pk for checkout in checkouts])


@prepared
def _judged_lines(checkouts):
    return CheckoutItem.objects.filter(among("checkout", checkouts)).judged_now()


def units_by_item(lines: Iterable[CheckoutItem]) -> Counter[int]:
    """Add up what the lines hold of each item."""
    units: Counter[int] = Counter()
    for line in lines:
        units[line.item_id] += line.quantity
    return units


def put_back(checkouts, lines, *, also: Iterable[int] = ()) -> None:
    """Return the units of locked checkouts to the stock and write their new state.

    `also` are items whose next release is counted anew although none of their units
    comes back: somebody met a release that was due, and it is not.
    """
    changes = units_by_item(lines)
    lock_stock({*changes, *also})
    expiries = earliest_expiries(lines, without=checkouts, also=also)
    change_stock(changes, next_releases=expiries)
    overdue = {line.checkout_id for line in lines if line.is_overdue}
    end_holds(checkouts, cancelled=next((c for c in checkouts if c.pk not in overdue), None))


def end_holds(checkouts: list[Checkout], *, cancelled: Checkout | None) -> None:
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


def earliest_expiries(lines, *, without, also: Iterable[int] = ()) -> dict[int, datetime | None]:
    """Count anew, for locked stock rows, when the next of the remaining holds runs out."""
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
