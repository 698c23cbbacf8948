"""Receivers of the signals of lower floors; they commit or roll back with the sender."""

from django.dispatch import receiver

from shop.accounts.signals import accounts_erased
from shop.integrations.models import WebhookEndpoint
from shop.integrations.webhooks.endpoints import hide_endpoints


@receiver(accounts_erased)
def hide_webhook_endpoints(user_ids, **kwargs) -> None:
    """Delete the endpoints of erased accounts, so that nothing more is sent to them."""
    hide_endpoints(WebhookEndpoint.objects.filter(user__in=user_ids))
