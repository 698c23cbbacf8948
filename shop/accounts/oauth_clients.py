"""OAuth clients: programs that fetch tokens with a secret of their own (RFC 6749, 4.4).

A client's row is locked before its tokens, so the revocation of a client also revokes the
tokens that are being issued to it at the same time.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from shop.accounts.exceptions import ClientRevoked
from shop.accounts.models import ApiToken, OAuthClient

TOKEN_LIFETIME = timedelta(hours=1)


@transaction.atomic
def issue_client_token(*, client_id: int, secret: str, scopes: Sequence[str]) -> None:
    """Issue a token with this secret that acts for the client's user.

    Raises ClientRevoked.
    """
    clients = OAuthClient.objects.usable().filter(pk=client_id).select_related("user")
    client = clients.lock().first()
    if client is None:
        raise ClientRevoked
    OAuthClient.objects.filter(pk=client_id).update(last_used_at=Now())
    ApiToken.issue(
        secret=secret,
        user=client.user,
        client=client,
        name=client.name,
        scopes=list(scopes),
        lifetime=TOKEN_LIFETIME,
        may_grant=False,
    )


@transaction.atomic
def revoke_clients(*, client_ids: Sequence[int]) -> int:
    """Revoke clients and every token issued to them.

    Returns the number of clients that were not revoked before.
    """
    clients = OAuthClient.objects.filter(pk__in=client_ids)
    list(clients.lock())
    count = clients.filter(revoked_at=None).update(revoked_at=Now())
    _revoke(ApiToken.objects.filter(client__in=client_ids))
    return count


@transaction.atomic
def revoke_client_token(*, client_id: int, secret: str) -> None:
    """Revoke a token of the client; another's token stays valid."""
    _revoke(ApiToken.objects.filter(client=client_id, digest=ApiToken.digest_of(secret)))


def _revoke(tokens) -> None:
    tokens.filter(revoked_at=None).update(revoked_at=Now())
