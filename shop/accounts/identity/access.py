"""The end of every access that outlives a session: tokens, OAuth clients, webhooks."""

from typing import Any

from django.db import transaction

from shop.accounts.models import ApiToken, OAuthClient
from shop.accounts.oauth_clients import revoke_clients
from shop.accounts.signals import access_ended
from shop.accounts.tokens import revoke_tokens


@transaction.atomic
def end_access(*, user: Any) -> None:
    """Revoke a user's clients and tokens, and have the apps above pause what they send."""
    clients = OAuthClient.objects.filter(user=user.pk, revoked_at=None)
    revoke_clients(client_ids=list(clients.values_list("pk", flat=True)))
    tokens = ApiToken.objects.filter(user=user.pk, revoked_at=None)
    revoke_tokens(token_ids=list(tokens.values_list("pk", flat=True)))
    access_ended.send(sender=type(user), user_id=user.pk)
