"""Metrics of webhooks."""

from django.db.models import DurationField, ExpressionWrapper, F, Max, QuerySet
from django.db.models.functions import Now

from shop.integrations.models import Event, WebhookDelivery, WebhookEndpoint


def oldest_undelivered() -> float:
    """Return the age in seconds of the oldest event that an active endpoint has not received.

    A pending delivery counts from its creation, also when it replays an older one; an event
    that is not fanned out to the endpoint yet counts from the event's own time.
    """
    active = WebhookEndpoint.objects.active()
    pending = WebhookDelivery.objects.pending().filter(endpoint__in=active)
    ages = [_greatest_age(pending, "created_at")]
    if last := active.order_by("cursor_xact", "cursor_id").first():
        ages.append(_greatest_age(Event.objects.after(last.cursor).in_order()[:1], "at"))
    return max(ages)


def _greatest_age(rows: QuerySet, since: str) -> float:
    age = ExpressionWrapper(Now() - F(since), output_field=DurationField())
    greatest = rows.aggregate(greatest=Max(age))["greatest"]
    return greatest.total_seconds() if greatest else 0.0
