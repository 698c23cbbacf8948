"""Tables of the foundation: idempotency records and outgoing mail."""

from django.db import models
from django.db.models.functions import Now

from shop.core.db.claims import Claimable


class IdempotencyRecord(models.Model):
    """The stored response to a write with an Idempotency-Key, for a retry of that write."""

    caller = models.CharField(max_length=64)
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField("request hash", max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField("response body")  # empty where `packed` has it
    packed = models.BinaryField("compressed response body", null=True)
    headers = models.JSONField(
        "response headers",
        default=dict,
        db_default=models.Value({}, models.JSONField()),
    )
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["caller", "route", "key"], name="one_answer_per_idempotency_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"


class OutgoingMail(Claimable):
    """A mail about an account that is not sent yet; the row is the queue."""

    to = models.EmailField()
    subject = models.CharField(max_length=500)
    text = models.TextField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"
