"""Tables of warehouses, their stock rows and their shortfalls."""

from datetime import time

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from catalog.models import Item


class WarehouseQuerySet(models.QuerySet["Warehouse"]):
    def closed_ids(self) -> set[int]:
        """Return the ids of the closed warehouses."""
        return set(self.filter(is_open=False).values_list("pk", flat=True))

    def lock_for_update(self):
        """Return the warehouses, locked until commit against new rows that refer to them.

        This is the last of all locks, and the only full FOR UPDATE: inserting a stock row or
        a movement takes the foreign key's FOR KEY SHARE, which conflicts with no weaker lock.
        """
        return self.order_by("pk").select_for_update()


class Warehouse(models.Model):
    """A warehouse. Only an open one's available units are on sale and assigned to orders."""

    code = models.CharField(
        max_length=16,
        unique=True,
        validators=[RegexValidator(r"^[A-Za-z0-9_-]+\Z", "Use letters, digits, - and _ only.")],
    )
    name = models.CharField(max_length=120)
    postal_code = models.CharField(max_length=16)
    latitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    is_open = models.BooleanField(
        "open", help_text="Its free units are on sale.", default=True, editable=False
    )
    priority = models.PositiveSmallIntegerField(
        help_text="Of those that are as cheap, as near and as busy the lower goes first.",
        default=0,
    )
    parcels_per_day = models.PositiveIntegerField(
        "parcels per day",
        help_text="Beyond this number, waiting or shipped today, it gets only orders that no other"
        " warehouse can ship. Empty: unlimited.",
        null=True,
        blank=True,
    )
    handling_days = models.PositiveSmallIntegerField(
        "handling days", help_text="Working days from the order to the carrier.", default=1
    )
    cutoff = models.TimeField(
        "cut-off",
        help_text="Until when an order counts as today's, in the region's time.",
        default=time(14),
    )

    objects = WarehouseQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class WarehouseStock(models.Model):
    """The stock row of an item in a warehouse, in units."""

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="stock_rows")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="warehouse_stock")
    physical_stock = models.IntegerField("counted on the shelves", default=0)
    available_stock = models.IntegerField("not yet assigned to an order", default=0)

    class Meta:
        verbose_name_plural = "warehouse stock"
        constraints = [
            models.UniqueConstraint(
                fields=["item", "warehouse"], name="one_stock_row_per_item_and_warehouse"
            ),
            models.CheckConstraint(
                condition=Q(available_stock__gte=0, physical_stock__gte=F("available_stock")),
                name="physical_covers_available_covers_zero",
            ),
        ]
        indexes = [models.Index(fields=["warehouse", "-id"], name="warehouse_stock_page")]

    def __str__(self) -> str:
        return f"{self.item_id} at {self.warehouse_id}"


class Shortfall(models.Model):
    """Units that were promised and are not in stock.

    `missing` units are on the warehouse's unshipped orders but not on its shelves;
    `promised` units are promised to customers and covered by no warehouse's stock. Both
    count down to zero as the shortfall is resolved. Where the missing units are on picked
    parcels only, `picked_parcel` is one of them: its picker knows whether it has the units.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="shortfalls")
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="shortfalls")
    missing = models.PositiveIntegerField(default=0)
    promised = models.PositiveIntegerField(default=0)
    picked_parcel = models.ForeignKey(
        "warehouses.WarehouseOrder",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name="waits for the picker of",
    )
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    resolved_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_at=None) | Q(missing=0, promised=0),
                name="a_resolved_shortfall_owes_nothing",
            ),
        ]
        indexes = [
            models.Index(
                fields=["item", "warehouse"],
                condition=Q(resolved_at=None),
                name="open_shortfall",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.missing} missing, {self.promised} promised of {self.item_id}"
