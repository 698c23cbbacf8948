"""The append-only ledger of stock movements, and its recorded moments."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from catalog.models import Item
from shop.core.db.transaction_ids import CurrentSnapshot, CurrentTransactionId
from warehouses.models.fulfilment import WarehouseOrder
from warehouses.models.inventory import Warehouse
from warehouses.models.transfers import Transfer


class StockMovement(models.Model):
    """A ledger entry: a change of a stock row, in units.

    Append-only: a trigger refuses update and delete.
    """

    class Kind(models.TextChoices):
        RECEIVED = "received"
        DISCARDED = "discarded"
        RECOUNTED = "recounted"
        ASSIGNED = "assigned"
        UNASSIGNED = "unassigned"
        SHIPPED = "shipped"
        SENT = "sent"
        ARRIVED = "arrived"
        RETURNED = "returned"

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="movements")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    physical_change = models.IntegerField()
    available_change = models.IntegerField()
    warehouse_order = models.ForeignKey(
        WarehouseOrder, on_delete=models.PROTECT, null=True, blank=True, related_name="movements"
    )
    transfer = models.ForeignKey(
        Transfer, on_delete=models.PROTECT, null=True, blank=True, related_name="movements"
    )
    reference = models.CharField("delivery note or reason", max_length=200, blank=True, default="")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    moved_at = models.DateTimeField(db_default=Now(), editable=False)
    transaction_id = models.BigIntegerField(db_default=CurrentTransactionId(), editable=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["warehouse", "item", "reference"],
                condition=Q(kind="received") & ~Q(reference=""),
                name="a_receipt_counts_once",
            ),
        ]
        indexes = [models.Index(fields=["item", "warehouse", "id"], name="movement_item")]

    def __str__(self) -> str:
        return f"{self.kind} {self.physical_change:+d}/{self.available_change:+d}"


class LedgerMoment(models.Model):
    """A recorded moment, with the snapshot of the transactions committed by then."""

    at = models.DateTimeField(db_default=Now(), unique=True, editable=False)
    snapshot = models.TextField("pg_snapshot", db_default=CurrentSnapshot(), editable=False)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.at.isoformat()
