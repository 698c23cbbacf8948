"""Rows that are a queue of something to send: each is sent by one worker at a time.

A worker claims a row, sends what it stands for outside of any transaction, and notes
that. One that dies only delays: the claim runs out, and another sends it again.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Now

CLAIM = timedelta(minutes=5)
BATCH_SIZE = 100

M = TypeVar("M", bound=Model)


def claim_each(waiting: QuerySet[M]) -> Iterator[M]:
    """Yield the oldest waiting rows that nobody else is sending, each claimed first."""
    free = Q(claimed_at=None) | Q(claimed_at__lt=Now() - CLAIM)
    for row in waiting.filter(free).order_by("pk")[:BATCH_SIZE]:
        if waiting.model._default_manager.filter(free, pk=row.pk).update(claimed_at=Now()):
            yield row
