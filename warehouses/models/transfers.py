"""Tables of transfers: goods on their way from one warehouse to another."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from catalog.models import Item
from warehouses.models.inventory import Warehouse


class TransferQuerySet(models.QuerySet["Transfer"]):
    def lock(self):
        """Return the transfers, locked by key until commit; lock the stock rows first."""
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Transfer(models.Model):
    """Goods that move from one warehouse to another.

    A draft has moved nothing. From SENT on its units are on no shelf until they arrive or
    are written off.
    """

    class Status(models.TextChoices):
        DRAFT = "draft"
        SENT = "sent"
        PARTIALLY_ARRIVED = "partially_arrived"
        ARRIVED = "arrived"
        CANCELLED = "cancelled"

    origin = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="transfers_out")
    destination = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="transfers_in"
    )
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.DRAFT)
    reference = models.CharField(max_length=200, blank=True, default="")
    loss_reason = models.CharField(
        "reason for units written off", max_length=200, blank=True, default=""
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(origin=F("destination")), name="a_transfer_goes_elsewhere"
            ),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="transfer_queue")]

    def __str__(self) -> str:
        return f"transfer {self.pk} from {self.origin.code} to {self.destination.code}"

    @property
    def is_in_transit(self) -> bool:
        """Return whether units of it may still arrive."""
        return self.status in {self.Status.SENT, self.Status.PARTIALLY_ARRIVED}


class TransferItem(models.Model):
    """Units of an item in a transfer.

    `promised_quantity` are the units in transit that are promised to customers and covered by
    no warehouse's stock; the first units to arrive pay them.
    """

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="lines")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    arrived_quantity = models.PositiveIntegerField(default=0)
    lost_quantity = models.PositiveIntegerField("written off", default=0)
    promised_quantity = models.PositiveIntegerField("promised in transit", default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["transfer", "item"], name="one_line_per_transferred_item"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1)
                & Q(
                    quantity__gte=F("arrived_quantity")
                    + F("lost_quantity")
                    + F("promised_quantity")
                ),
                name="no_more_arrived_lost_or_promised_than_sent",
            ),
        ]
        indexes = [
            models.Index(
                fields=["item"], condition=Q(promised_quantity__gt=0), name="promised_in_transit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.item}"

    @property
    def outstanding_quantity(self) -> int:
        """Return the units that neither arrived nor were written off."""
        return self.quantity - self.arrived_quantity - self.lost_quantity
