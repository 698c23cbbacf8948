"""Tables of orders and their lines."""

import secrets
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.urls import reverse

from catalog.models import Item
from orders.models.checkout import Checkout

# Columns of an item that its order lines do not need.
LONG_TEXTS = ("item__search_document", "item__description")


class UnitCounts(NamedTuple):
    """Units of an order, or of one of its lines, by what became of them.

    ordered = cancelled + shipped + short + coming. Returned units are shipped ones; `kept`
    ones are neither cancelled nor returned, and to be paid for.
    """

    ordered: int = 0
    cancelled: int = 0
    shipped: int = 0
    returned: int = 0
    short: int = 0
    coming: int = 0

    @property
    def kept(self) -> int:
        """Return the units that the customer has or still expects."""
        return self.ordered - self.cancelled - self.returned


def new_order_number() -> str:
    """Return 17 digits in three groups, random so that they do not show the sales volume."""
    digits = f"{secrets.randbelow(10**16):016d}"
    return f"1{digits[:2]}-{digits[2:9]}-{digits[9:]}"


class OrderQuerySet(models.QuerySet["Order"]):
    def not_cancelled(self):
        """Return the orders that are not cancelled as a whole."""
        return self.exclude(status=Order.Status.CANCELLED)

    def lock(self, *, skip_locked: bool = False):
        """Return the orders, locked by key until commit."""
        return self.order_by("pk").select_for_update(
            of=("self",), no_key=True, skip_locked=skip_locked
        )


class Order(models.Model):
    """A promise to deliver, written from the lines of a checkout, never of a cart."""

    class Status(models.TextChoices):
        """States of an order; SHIPPED and CANCELLED are final."""

        SUBMITTED = "submitted"
        ASSIGNED = "assigned"
        PARTIALLY_SHIPPED = "partially_shipped"
        SHIPPED = "shipped"
        CANCELLED = "cancelled"

    FINAL_STATUSES = (Status.SHIPPED, Status.CANCELLED)

    number = models.CharField(max_length=20, unique=True, default=new_order_number, editable=False)
    customer = models.ForeignKey(  # `order_customer` is its index, and that of the list
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="orders",
        db_index=False,
    )
    checkout = models.OneToOneField(Checkout, on_delete=models.PROTECT, related_name="order")
    email = models.EmailField()
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.SUBMITTED)
    awaits_assignment = models.BooleanField(default=True)
    shipping_address = models.JSONField()
    items_total = models.DecimalField(max_digits=20, decimal_places=2)
    shipping = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal("0.00"))
    tax = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal("0.00"))
    price = models.DecimalField("items, shipping and tax", max_digits=20, decimal_places=2)
    placed_at = models.DateTimeField(db_default=Now(), editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancel_reason = models.CharField(max_length=500, blank=True, default="")
    anonymised_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OrderQuerySet.as_manager()

    is_new = False  # True on the object that `submit_order` returns for a new order

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(price=F("items_total") + F("shipping") + F("tax")),
                name="order_price_is_the_sum_of_its_parts",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-id"], name="order_customer"),
            models.Index(
                fields=["id"], condition=Q(awaits_assignment=True), name="order_awaits_assignment"
            ),
            # The API also lists by status and by e-mail address.
            models.Index(fields=["status", "-id"], name="order_status_page"),
            models.Index(Lower("email"), F("id").desc(), name="order_email_page"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Return the path of the order's page."""
        return reverse("orders:order", args=[self.number])

    @property
    def is_cancelled(self) -> bool:
        """Return whether the order is cancelled as a whole."""
        return self.status == self.Status.CANCELLED

    @property
    def is_open(self) -> bool:
        """Return whether the customer still expects units."""
        return self.status not in self.FINAL_STATUSES

    @property
    def is_cancellable(self) -> bool:
        """Return whether the order can be cancelled as a whole: nothing of it has shipped."""
        return self.status in {self.Status.SUBMITTED, self.Status.ASSIGNED}

    @property
    def allowed_actions(self) -> list[str]:
        """List what its customer can do with it, judged by its lines.

        An address can be changed until something is picked, which only the verb decides.
        """
        lines = list(self.lines.all())
        actions = {
            "cancel": self.is_cancellable,
            "cancel_items": any(line.owed_quantity for line in lines),
            "change_address": self.is_cancellable,
            "return": any(line.shipped_quantity > line.returned_quantity for line in lines),
        }
        return [name for name, is_allowed in actions.items() if is_allowed]

    @property
    def due(self) -> Decimal:
        """Return the money due for what is not cancelled or returned, in major currency units."""
        return sum((line.due for line in self.lines.all()), self.shipping + self.tax)

    @property
    def unit_counts(self) -> UnitCounts:
        """Return the units of all lines."""
        return UnitCounts(
            *map(sum, zip(*(line.unit_counts for line in self.lines.all()), strict=True))
        )

    @property
    def cancelled_total(self) -> Decimal:
        """Return the price of the cancelled units, in major currency units."""
        return sum((line.price * line.cancelled_quantity for line in self.lines.all()), Decimal())

    @property
    def returned_total(self) -> Decimal:
        """Return the price of the returned units, in major currency units."""
        return sum((line.price * line.returned_quantity for line in self.lines.all()), Decimal())


class OrderItem(models.Model):
    """A line of an order, with the item's name and price at the time of the order.

    Of its units some are cancelled and some shipped; the others are owed. Owed units lie on
    unshipped warehouse orders, or are unassigned, or short. Shipped units may be returned.
    The changes of these quantities are the order's history (orders.state.history).
    """

    order = models.ForeignKey(  # `one_line_per_ordered_item` is its index
        Order, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    item = models.ForeignKey(  # `order_line_page` is its index
        Item, on_delete=models.PROTECT, related_name="order_lines", db_index=False
    )
    name = models.CharField(max_length=300)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    quantity = models.PositiveIntegerField()
    cancelled_quantity = models.PositiveIntegerField(default=0)
    short_quantity = models.PositiveIntegerField("promised, but not there", default=0)
    shipped_quantity = models.PositiveIntegerField(default=0, db_default=0)
    returned_quantity = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "item"], name="one_line_per_ordered_item"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="ordered_quantity_positive"),
            models.CheckConstraint(
                condition=Q(
                    quantity__gte=F("cancelled_quantity")
                    + F("shipped_quantity")
                    + F("short_quantity")
                ),
                name="no_more_cancelled_shipped_or_short_than_ordered",
            ),
            models.CheckConstraint(
                condition=Q(shipped_quantity__gte=F("returned_quantity")),
                name="no_more_returned_than_shipped",
            ),
        ]
        indexes = [
            models.Index(fields=["item"], condition=Q(short_quantity__gt=0), name="short_line"),
            # The API lists the orders of an item, newest first.
            models.Index(fields=["item", "-order"], name="order_line_page"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name}"

    @property
    def line_total(self) -> Decimal:
        """Return the price of all units ordered, in major currency units."""
        return self.price * self.quantity

    @property
    def due(self) -> Decimal:
        """Return the price of the units that are neither cancelled nor returned."""
        return self.price * self.unit_counts.kept

    @property
    def owed_quantity(self) -> int:
        """Return the units still to be shipped, short ones included; these can be cancelled."""
        return self.quantity - self.cancelled_quantity - self.shipped_quantity

    @property
    def unit_counts(self) -> UnitCounts:
        """Return the units of the line by what became of them."""
        return UnitCounts(
            ordered=self.quantity,
            cancelled=self.cancelled_quantity,
            shipped=self.shipped_quantity,
            returned=self.returned_quantity,
            short=self.short_quantity,
            coming=self.owed_quantity - self.short_quantity,
        )
