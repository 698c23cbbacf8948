"""Where the units are, who ships them, and the ledger of every change."""

from datetime import date, time

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from catalog.models import Item
from catalog.versions import version_of
from orders.models import Order, OrderItem
from warehouses.decision_models import Decision, RateTable, UnitValue, Waiting, ZoneRate

__all__ = [
    "CurrentSnapshot",
    "CurrentTransaction",
    "Decision",
    "LedgerMoment",
    "RateTable",
    "Shortfall",
    "StockMovement",
    "UnitValue",
    "Waiting",
    "Warehouse",
    "WarehouseOrder",
    "WarehouseOrderItem",
    "WarehouseStock",
    "ZoneRate",
]


class WarehouseQuerySet(models.QuerySet["Warehouse"]):
    def closed_ids(self) -> set[int]:
        return set(self.filter(is_open=False).values_list("pk", flat=True))

    def lock_out_goods(self):
        """The warehouses, locked until commit against every new row that names them.

        The last of all locks, and stronger than any other: inserting a stock row or a
        movement takes the foreign key's lock, which only a full one conflicts with.
        """
        return self.order_by("pk").select_for_update()


class Warehouse(models.Model):
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
        "parcels a day",
        help_text="With so many waiting or sent today it gets only what nobody else has."
        " Empty: no end.",
        null=True,
        blank=True,
    )
    handling_days = models.PositiveSmallIntegerField(
        "handling", help_text="Working days from the order to the carrier.", default=1
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
    """Units of one item in one warehouse."""

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


class WarehouseOrderQuerySet(models.QuerySet["WarehouseOrder"]):
    def open(self):
        """Not on their way yet, so their units can still go back on the shelf."""
        return self.filter(
            status__in=[WarehouseOrder.Status.ASSIGNED, WarehouseOrder.Status.PICKED]
        )

    def lock(self):
        """The warehouse orders, locked by key until commit; their orders are locked already."""
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class WarehouseOrder(models.Model):
    """The part of an order that one warehouse ships."""

    class Status(models.TextChoices):
        ASSIGNED = "assigned"
        PICKED = "picked"
        SHIPPED = "shipped"
        CANCELLED = "cancelled"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="warehouse_orders")
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="orders")
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.ASSIGNED)
    shipping_address = models.JSONField()
    decision = models.JSONField("why this warehouse", default=dict)
    assigned_to = models.CharField("worker or truck", max_length=120, blank=True, default="")
    tracking = models.CharField(max_length=120, blank=True, default="")
    assigned_at = models.DateTimeField(db_default=Now(), editable=False)
    picked_at = models.DateTimeField(null=True, blank=True, editable=False)
    shipped_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = WarehouseOrderQuerySet.as_manager()

    arrives_on: date | None = None  # noted by arrivals.note_arrivals

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["warehouse", "status", "-id"], name="warehouse_order_queue"),
            # The API lists them by either alone, too.
            models.Index(fields=["warehouse", "-id"], name="warehouse_order_page"),
            models.Index(fields=["status", "-id"], name="warehouse_order_status_page"),
            # Second thoughts go through what waits to be picked, by order.
            models.Index(
                fields=["order"], condition=Q(status="assigned"), name="warehouse_order_to_pick"
            ),
            models.Index(
                fields=["warehouse", "shipped_at"],
                condition=Q(shipped_at__isnull=False),
                name="warehouse_order_shipped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} from {self.warehouse.code}"

    @property
    def is_cancelled(self) -> bool:
        return self.status == self.Status.CANCELLED

    @property
    def is_shipped(self) -> bool:
        return self.status == self.Status.SHIPPED

    @property
    def version(self) -> str:
        """Changes with whatever becomes of the parcel and its lines."""
        lines = [(line.pk, line.quantity) for line in self.lines.all()]
        return version_of([self.status, self.assigned_to, self.tracking, lines])


class WarehouseOrderItem(models.Model):
    warehouse_order = models.ForeignKey(
        WarehouseOrder, on_delete=models.PROTECT, related_name="lines"
    )
    order_item = models.ForeignKey(
        OrderItem, on_delete=models.PROTECT, related_name="warehouse_lines"
    )
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["warehouse_order", "order_item"], name="one_line_per_assigned_order_line"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="assigned_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.item}"


class CurrentTransaction(models.Func):
    """The id of the database transaction that writes the row."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = models.BigIntegerField()


class CurrentSnapshot(models.Func):
    """Which database transactions have committed by now, and which are still running."""

    template = "pg_current_snapshot()::text"
    output_field = models.TextField()


class StockMovement(models.Model):
    """One change of a warehouse's stock. Append-only: a trigger refuses update and delete."""

    class Kind(models.TextChoices):
        RECEIVED = "received"
        DISCARDED = "discarded"
        RECOUNTED = "recounted"
        ASSIGNED = "assigned"
        UNASSIGNED = "unassigned"
        SHIPPED = "shipped"

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="movements")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    physical_change = models.IntegerField()
    available_change = models.IntegerField()
    warehouse_order = models.ForeignKey(
        WarehouseOrder, on_delete=models.PROTECT, null=True, blank=True, related_name="movements"
    )
    reference = models.CharField("delivery note or reason", max_length=200, blank=True, default="")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    at = models.DateTimeField(db_default=Now(), editable=False)
    transaction_id = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

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


class Shortfall(models.Model):
    """Units that were promised and turned out not to be there.

    `missing` units are on the warehouse's unshipped orders but not on its shelves;
    `promised` units are promised to customers by no warehouse's stock. Both count
    down to zero as the shortfall is resolved.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="shortfalls")
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="shortfalls")
    missing = models.PositiveIntegerField(default=0)
    promised = models.PositiveIntegerField(default=0)
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


class LedgerMoment(models.Model):
    """A moment of the ledger that can be rebuilt exactly: what had committed by then."""

    at = models.DateTimeField(db_default=Now(), unique=True, editable=False)
    snapshot = models.TextField("pg_snapshot", db_default=CurrentSnapshot(), editable=False)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.at.isoformat()
