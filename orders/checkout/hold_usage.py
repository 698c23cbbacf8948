"""What customers hold and have not bought: the queries behind the limits against hoarding."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import (
    BooleanField,
    Case,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Coalesce, Greatest, JSONObject, Least, Now

from orders.checkout.queries import with_clock
from orders.models import Checkout, CheckoutItem, Newcomer, OrderItem

WINDOW = timedelta(hours=1)  # in which holds and unit-minutes count
SETTLED_AFTER = timedelta(days=7)  # since the sign-up

SUBMITTED = Q(status=Checkout.Status.SUBMITTED)


@dataclass(frozen=True)
class HoldAccount:
    """What a customer has held within the hour and not bought, and the row of a newcomer."""

    customer: Any
    holds: int
    unit_minutes: float
    newcomer: Mapping[str, Any] | None

    @classmethod
    def of(cls, customer, row: Any) -> "HoldAccount":
        """Return the account from a row with `hold_usage` and `newcomer` annotated."""
        usage = row.hold_usage or {}
        minutes = (usage.get("unit_seconds") or 0) / 60
        return cls(customer, usage.get("holds", 0), minutes, row.newcomer)

    @property
    def budget(self) -> int:
        """Return the unit-minutes that the customer may hold within an hour."""
        if self.newcomer is None:
            return settings.MAX_UNIT_MINUTES_PER_HOUR
        base = settings.NEWCOMER_UNIT_MINUTES_PER_HOUR
        if not self.newcomer["is_confirmed"]:
            return base // 2
        return 3 * base if self.newcomer["is_settled"] else base


def hold_usage(customer) -> Subquery:
    """Return the holds and unit-seconds of the customer within the hour, as JSON.

    `customer` is a value, not a reference to the outer row: PostgreSQL then runs the
    subquery once for the statement.
    """
    own = _recent(Checkout.objects.filter(customer=customer)).order_by().values("customer")
    usage = JSONObject(holds=Count("pk", filter=_is_counted()), unit_seconds=_unit_seconds(Now()))
    return Subquery(own.annotate(usage=usage).values("usage"))


def newcomer_row(customer) -> Subquery:
    """Return the newcomer's network, confirmation and age as JSON; NULL for other customers."""
    row = JSONObject(
        network=F("network"),
        is_confirmed=ExpressionWrapper(Q(confirmed_at__isnull=False), BooleanField()),
        is_settled=ExpressionWrapper(Q(signed_up_at__lt=Now() - SETTLED_AFTER), BooleanField()),
    )
    return Subquery(Newcomer.objects.filter(customer=customer).annotate(row=row).values("row"))


def unit_minutes_of_network(network: str, *, without) -> float:
    """Return the unit-minutes of a network's newcomers but one; running holds count in full."""
    others = _recent(Checkout.objects.filter(customer__newcomer__network=network))
    usage = others.exclude(customer=without).aggregate(seconds=_unit_seconds(F("expires_at")))
    return (usage["seconds"] or 0) / 60


def units_held_by_newcomers(
    lines: Sequence[Any], network: str, ending: Iterable[Checkout]
) -> dict[int, tuple[int, int]]:
    """Return the held units of each item, of all newcomers and of those of the network."""
    rows = (
        CheckoutItem.objects.filter(
            item__in=[line.item_id for line in lines],
            checkout__status=Checkout.Status.HELD,
            checkout__customer__newcomer__isnull=False,
        )
        .exclude(checkout__in=[checkout.pk for checkout in ending])
        .order_by()
        .values("item")
        .annotate(
            by_all=Sum("quantity"),
            by_network=Coalesce(
                Sum("quantity", filter=Q(checkout__customer__newcomer__network=network)), 0
            ),
        )
    )
    return {row["item"]: (row["by_all"], row["by_network"]) for row in rows}


def units_ordered_from(lines: Sequence[Any], network: str) -> dict[int, int]:
    """Return the owed units of each item in orders of the network's newcomers."""
    rows = (
        OrderItem.objects.filter(
            item__in=[line.item_id for line in lines],
            order__customer__newcomer__network=network,
            order__cancelled_at=None,
        )
        .order_by()
        .values("item")
        .annotate(units=Sum(F("quantity") - F("cancelled_quantity")))
    )
    return {row["item"]: row["units"] for row in rows}


def seconds_until_one_leaves(customer) -> int:
    """Return the seconds until the oldest counted hold began an hour ago."""
    recent = _recent(Checkout.objects.filter(customer=customer)).filter(_is_counted())
    oldest = with_clock(recent).order_by("pk").first()
    wait = oldest.created_at + WINDOW - oldest.server_time if oldest else WINDOW
    return 1 + int(wait.total_seconds())


def _recent(checkouts: QuerySet) -> QuerySet:
    return checkouts.filter(created_at__gt=Now() - WINDOW)


def _is_counted() -> Q:
    """Return whether a checkout counts as a hold: it bought nothing, or what was cancelled."""
    return ~SUBMITTED | Q(order__cancelled_at__isnull=False)


def _unit_seconds(running_until) -> Sum:
    """Sum the units that were held and not bought, times the seconds.

    Units that were bought and cancelled count for the whole time of their hold, and running
    holds until the given time.
    """
    cancelled = OrderItem.objects.filter(order__checkout=OuterRef("pk"))
    held = CheckoutItem.objects.filter(checkout=OuterRef("pk"))
    units = Case(
        When(SUBMITTED, then=Coalesce(_sum_of(cancelled, "order", "cancelled_quantity"), 0)),
        default=_sum_of(held, "checkout", "quantity"),
    )
    until = Case(
        When(SUBMITTED, then=F("expires_at")),
        default=Least(Coalesce("ended_at", "expires_at"), running_until),
    )
    seconds = Func(
        ExpressionWrapper(until - F("created_at"), DurationField()),
        template="EXTRACT(EPOCH FROM %(expressions)s)",
        output_field=FloatField(),
    )
    return Sum(units * Greatest(seconds, 0.0), output_field=FloatField())


def _sum_of(lines: QuerySet, parent: str, quantity: str) -> Subquery:
    return Subquery(lines.order_by().values(parent).annotate(units=Sum(quantity)).values("units"))
