"""Deletion of idempotency records and of mails after their retention."""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from shop.core.models import IdempotencyRecord, OutgoingMail

IDEMPOTENCY_RETENTION = timedelta(hours=24)
IDEMPOTENCY_BATCH_SIZE = 5_000
MAIL_RETENTION = timedelta(days=3)  # as long as the links in them are valid


@transaction.atomic
def delete_old_idempotency_records() -> int:
    """Delete a batch of idempotency records older than a day; return the number deleted.

    In batches, because one large deletion would make customers wait for the disk.
    """
    old = IdempotencyRecord.objects.filter(created_at__lt=Now() - IDEMPOTENCY_RETENTION)
    return delete_batch(old, IDEMPOTENCY_BATCH_SIZE)


def delete_old_mails() -> None:
    """Delete the mails that no mail server accepted within three days."""
    OutgoingMail.objects.filter(created_at__lt=Now() - MAIL_RETENTION).delete()


def delete_batch(rows: QuerySet, size: int) -> int:
    """Delete up to `size` of the rows, the oldest first; return the number deleted."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:size])
    rows.model._default_manager.filter(pk__in=keys).delete()
    return len(keys)
