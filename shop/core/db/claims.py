"""Claims with a lease: one worker at a time acts on a row, and a dead one only delays it.

A worker claims a row until a moment, acts on it outside of any transaction, and then
records the outcome. When a worker dies its claim expires, and another one claims the row.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import TypeVar

from django.db import models
from django.db.models.functions import Now

LEASE = timedelta(minutes=5)
BATCH_SIZE = 100


class Claimable(models.Model):
    """A row that a worker claims before it acts on it."""

    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True


C = TypeVar("C", bound=Claimable)


def is_unclaimed() -> models.Q:
    """Return the condition that no claim on a row is running."""
    return models.Q(claimed_until=None) | models.Q(claimed_until__lt=Now())


def claim_each(rows: models.QuerySet[C]) -> Iterator[C]:
    """Claim and yield the oldest unclaimed rows, BATCH_SIZE at most."""
    for row in rows.filter(is_unclaimed()).order_by("pk")[:BATCH_SIZE]:
        unclaimed = rows.model._default_manager.filter(is_unclaimed(), pk=row.pk)
        if unclaimed.update(claimed_until=Now() + LEASE):
            yield row
