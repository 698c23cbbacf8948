"""Claims on the rows of an outbox, so that one worker at a time sends each row.

A worker claims a row, sends it outside of any transaction, and then records that it was
sent. The claim of a worker that died expires, and another worker sends the row again.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Now

CLAIM_DURATION = timedelta(minutes=5)
BATCH_SIZE = 100

M = TypeVar("M", bound=Model)


def claim_each(unsent: QuerySet[M]) -> Iterator[M]:
    """Claim and yield the oldest unsent rows without a live claim, BATCH_SIZE at most."""
    unclaimed = Q(claimed_at=None) | Q(claimed_at__lt=Now() - CLAIM_DURATION)
    for row in unsent.filter(unclaimed).order_by("pk")[:BATCH_SIZE]:
        if unsent.model._default_manager.filter(unclaimed, pk=row.pk).update(claimed_at=Now()):
            yield row
