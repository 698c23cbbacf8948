"""Deletion of bulk jobs after their retention."""

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from shop.core.retention import delete_batch
from shop.integrations.models import BulkJob

JOB_RETENTION = timedelta(days=7)
JOB_BATCH_SIZE = 5  # each with a file of up to 64 MiB


@transaction.atomic
def delete_old_jobs() -> int:
    """Delete a batch of jobs that ended a week ago, with their files; return the number deleted."""
    old = BulkJob.objects.filter(finished_at__lt=Now() - JOB_RETENTION)
    return delete_batch(old, JOB_BATCH_SIZE)
