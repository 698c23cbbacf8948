"""Checkouts: units held for a customer for a while."""

from datetime import datetime, timedelta
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
        return self.filter(status=Checkout.Status.HELD)

    def overdue(self):
        """Holds whose time has run out. Once overdue, always overdue: no verb extends a hold."""
        return self.held().filter(expires_at__lte=Now())

    def unexpired(self):
        """Holds that still run."""
        return self.held().filter(expires_at__gt=Now())

    def counted_as_holds(self, *, within: timedelta):
        """Begun so lately and not submitted: who buys is not hoarding."""
        return self.filter(created_at__gt=Now() - within).exclude(status=Checkout.Status.SUBMITTED)

    def lock(self, *, skip_locked: bool = False):
        """The checkouts, locked by key until commit."""
        return self.order_by("pk").select_for_update(
            of=("self",), no_key=True, skip_locked=skip_locked
        )


class Checkout(models.Model):
    """The reservation: units taken off the aggregated stock for a while."""

    class Status(models.TextChoices):
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

    server_time: datetime  # annotated by checkout.with_clock
    is_new = False  # whether the very call that returned it began it

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
        return self.status == self.Status.HELD

    @property
    def seconds_left(self) -> int:
        """Whole seconds, rounded up, by the database's clock read with the checkout."""
        return max(0, ceil((self.expires_at - self.server_time).total_seconds()))

    @property
    def total(self) -> Decimal:
        return sum((line.line_total for line in self.lines.all()), Decimal("0.00"))


class CheckoutItemQuerySet(models.QuerySet["CheckoutItem"]):
    def judged_now(self):
        """Read with each line whether its locked checkout is overdue by the clock of now.

        The statement that waited for the lock would judge by the time it began.
        """
        is_past = Q(checkout__expires_at__lte=ClockTimestamp())
        return self.annotate(is_overdue=ExpressionWrapper(is_past, models.BooleanField()))


class CheckoutItem(models.Model):
    """So many units of an item, at the price that was shown when the hold began."""

    is_overdue: bool  # annotated by judged_now

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
        return self.price * self.quantity
