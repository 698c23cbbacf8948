"""Mails about orders that are to be sent."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from orders.models.order import Order


class OrderNotificationQuerySet(models.QuerySet["OrderNotification"]):
    def to_send(self):
        """Not sent yet, about an order that still tells whose it is."""
        return self.filter(sent_at=None, order__anonymised_at=None)


class OrderNotification(models.Model):
    """Something an order's customer must be told by mail; the row is the queue."""

    class Kind(models.TextChoices):
        RECEIVED = "received"
        SHIPPED = "shipped"
        CANCELLED = "cancelled"
        SHORT = "short"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="notifications")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    details = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    claimed_at = models.DateTimeField("being sent since", null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OrderNotificationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], condition=Q(sent_at=None), name="order_notification_to_send"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.order}"
