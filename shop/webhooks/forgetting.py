"""Forgetting what became of messages, when the events themselves are forgotten."""

from datetime import timedelta
from itertools import takewhile

from django.conf import settings
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import Now

from shop.events.forgetting import SWEEP_SIZE
from shop.webhooks.models import WebhookDelivery


@transaction.atomic
def forget_deliveries() -> int:
    """Forget up to SWEEP_SIZE old messages that nothing more happens to; returns how many."""
    is_old = Q(created_at__lt=Now() - timedelta(days=settings.EVENTS_KEPT_DAYS))
    settled = WebhookDelivery.objects.exclude(status=WebhookDelivery.Status.PENDING)
    oldest = settled.order_by("pk").only("pk")
    oldest = oldest.annotate(is_old=ExpressionWrapper(is_old, BooleanField()))[:SWEEP_SIZE]
    old = [one.pk for one in takewhile(lambda one: one.is_old, oldest)]
    gone = WebhookDelivery.objects.filter(pk__in=old)
    gone._raw_delete(gone.db)
    return len(old)
