"""Tables of assignment: rates, bid prices, recorded decisions and scheduled retries."""

from django.db import models
from django.db.models import F
from django.db.models.functions import Now

from catalog.models import Item
from orders.models import Order


class RateTable(models.Model):
    """The rates of parcels from `created_at` on.

    The newest table is valid. A table is never changed; a new one replaces it.
    """

    note = models.CharField("change note", max_length=200, blank=True, default="")
    created_at = models.DateTimeField("valid from", db_default=Now(), editable=False)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"rates {self.pk}"


class ZoneRateQuerySet(models.QuerySet["ZoneRate"]):
    def newest(self):
        """Return the zones of the valid rate table, the nearest first."""
        return self.filter(table=RateTable.objects.order_by("-pk").values("pk")[:1])


class ZoneRate(models.Model):
    """The rate of a distance zone: its far end in km, its costs, and its days in transit.

    `parcel_price` and `price_per_kg` are in the currency's minor units.
    """

    table = models.ForeignKey(RateTable, on_delete=models.CASCADE, related_name="zones")
    up_to_km = models.PositiveIntegerField(
        "up to, in km", help_text="Empty: unlimited.", null=True, blank=True
    )
    parcel_price = models.PositiveIntegerField("price per parcel")
    price_per_kg = models.PositiveIntegerField("price per kg")
    days = models.PositiveSmallIntegerField("days in transit")

    objects = ZoneRateQuerySet.as_manager()

    class Meta:
        ordering = [F("up_to_km").asc(nulls_last=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["table", "up_to_km"],
                name="a_zone_ends_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"up to {self.up_to_km} km" if self.up_to_km else "beyond"


class BidPrice(models.Model):
    """The worth of a unit of an item in a warehouse to expected later orders: `price`, in mills."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    warehouse = models.ForeignKey(
        "warehouses.Warehouse", on_delete=models.CASCADE, related_name="+"
    )
    price = models.BigIntegerField()
    computed_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "warehouse"], name="one_value_per_item_and_warehouse"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.price} for {self.item_id} at {self.warehouse_id}"


class Decision(models.Model):
    """A strategy's inputs and outputs for an order, complete enough to replay it."""

    class Kind(models.TextChoices):
        ASSIGNED = "assigned"
        REASSIGNED = "reassigned"
        OVERRULED = "overruled"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.ASSIGNED)
    strategy = models.CharField(max_length=200)
    version = models.IntegerField()
    inputs = models.JSONField()
    outputs = models.JSONField()
    decided_at = models.DateTimeField(db_default=Now(), db_index=True, editable=False)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.order} by {self.strategy}"


class BackorderRetry(models.Model):
    """An order with unassigned units: the reason, and the time of the next attempt."""

    order = models.OneToOneField(
        Order, on_delete=models.CASCADE, primary_key=True, related_name="backorder_retry"
    )
    reason = models.CharField(max_length=300)
    attempts = models.PositiveIntegerField(default=1)
    since = models.DateTimeField(db_default=Now(), editable=False)
    retry_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "backorder retry"
        verbose_name_plural = "backorder retries"

    def __str__(self) -> str:
        return f"{self.order}: {self.reason}"
