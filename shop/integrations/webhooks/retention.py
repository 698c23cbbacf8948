"""Forgetting what became of messages: with the events, or with the endpoint they went to."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import takewhile

from django.conf import settings
from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.db.models.functions import Now

from shop.integrations.events.retention import BATCH_SIZE
from shop.integrations.models import WebhookDelivery, WebhookEndpoint

MAX_DELETED = 1_000  # endpoints that a sweep looks at


@transaction.atomic
def delete_old_deliveries() -> int:
    """Forget up to BATCH_SIZE messages of deleted endpoints, or old ones; returns how many.

    Old are those that nothing more happens to. A deleted endpoint goes after its last one.
    """
    forgotten = _of_deleted_endpoints(BATCH_SIZE)
    if len(forgotten) < BATCH_SIZE:
        forgotten += _old_ones(BATCH_SIZE - len(forgotten))
    _forget(WebhookDelivery, forgotten)
    _forget(WebhookEndpoint, _deleted_without_messages())
    return len(forgotten)


def _of_deleted_endpoints(most: int) -> list[int]:
    deleted = list(_deleted().order_by("pk").values_list("pk", flat=True)[:MAX_DELETED])
    theirs = WebhookDelivery.objects.filter(endpoint__in=deleted)
    return list(theirs.order_by("endpoint", "-pk").values_list("pk", flat=True)[:most])


def _old_ones(most: int) -> list[int]:
    is_old = Q(created_at__lt=Now() - timedelta(days=settings.EVENT_RETENTION_DAYS))
    settled = WebhookDelivery.objects.exclude(status=WebhookDelivery.Status.PENDING)
    oldest = settled.order_by("pk").only("pk")
    oldest = oldest.annotate(is_old=ExpressionWrapper(is_old, BooleanField()))[:most]
    return [one.pk for one in takewhile(lambda one: one.is_old, oldest)]


def _deleted_without_messages() -> list[int]:
    """Nobody writes messages to them any more; one that somebody holds has time."""
    theirs = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"))
    empty = _deleted().exclude(Exists(theirs)).lock(skip_locked=True)
    return list(empty.values_list("pk", flat=True)[:MAX_DELETED])


def _deleted():
    return WebhookEndpoint.objects.filter(status=WebhookEndpoint.Status.DELETED)


def _forget(model: type[WebhookDelivery | WebhookEndpoint], keys: Sequence[int]) -> None:
    gone = model.objects.filter(pk__in=keys)
    gone._raw_delete(gone.db)
