"""The event log: every change that integrators read by cursor or receive by webhook."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now

from shop.core.api.permissions import ALL_ORDERS
from shop.core.db.transaction_ids import CurrentTransactionId


class Position(NamedTuple):
    """A position in the event log, ordered by transaction and then by key."""

    xact: int
    id: int


class OldestRunning(Func):
    """The id of the oldest transaction that still runs; all transactions before it have ended."""

    template = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    output_field = models.BigIntegerField()


class RowValue(Func):
    """A row value of two columns, which PostgreSQL compares column by column."""

    template = "(%(expressions)s)"
    output_field = models.BigIntegerField()


def compare_position(sign: str, position: Position, xact: str = "xact", key: str = "id") -> Func:
    """Return a comparison of two columns with a position, as a row value that the index serves.

    `sign` is a comparison operator; `xact` and `key` are the names of the columns.
    """
    return Func(
        RowValue(F(xact), F(key)),
        RowValue(Value(position.xact), Value(position.id)),
        arg_joiner=f" {sign} ",
        template="%(expressions)s",
        output_field=models.BooleanField(),
    )


class EventQuerySet(models.QuerySet["Event"]):
    """Events by their position in the log."""

    def in_order(self):
        """Return the events by position, the oldest first."""
        return self.order_by("xact", "id")

    def settled(self, horizon: int):
        """Return the events of transactions before the horizon; no other can appear there later."""
        return self.filter(xact__lt=horizon)

    def after(self, position: Position):
        """Return the events behind a position."""
        return self.filter(compare_position(">", position))

    def up_to(self, position: Position):
        """Return the events before a position and at it."""
        return self.filter(compare_position("<=", position))


class Event(models.Model):
    """An entry of the event log, written by PostgreSQL in the transaction of the change.

    Triggers write it (migration 0002_event_triggers), so every verb, import, form and
    hand-written SQL statement is covered. Transactions do not commit in the order of their
    ids: a reader orders events by `xact` and reads only the settled ones.
    """

    class Type(models.TextChoices):
        ORDER_SUBMITTED = "order.submitted"
        ORDER_ASSIGNED = "order.assigned"
        ORDER_CANCELLED = "order.cancelled"
        ORDER_CHANGED = "order.changed"
        ORDER_SHORT = "order.short"
        SHIPMENT_SHIPPED = "shipment.shipped"
        CHECKOUT_EXPIRED = "checkout.expired"
        STOCK_CHANGED = "stock.changed"
        STOCK_LOW = "stock.low"
        ITEM_UPDATED = "item.updated"
        TRANSFER_SENT = "transfer.sent"
        TRANSFER_RECEIVED = "transfer.received"

    ORDER_TYPES = (
        Type.ORDER_SUBMITTED,
        Type.ORDER_ASSIGNED,
        Type.ORDER_CANCELLED,
        Type.ORDER_CHANGED,
        Type.ORDER_SHORT,
        Type.SHIPMENT_SHIPPED,
    )
    TRANSFER_TYPES = (Type.TRANSFER_SENT, Type.TRANSFER_RECEIVED)

    xact = models.BigIntegerField(db_default=CurrentTransactionId(), editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False)
    type = models.CharField(max_length=32, choices=Type.choices)
    resource = models.CharField("what it happened to", max_length=64)
    user_id = models.BigIntegerField("visible to this user; empty: to all", null=True)
    data = models.JSONField()

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["xact", "id"], name="event_order")]

    def __str__(self) -> str:
        return f"{self.type} {self.resource}"

    @property
    def position(self) -> Position:
        """Return the position of the event in the log."""
        return Position(self.xact, self.pk)


class EventFloor(models.Model):
    """The position up to which events were deleted; one row, or none before any deletion."""

    xact = models.BigIntegerField()
    event_id = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_event_floor")]

    def __str__(self) -> str:
        return f"events up to {self.xact}-{self.event_id} are deleted"

    @property
    def position(self) -> Position:
        """Return the position of the last deleted event."""
        return Position(self.xact, self.event_id)


def visible_to(user_id: int | None, scopes: Iterable[str]) -> Q:
    """Return the condition on events that the scopes let a caller read.

    Public events always; the user's own events with the scope `shopper`; the events of all
    orders with the scope `orders:read` or `orders:write`; those of transfers, which are no
    business of customers, with `stock:write`.
    """
    seen = Q(user_id=None) & ~Q(type__in=Event.TRANSFER_TYPES)
    if "shopper" in scopes:
        seen |= Q(user_id=user_id)
    if not set(ALL_ORDERS).isdisjoint(scopes):
        seen |= Q(type__in=Event.ORDER_TYPES)
    if "stock:write" in scopes:
        seen |= Q(type__in=Event.TRANSFER_TYPES)
    return seen
