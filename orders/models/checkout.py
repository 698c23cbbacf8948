"""Tables of checkouts, which hold units for a customer until they expire."""

from datetime import datetime
from decimal import Decimal
from math import ceil

from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.db.models.functions import Now

from catalog.models import Item
from shop.core.db.clock import ClockTimestamp


class CheckoutQuerySet(models.QuerySet["Checkout"]):
    def held(self):
        """Return the checkouts that hold units, overdue ones included."""
        return self.filter(status=Checkout.Status.HELD)

    def overdue(self):
        """Return the holds past their expiry. No verb extends a hold, so they stay overdue."""
        return self.held().filter(expires_at__lte=Now())

    def unexpired(self):
        """Return the holds before their expiry."""
        return self.held().filter(expires_at__gt=Now())

    def lock(self, *, skip_locked: bool = False):
        """Return the checkouts, locked by key until commit."""
        return self.order_by("pk").select_for_update(
            of=("self",), no_key=True, skip_locked=skip_locked
        )


class Checkout(models.Model):
    """A reservation: units taken off the aggregated stock until `expires_at` or submission."""

    class Status(models.TextChoices):
        """States of a checkout; all but HELD are final."""

        HELD = "held"
        SUBMITTED = "submitted"
        CANCELLED = "cancelled"
        EXPIRED = "expired"

    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="checkouts"
    )
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.HELD)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CheckoutQuerySet.as_manager()

    server_time: datetime  # annotated by orders.checkout.queries.with_clock
    is_new = False  # True on the object that `begin_checkout` returns for a new hold

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(status="held"),
                name="one_held_checkout_per_customer",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(status="held"), name="held_checkout_expiry"
            ),
            models.Index(fields=["customer", "created_at"], name="checkout_customer_created"),
        ]

    def __str__(self) -> str:
        return f"checkout {self.pk} ({self.status})"

    @property
    def is_held(self) -> bool:
        """Return whether the checkout holds units, overdue or not."""
        return self.status == self.Status.HELD

    @property
    def seconds_left(self) -> int:
        """Return the whole seconds until expiry, rounded up, by the database's `server_time`."""
        return max(0, ceil((self.expires_at - self.server_time).total_seconds()))

    @property
    def total(self) -> Decimal:
        """Return the price of all lines, in major currency units."""
        return sum((line.line_total for line in self.lines.all()), Decimal("0.00"))


class CheckoutItemQuerySet(models.QuerySet["CheckoutItem"]):
    def annotate_is_overdue(self):
        """Annotate each line with `is_overdue`, by the clock at the time of this statement.

        Use it in a statement after the one that locked the checkout: that one may have waited,
        and would compare with the time when it began.
        """
        is_past = Q(checkout__expires_at__lte=ClockTimestamp())
        return self.annotate(is_overdue=ExpressionWrapper(is_past, models.BooleanField()))


class CheckoutItem(models.Model):
    """Held units of an item, at the price of the item when the hold began."""

    is_overdue: bool  # annotated by annotate_is_overdue

    checkout = models.ForeignKey(Checkout, on_delete=models.CASCADE, related_name="lines")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    price = models.DecimalField(max_digits=12, decimal_places=2)

    objects = CheckoutItemQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["checkout", "item"], name="one_line_per_held_item"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="held_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.item}"

    @property
    def line_total(self) -> Decimal:
        """Return the price of all units, in major currency units."""
        return self.price * self.quantity
