"""Webhook endpoints, and the delivery of each event to each endpoint."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from shop.core.db.claims import Claimable
from shop.core.db.encryption import EncryptedTextField
from shop.integrations.models import Event, OldestRunning, Position


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    """Endpoints by their state, and their row locks."""

    def not_deleted(self):
        """Exclude deleted endpoints, whose rows are deleted after their deliveries."""
        return self.exclude(status=WebhookEndpoint.Status.DELETED)

    def active(self):
        """Return the endpoints that receive events: active ones of active users."""
        return self.filter(status=WebhookEndpoint.Status.ACTIVE, user__is_active=True)

    def lock(self, *, skip_locked: bool = False):
        """Return the endpoints, locked by key until commit; only deliveries are locked later.

        A transaction that writes or claims deliveries of an endpoint locks its row first.
        """
        return self.order_by("pk").select_for_update(
            of=("self",), no_key=True, skip_locked=skip_locked
        )


class WebhookEndpoint(models.Model):
    """A URL that receives events, with its own cursor in the event log."""

    class Status(models.TextChoices):
        ACTIVE = "active"
        PAUSED = "paused"  # by staff, or after three days without a success
        DISABLED = "disabled"  # the endpoint answered 410 Gone
        DELETED = "deleted"  # by the owner; a sweep deletes the deliveries, then the row

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="webhook_endpoints"
    )
    scopes = ArrayField(models.CharField(max_length=32))
    url = models.CharField(max_length=500)
    description = models.CharField(max_length=200, blank=True, default="")
    events = ArrayField(models.CharField(max_length=32, choices=Event.Type.choices))
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.ACTIVE)
    secret = EncryptedTextField()
    old_secret = EncryptedTextField(blank=True, default="")
    old_secret_until = models.DateTimeField("signed with the old secret too until", null=True)
    cursor_xact = models.BigIntegerField("transaction id of the cursor", db_default=OldestRunning())
    cursor_id = models.BigIntegerField("event id of the cursor", default=0)
    failures = models.PositiveIntegerField("failures since the last success", default=0)
    failing_since = models.DateTimeField(null=True)
    retry_after_until = models.DateTimeField("end of the Retry-After delay", null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = WebhookEndpointQuerySet.as_manager()

    def __str__(self) -> str:
        return self.url

    @property
    def is_active(self) -> bool:
        """Return whether the status is active."""
        return self.status == self.Status.ACTIVE

    @property
    def cursor(self) -> Position:
        """Return the position up to which events were written out as deliveries."""
        return Position(self.cursor_xact, self.cursor_id)

    def reset_failures(self) -> None:
        """Clear the failure count and the Retry-After delay; the caller saves."""
        self.failures, self.failing_since, self.retry_after_until = 0, None, None


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    """Deliveries by their status."""

    def pending(self):
        """Return the deliveries that are still to be sent."""
        return self.filter(status=WebhookDelivery.Status.PENDING)


class WebhookDelivery(Claimable):
    """One message to one endpoint; the row is first the queue entry and then the log entry.

    It has its own copy of the event, which may be deleted before the last attempt.
    """

    class Status(models.TextChoices):
        PENDING = "pending"
        DELIVERED = "delivered"
        GIVEN_UP = "given_up"

    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    message_id = models.CharField("webhook-id, the same with each attempt", max_length=64)
    type = models.CharField(max_length=32)
    resource = models.CharField(max_length=64)
    user_id = models.BigIntegerField("visible to this user, as its event; empty: to all", null=True)
    happened_at = models.DateTimeField(db_default=Now())
    data = models.JSONField()
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(db_default=Now())
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    attempted_at = models.DateTimeField("last attempt at", null=True)
    response_status = models.PositiveSmallIntegerField(null=True)
    response_start = models.CharField("first bytes of the answer", max_length=1000, default="")
    duration_ms = models.PositiveIntegerField(null=True)
    error = models.CharField("why there was no answer", max_length=300, default="")

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "webhook deliveries"
        indexes = [
            models.Index(fields=["endpoint", "-id"], name="webhook_log"),
            models.Index(fields=["endpoint", "status", "-id"], name="webhook_log_by_status"),
            models.Index(
                fields=["endpoint", "resource", "id"],
                condition=Q(status="pending"),
                name="webhook_pending",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} to endpoint {self.endpoint_id}"
