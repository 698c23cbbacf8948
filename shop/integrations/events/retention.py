"""Deletion of events after their retention, the oldest first."""

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
    """Delete up to BATCH_SIZE events past EVENT_RETENTION_DAYS; returns their number.

    Events are deleted in the order of the log, and the position of the last one is recorded:
    a cursor is valid as long as no event after it is deleted.
    """
    is_old = Q(at__lt=Now() - timedelta(days=settings.EVENT_RETENTION_DAYS))
    oldest = Event.objects.settled(current_horizon()).in_order().only("xact")
    oldest = oldest.annotate(is_old=ExpressionWrapper(is_old, BooleanField()))[:BATCH_SIZE]
    old = list(takewhile(lambda event: event.is_old, oldest))
    if old:
        end = old[-1].position
        EventFloor.objects.update_or_create(pk=1, defaults={"xact": end.xact, "event_id": end.id})
        expired = Event.objects.up_to(end)
        expired._raw_delete(expired.db)
    return len(old)
