"""What beat asks for, and ways to the moment that a test is about."""

from django.db.models.functions import Now

from shop.integrations.models import WebhookDelivery, WebhookEndpoint
from shop.integrations.tasks import follow_events, send_webhooks
from tests.support.events import settle

HOOKS = "/api/v1/webhooks/"


def deliver() -> None:
    """What beat asks for, once what happened is settled."""
    settle()
    follow_events()
    send_webhooks()


def let_time_pass() -> None:
    """Make everything that waits due, whatever was asked for."""
    WebhookDelivery.objects.pending().update(due_at=Now(), claimed_until=None)
    WebhookEndpoint.objects.update(rests_until=None)


def one_of(endpoint: WebhookEndpoint):
    return WebhookEndpoint.objects.filter(pk=endpoint.pk)
