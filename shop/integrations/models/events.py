"""The outbox of everything that happened, for whoever asks and for whoever is to be told."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now

from shop.core.db.transaction_ids import CurrentTransactionId


class Position(NamedTuple):
    """A place in the order of events: by transaction, and in it by key."""

    xact: int
    id: int


class OldestRunning(Func):
    """The number of the oldest transaction that may still write; all before it have ended."""

    template = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    output_field = models.BigIntegerField()


class Pair(Func):
    """Two values that PostgreSQL compares as one."""

    template = "(%(expressions)s)"
    output_field = models.BigIntegerField()


def compared(sign: str, position: Position, xact: str = "xact", key: str = "id") -> Func:
    """A place among the events compared with a position, so that the index finds it."""
    return Func(
        Pair(F(xact), F(key)),
        Pair(Value(position.xact), Value(position.id)),
        arg_joiner=f" {sign} ",
        template="%(expressions)s",
        output_field=models.BooleanField(),
    )


class EventQuerySet(models.QuerySet["Event"]):
    def in_order(self):
        return self.order_by("xact", "id")

    def settled(self, horizon: int):
        """Those before the oldest transaction that was running, among which none comes late."""
        return self.filter(xact__lt=horizon)

    def after(self, position: Position):
        return self.filter(compared(">", position))

    def up_to(self, position: Position):
        return self.filter(compared("<=", position))


class Event(models.Model):
    """That something happened. Written by PostgreSQL itself, in the transaction that did it.

    Triggers write it (migration 0005), so that no verb, import, form or hand-written SQL
    can forget it. Transactions do not commit in the order of their numbers: whoever
    follows events goes by `xact` and looks only at what is settled.
    """

    class Type(models.TextChoices):
        ORDER_SUBMITTED = "order.submitted"
        ORDER_ASSIGNED = "order.assigned"
        ORDER_CANCELLED = "order.cancelled"
        SHIPMENT_SHIPPED = "shipment.shipped"
        CHECKOUT_EXPIRED = "checkout.expired"
        STOCK_CHANGED = "stock.changed"
        STOCK_LOW = "stock.low"
        ITEM_UPDATED = "item.updated"

    OF_ORDERS = (
        Type.ORDER_SUBMITTED,
        Type.ORDER_ASSIGNED,
        Type.ORDER_CANCELLED,
        Type.SHIPMENT_SHIPPED,
    )

    xact = models.BigIntegerField(db_default=CurrentTransactionId(), editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False)
    type = models.CharField(max_length=32, choices=Type.choices)
    resource = models.CharField("what it happened to", max_length=64)
    user_id = models.BigIntegerField("whose business it is; empty is everybody's", null=True)
    data = models.JSONField()

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["xact", "id"], name="event_order")]

    def __str__(self) -> str:
        return f"{self.type} {self.resource}"

    @property
    def position(self) -> Position:
        return Position(self.xact, self.pk)


class EventFloor(models.Model):
    """Up to where events were forgotten; one row, or none as long as all are kept."""

    xact = models.BigIntegerField()
    event_id = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_event_floor")]

    def __str__(self) -> str:
        return f"events up to {self.xact}-{self.event_id} are forgotten"

    @property
    def position(self) -> Position:
        return Position(self.xact, self.event_id)


def visible_to(user_id: int | None, scopes: Iterable[str]) -> Q:
    """What a caller may know of: the public facts, their own business, or that of all orders."""
    seen = Q(user_id=None)
    if "shopper" in scopes:
        seen |= Q(user_id=user_id)
    if "orders:read" in scopes:
        seen |= Q(type__in=Event.OF_ORDERS)
    return seen
