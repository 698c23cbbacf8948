"""Authentication by bearer token, of which only a hash is stored."""

import logging

from django.db import DatabaseError
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from shop.accounts.models import ApiToken
from shop.accounts.tokens import record_use
from shop.core.db.prepared import prepared
from shop.core.db.transactions import Busy, run_transaction

logger = logging.getLogger(__name__)


class BearerTokenAuthentication(BaseAuthentication):
    """Authentication by the header `Authorization: Bearer TOKEN`.

    An invalid token is refused also by views that need none.
    """

    def authenticate(self, request: Request):
        """Return the token's user and the token, or None. Raises AuthenticationFailed."""
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        if len(parts) != 2:
            raise AuthenticationFailed("Send one token: Authorization: Bearer TOKEN.")
        digest = ApiToken.digest_of(parts[1].decode("latin-1"))
        tokens = _usable_tokens(digest=digest)
        if not tokens:
            raise AuthenticationFailed("The token is unknown, expired or revoked.")
        _record_use(tokens[0])
        return tokens[0].user, tokens[0]

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401."""
        return 'Bearer realm="api"'


@prepared
def _usable_tokens(digest):
    return ApiToken.objects.usable().with_status().filter(digest=digest).select_related("user")


def _record_use(token: ApiToken) -> None:
    """Record the use of a token; a failure is logged and does not fail the request."""
    if not token.is_use_outdated:
        return
    try:
        run_transaction(record_use, token_id=token.pk)
    except (DatabaseError, Busy) as error:
        logger.warning("The use of %s was not written: %s", token.pk, error)
