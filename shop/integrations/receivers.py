"""Receivers of the signals of lower floors; they commit or roll back with the sender."""

from django.dispatch import receiver

from shop.accounts.signals import access_ended, accounts_erased
from shop.integrations.models import WebhookEndpoint
from shop.integrations.webhooks.endpoints import hide_endpoints, pause_endpoints


@receiver(accounts_erased)
def hide_webhook_endpoints(user_ids, **kwargs) -> None:
    """Delete the endpoints of erased accounts, so that nothing more is sent to them."""
    hide_endpoints(WebhookEndpoint.objects.filter(user__in=user_ids))


@receiver(access_ended)
def pause_webhook_endpoints(user_id, **kwargs) -> None:
    """Pause the endpoints of a user who ended every access to the account."""
    pause_endpoints(WebhookEndpoint.objects.filter(user=user_id))
