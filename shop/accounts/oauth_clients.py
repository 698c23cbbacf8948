"""Programs that fetch their tokens themselves, by a secret of their own (RFC 6749, 4.4).

A client's row is locked before its tokens: whoever revokes it revokes every token that
was issued to it, also those that are being issued at this moment.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from shop.accounts.models import ApiToken, OAuthClient

TOKEN_LIFETIME = timedelta(hours=1)


class ClientRevoked(Exception):
    """The client gets no more tokens."""


@transaction.atomic
def keep_client_token(*, client_id: int, secret: str, scopes: Sequence[str]) -> None:
    """Make a token's text one that opens the door for the client's own user.

    Raises ClientRevoked.
    """
    clients = OAuthClient.objects.usable().filter(pk=client_id).select_related("user")
    client = clients.lock().first()
    if client is None:
        raise ClientRevoked
    OAuthClient.objects.filter(pk=client_id).update(last_used_at=Now())
    said = {"scopes": list(scopes), "name": client.name, "client": client}
    ApiToken.keep(secret, user=client.user, lifetime=TOKEN_LIFETIME, **said)


@transaction.atomic
def revoke_clients(*, client_ids: Sequence[int]) -> int:
    """Give clients no more tokens and shut the door on those they have.

    Returns how many were in force until now.
    """
    chosen = OAuthClient.objects.filter(pk__in=client_ids)
    list(chosen.lock())
    count = chosen.filter(revoked_at=None).update(revoked_at=Now())
    _revoke(ApiToken.objects.filter(client__in=client_ids))
    return count


@transaction.atomic
def revoke_client_token(*, client_id: int, secret: str) -> None:
    """Shut the door on a token of the client's; one that is not its own stays as it is."""
    _revoke(ApiToken.objects.filter(client=client_id, digest=ApiToken.digest_of(secret)))


def _revoke(tokens) -> None:
    tokens.filter(revoked_at=None).update(revoked_at=Now())
