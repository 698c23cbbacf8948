"""Steps of webhook delivery for tests: fan out, send, and let time pass."""

from django.db.models.functions import Now

from shop.integrations.models import WebhookDelivery, WebhookEndpoint
from shop.integrations.tasks import fan_out_events, send_webhooks
from tests.support.events import settle

HOOKS = "/api/v1/webhooks/"


def deliver() -> None:
    """Fan out and send all events so far, as beat's tasks do."""
    settle()
    fan_out_events()
    send_webhooks()


def let_time_pass() -> None:
    """Make all pending deliveries due, and end leases and Retry-After delays."""
    WebhookDelivery.objects.pending().update(due_at=Now(), claimed_until=None)
    WebhookEndpoint.objects.update(retry_after_until=None)


def select_endpoint(endpoint: WebhookEndpoint):
    return WebhookEndpoint.objects.filter(pk=endpoint.pk)
