"""Tables of return requests: shipped units that a customer wants to send back."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from orders.models.order import Order, OrderItem


class ReturnRequestQuerySet(models.QuerySet["ReturnRequest"]):
    def open(self):
        """Return the requests whose units may still arrive."""
        return self.filter(closed_at=None)


class ReturnRequest(models.Model):
    """Shipped units of an order that its customer wants to send back.

    Every verb that changes it locks its order first. It is closed by the receipt of its last
    unit, or by a refusal of what was not received.
    """

    class Status(models.TextChoices):
        REQUESTED = "requested"
        PARTIALLY_RECEIVED = "partially_received"
        RECEIVED = "received"
        REFUSED = "refused"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="return_requests")
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.REQUESTED)
    reason = models.CharField(max_length=500, blank=True, default="")
    refusal_reason = models.CharField(max_length=500, blank=True, default="")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    requested_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    objects = ReturnRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["status", "-id"], name="return_request_queue")]

    def __str__(self) -> str:
        return f"return {self.pk} of {self.order}"

    @property
    def is_open(self) -> bool:
        """Return whether its units may still arrive."""
        return self.closed_at is None

    @property
    def is_refused(self) -> bool:
        """Return whether staff refused it, or the rest of it after a part was received."""
        is_refused_in_part = bool(self.closed_at and self.refusal_reason)
        return self.status == self.Status.REFUSED or is_refused_in_part


class ReturnRequestItem(models.Model):
    """Units of an order line to be sent back, and how many of them were received."""

    return_request = models.ForeignKey(
        ReturnRequest, on_delete=models.PROTECT, related_name="lines"
    )
    order_item = models.ForeignKey(
        OrderItem, on_delete=models.PROTECT, related_name="return_request_lines"
    )
    quantity = models.PositiveIntegerField()
    received_quantity = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["return_request", "order_item"], name="one_line_per_returned_order_line"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, received_quantity__lte=F("quantity")),
                name="no_more_received_than_returned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.order_item.name}"

    @property
    def outstanding_quantity(self) -> int:
        """Return the units that were not received yet."""
        return self.quantity - self.received_quantity
