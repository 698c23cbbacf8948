"""Deletion of deliveries after their retention, and of deleted endpoints with theirs."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import takewhile

from django.conf import settings
from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.db.models.functions import Now

from shop.integrations.events.retention import BATCH_SIZE
from shop.integrations.models import WebhookDelivery, WebhookEndpoint

MAX_ENDPOINTS_PER_SWEEP = 1_000


@transaction.atomic
def delete_old_deliveries() -> int:
    """Delete up to BATCH_SIZE deliveries, of deleted endpoints first; returns their number.

    Of other endpoints only settled deliveries older than EVENT_RETENTION_DAYS are deleted.
    A deleted endpoint's row goes after its last delivery.
    """
    keys = _deliveries_of_deleted_endpoints(BATCH_SIZE)
    if len(keys) < BATCH_SIZE:
        keys += _old_deliveries(BATCH_SIZE - len(keys))
    _delete_by_key(WebhookDelivery, keys)
    _delete_by_key(WebhookEndpoint, _deleted_endpoints_without_deliveries())
    return len(keys)


def _deliveries_of_deleted_endpoints(limit: int) -> list[int]:
    deleted = list(
        _deleted_endpoints().order_by("pk").values_list("pk", flat=True)[:MAX_ENDPOINTS_PER_SWEEP]
    )
    deliveries = WebhookDelivery.objects.filter(endpoint__in=deleted)
    return list(deliveries.order_by("endpoint", "-pk").values_list("pk", flat=True)[:limit])


def _old_deliveries(limit: int) -> list[int]:
    is_old = Q(created_at__lt=Now() - timedelta(days=settings.EVENT_RETENTION_DAYS))
    settled = WebhookDelivery.objects.exclude(status=WebhookDelivery.Status.PENDING)
    oldest = settled.order_by("pk").only("pk")
    oldest = oldest.annotate(is_old=ExpressionWrapper(is_old, BooleanField()))[:limit]
    return [delivery.pk for delivery in takewhile(lambda delivery: delivery.is_old, oldest)]


def _deleted_endpoints_without_deliveries() -> list[int]:
    """Return deleted endpoints whose rows can go: no delivery is left, nor can one be added.

    A locked endpoint is skipped; the next sweep deletes it.
    """
    deliveries = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"))
    empty = _deleted_endpoints().exclude(Exists(deliveries)).lock(skip_locked=True)
    return list(empty.values_list("pk", flat=True)[:MAX_ENDPOINTS_PER_SWEEP])


def _deleted_endpoints():
    return WebhookEndpoint.objects.filter(status=WebhookEndpoint.Status.DELETED)


def _delete_by_key(model: type[WebhookDelivery | WebhookEndpoint], keys: Sequence[int]) -> None:
    rows = model.objects.filter(pk__in=keys)
    rows._raw_delete(rows.db)
