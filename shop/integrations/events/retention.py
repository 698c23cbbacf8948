"""Forgetting events that were kept for long enough, the oldest first."""

from datetime import timedelta
from itertools import takewhile

from django.conf import settings
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import Now

from shop.integrations.events.reader import current_horizon
from shop.integrations.models import Event, EventFloor

BATCH_SIZE = 5_000


@transaction.atomic
def delete_old_events() -> int:
    """Forget up to BATCH_SIZE events and note where they ended; returns how many they were.

    They go in the order in which they are read: a cursor is good as long as nothing
    after it is forgotten.
    """
    is_old = Q(at__lt=Now() - timedelta(days=settings.EVENT_RETENTION_DAYS))
    oldest = Event.objects.settled(current_horizon()).in_order().only("xact")
    oldest = oldest.annotate(is_old=ExpressionWrapper(is_old, BooleanField()))[:BATCH_SIZE]
    old = list(takewhile(lambda event: event.is_old, oldest))
    if old:
        end = old[-1].position
        EventFloor.objects.update_or_create(pk=1, defaults={"xact": end.xact, "event_id": end.id})
        gone = Event.objects.up_to(end)
        gone._raw_delete(gone.db)
    return len(old)
