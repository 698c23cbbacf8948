"""Holds on stock (checkouts) and what became of them (orders)."""

import secrets
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil

from django.conf import settings
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import Now
from django.urls import reverse

from catalog.models import Item
from orders.addresses import LONGEST, PARTS

# What a line never needs of its item.
LONG_TEXTS = ("item__search_document", "item__description")
MAILS_ARE_TRIED = timedelta(days=7)  # before an order is forgotten all the same


class ClockTimestamp(models.Func):
    """The database's clock at this very moment, not when the statement began."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()


class CheckoutQuerySet(models.QuerySet["Checkout"]):
    def held(self):
        return self.filter(status=Checkout.Status.HELD)

    def overdue(self):
        """Holds whose time has run out. Once overdue, always overdue: no verb extends a hold."""
        return self.held().filter(expires_at__lte=Now())

    def live(self):
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


def new_order_number() -> str:
    """Seventeen random digits in three groups; says nothing about how much the shop sells."""
    digits = f"{secrets.randbelow(10**16):016d}"
    return f"1{digits[:2]}-{digits[2:9]}-{digits[9:]}"


class OrderQuerySet(models.QuerySet["Order"]):
    def live(self):
        return self.exclude(status=Order.Status.CANCELLED)

    def to_anonymise(self):
        """Over, with nothing left to tell by mail, or with a mail that no server took for long."""
        untold = Notice.objects.filter(order=OuterRef("pk"), sent_at=None)
        untold = untold.filter(created_at__gt=Now() - MAILS_ARE_TRIED)
        return self.filter(~Exists(untold), status__in=Order.OVER, anonymised_at=None)

    def lock(self, *, skip_locked: bool = False):
        """The orders, locked by key until commit."""
        return self.order_by("pk").select_for_update(
            of=("self",), no_key=True, skip_locked=skip_locked
        )


class Order(models.Model):
    """A promise to deliver. Written from the checkout's lines, never from the cart's."""

    class Status(models.TextChoices):
        SUBMITTED = "submitted"
        ASSIGNED = "assigned"
        PARTIALLY_SHIPPED = "partially_shipped"
        SHIPPED = "shipped"
        CANCELLED = "cancelled"

    # Nothing more happens to an order that is one of these.
    OVER = (Status.SHIPPED, Status.CANCELLED)

    number = models.CharField(max_length=20, unique=True, default=new_order_number, editable=False)
    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders"
    )
    checkout = models.OneToOneField(Checkout, on_delete=models.PROTECT, related_name="order")
    email = models.EmailField()
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.SUBMITTED)
    awaits_assignment = models.BooleanField("has units that no warehouse ships yet", default=True)
    shipping_address = models.JSONField()
    items_total = models.DecimalField(max_digits=20, decimal_places=2)
    shipping = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal("0.00"))
    tax = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal("0.00"))
    price = models.DecimalField("items, shipping and tax", max_digits=20, decimal_places=2)
    placed_at = models.DateTimeField(db_default=Now(), editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancel_reason = models.CharField(max_length=500, blank=True, default="")
    anonymised_at = models.DateTimeField(
        "has not told whose it was since", null=True, blank=True, editable=False
    )

    objects = OrderQuerySet.as_manager()

    is_new = False  # whether the very call that returned it wrote it

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
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("orders:order", args=[self.number])

    @property
    def is_cancelled(self) -> bool:
        return self.status == self.Status.CANCELLED

    @property
    def is_waiting(self) -> bool:
        """Its customer still expects units."""
        return self.status not in self.OVER

    @property
    def is_cancellable(self) -> bool:
        """Until something shipped."""
        return self.status in {self.Status.SUBMITTED, self.Status.ASSIGNED}


class OrderItem(models.Model):
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="order_lines")
    name = models.CharField(max_length=300)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    quantity = models.PositiveIntegerField()
    cancelled_quantity = models.PositiveIntegerField(default=0)
    short_quantity = models.PositiveIntegerField("promised, but not there", default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "item"], name="one_line_per_ordered_item"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="ordered_quantity_positive"),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("cancelled_quantity") + F("short_quantity")),
                name="no_more_cancelled_or_short_than_ordered",
            ),
        ]
        indexes = [
            models.Index(fields=["item"], condition=Q(short_quantity__gt=0), name="short_line"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name}"

    @property
    def line_total(self) -> Decimal:
        return self.price * self.quantity

    @property
    def live_quantity(self) -> int:
        """Units still to be delivered, or delivered."""
        return self.quantity - self.cancelled_quantity - self.short_quantity

    @property
    def cancellable_quantity(self) -> int:
        """Units that the customer still waits for, also those that went short."""
        return self.quantity - self.cancelled_quantity


class NoticeQuerySet(models.QuerySet["Notice"]):
    def to_send(self):
        """Not sent yet, about an order that still tells whose it is."""
        return self.filter(sent_at=None, order__anonymised_at=None)


class Notice(models.Model):
    """Something an order's customer must be told by mail; the row is the queue."""

    class Kind(models.TextChoices):
        RECEIVED = "received"
        SHIPPED = "shipped"
        CANCELLED = "cancelled"
        SHORT = "short"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    details = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    claimed_at = models.DateTimeField("being sent since", null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(sent_at=None), name="notice_to_send"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.order}"


class AddressQuerySet(models.QuerySet["Address"]):
    def lock(self):
        """The addresses, locked by key until commit; never together with another table."""
        return self.order_by("pk").select_for_update(no_key=True)


class Address(models.Model):
    """A shipping address in a customer's book: the one used last is the first."""

    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="addresses"
    )
    name = models.CharField(max_length=LONGEST["name"])
    line1 = models.CharField(max_length=LONGEST["line1"])
    line2 = models.CharField(max_length=LONGEST["line2"], blank=True, default="")
    city = models.CharField(max_length=LONGEST["city"], blank=True, default="")
    region = models.CharField(max_length=LONGEST["region"], blank=True, default="")
    postal_code = models.CharField(max_length=LONGEST["postal_code"], blank=True, default="")
    country = models.CharField(max_length=2)
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    used_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = AddressQuerySet.as_manager()

    class Meta:
        ordering = ["-used_at", "-pk"]
        verbose_name_plural = "addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "digest"], name="an_address_once_in_a_customers_book"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.line1}"

    @property
    def parts(self) -> dict[str, str]:
        return {part: getattr(self, part) for part in (*PARTS, "line2")}
