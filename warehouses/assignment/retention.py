"""Deletion of the decisions of the assignment after their retention."""

from datetime import timedelta

from django.db.models.functions import Now

from warehouses.models import Decision

DECISION_RETENTION = timedelta(days=30)


def delete_old_decisions() -> None:
    """Delete the decisions that are older than a month."""
    Decision.objects.filter(decided_at__lt=Now() - DECISION_RETENTION).delete()
