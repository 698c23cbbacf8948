"""Tables of warehouse orders: the parts of an order, each shipped by one warehouse."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from catalog.models import Item
from orders.models import Order, OrderItem
from shop.core.optimistic_locking import version_of
from warehouses.models.carriers import Carrier
from warehouses.models.inventory import Warehouse


class WarehouseOrderQuerySet(models.QuerySet["WarehouseOrder"]):
    def open(self):
        """Return the warehouse orders that are assigned or picked; their units can still return."""
        return self.filter(
            status__in=[WarehouseOrder.Status.ASSIGNED, WarehouseOrder.Status.PICKED]
        )

    def to_pick(self):
        """Return the assigned warehouse orders that may be reassigned.

        Those that staff have placed stay, unless their warehouse closes.
        """
        return self.filter(
            Q(is_overruled=False) | Q(warehouse__is_open=False),
            status=WarehouseOrder.Status.ASSIGNED,
        )

    def lock(self):
        """Return the rows, locked by primary key until commit; lock their orders first."""
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
    is_overruled = models.BooleanField(
        "chosen by staff",
        help_text="Re-optimisation leaves it in its warehouse.",
        default=False,
        db_default=False,
    )
    carrier = models.ForeignKey(
        Carrier, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    tracking = models.CharField(max_length=120, blank=True, default="")
    assigned_at = models.DateTimeField(db_default=Now(), editable=False)
    picked_at = models.DateTimeField(null=True, blank=True, editable=False)
    shipped_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = WarehouseOrderQuerySet.as_manager()

    arrives_on: date | None = None  # set by delivery.estimates.annotate_parcel_arrivals

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["warehouse", "status", "-id"], name="warehouse_order_queue"),
            # The API also lists by warehouse alone and by status alone.
            models.Index(fields=["warehouse", "-id"], name="warehouse_order_page"),
            models.Index(fields=["status", "-id"], name="warehouse_order_status_page"),
            # Reassignment reads the unpicked warehouse orders by order.
            models.Index(
                fields=["order"], condition=Q(status="assigned"), name="warehouse_order_to_pick"
            ),
            models.Index(
                fields=["warehouse", "shipped_at"],
                condition=Q(shipped_at__isnull=False),
                name="warehouse_order_shipped",
            ),
            models.Index(
                fields=["tracking"], condition=~Q(tracking=""), name="warehouse_order_tracking"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} from {self.warehouse.code}"

    @property
    def is_cancelled(self) -> bool:
        """Return whether it was cancelled."""
        return self.status == self.Status.CANCELLED

    @property
    def is_shipped(self) -> bool:
        """Return whether it has left the warehouse."""
        return self.status == self.Status.SHIPPED

    @property
    def is_picked(self) -> bool:
        """Return whether its units have left the shelves, but not the warehouse."""
        return self.status == self.Status.PICKED

    @property
    def tracking_url(self) -> str:
        """Return the address of the carrier's tracking page, or "" if there is none."""
        return self.carrier.url_of(self.tracking) if self.carrier else ""

    @property
    def version(self) -> str:
        """Return a digest of what staff see and change of it, for If-Match."""
        lines = [(line.pk, line.quantity) for line in self.lines.all()]
        shipping = [self.carrier_id, self.tracking, self.shipping_address]
        return version_of([self.status, self.assigned_to, shipping, lines])


class WarehouseOrderItem(models.Model):
    """A line of a warehouse order: `quantity` units of an order line."""

    warehouse_order = models.ForeignKey(
        WarehouseOrder, on_delete=models.PROTECT, related_name="lines"
    )
    order_item = models.ForeignKey(
        OrderItem, on_delete=models.PROTECT, related_name="warehouse_lines"
    )
    item = models.ForeignKey(  # `warehouse_order_line_page` is its index
        Item, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    quantity = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["warehouse_order", "order_item"], name="one_line_per_assigned_order_line"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="assigned_quantity_positive"),
        ]
        indexes = [
            # The API lists the warehouse orders of an item, newest first.
            models.Index(fields=["item", "-warehouse_order"], name="warehouse_order_line_page"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.item}"
