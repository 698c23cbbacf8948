"""The outbox of mails about orders."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from orders.models.order import Order
from shop.core.db.claims import Claimable


class OrderNotificationQuerySet(models.QuerySet["OrderNotification"]):
    def to_send(self):
        """Return the unsent notifications about orders that are not anonymised."""
        return self.filter(sent_at=None, order__anonymised_at=None)


class OrderNotification(Claimable):
    """A mail to an order's customer, sent or to be sent; the table is the queue."""

    class Kind(models.TextChoices):
        """Events of an order with a mail."""

        RECEIVED = "received"
        SHIPPED = "shipped"
        CANCELLED = "cancelled"
        ITEMS_CANCELLED = "items_cancelled"
        SHORT = "short"
        TRACKING = "tracking"
        RETURNED = "returned"
        RETURN_REFUSED = "return_refused"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="notifications")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    details = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
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
