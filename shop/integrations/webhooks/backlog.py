"""How far behind the endpoints are."""

from django.db.models import DurationField, ExpressionWrapper, F, Max, QuerySet
from django.db.models.functions import Now

from shop.integrations.models import Event, WebhookDelivery, WebhookEndpoint


def oldest_undelivered() -> float:
    """Seconds that what an active endpoint should have got, and has not, waits at most.

    A message waits since it was written, which for one that is sent once more is now; an
    event that no sweep has looked at for the endpoint yet, since it happened.
    """
    active = WebhookEndpoint.objects.active()
    waiting = WebhookDelivery.objects.pending().filter(endpoint__in=active)
    ages = [_greatest_age(waiting, "created_at")]
    if last := active.order_by("followed_xact", "followed_id").first():
        ages.append(_greatest_age(Event.objects.after(last.followed).in_order()[:1], "at"))
    return max(ages)


def _greatest_age(rows: QuerySet, since: str) -> float:
    age = ExpressionWrapper(Now() - F(since), output_field=DurationField())
    greatest = rows.aggregate(greatest=Max(age))["greatest"]
    return greatest.total_seconds() if greatest else 0.0
