"""The append-only history of orders."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from orders.models.order import Order, OrderItem


class OrderChange(models.Model):
    """An entry of an order's history: what changed, when, why, and who changed it.

    An entry about a line changes its quantities, in units; the sums of these changes are the
    line's columns. Append-only: a trigger refuses delete, and any update but the erasure of
    the reason and of the token's name.
    """

    class Kind(models.TextChoices):
        """Changes of lines, and, from READDRESSED on, of the order or one of its parcels."""

        CANCELLED = "cancelled"
        SHORT = "short"
        MADE_GOOD = "made_good"
        SHIPPED = "shipped"
        RETURNED = "returned"
        READDRESSED = "readdressed"
        MOVED = "moved"
        TRACKING = "tracking"

    class AuthorKind(models.TextChoices):
        """The author's part in the order."""

        CUSTOMER = "customer"
        STAFF = "staff"
        SYSTEM = "system"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="changes")
    order_item = models.ForeignKey(
        OrderItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # read by order
    )
    kind = models.CharField(max_length=16, choices=Kind.choices)
    quantity = models.PositiveIntegerField(default=0)
    cancelled_change = models.IntegerField(default=0)
    short_change = models.IntegerField(default=0)
    shipped_change = models.IntegerField(default=0)
    returned_change = models.IntegerField(default=0)
    details = models.JSONField(default=dict)
    reason = models.CharField(max_length=500, blank=True, default="")
    author_kind = models.CharField(max_length=16, choices=AuthorKind.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    token = models.CharField("API token", max_length=200, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} by {self.get_author_kind_display().lower()}"
