"""Bearer tokens: known by their hash only, each with its scopes."""

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from catalog.prepared import prepared
from shop.models import ApiToken


class BearerTokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer TOKEN`. A bad token is refused, also where none is needed."""

    def authenticate(self, request: Request):
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        if len(parts) != 2:
            raise AuthenticationFailed("Send one token: Authorization: Bearer TOKEN.")
        digest = ApiToken.digest_of(parts[1].decode("latin-1"))
        tokens = _usable_tokens(digest=digest)
        if not tokens:
            raise AuthenticationFailed("The token is unknown, expired or revoked.")
        return tokens[0].user, tokens[0]

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


@prepared
def _usable_tokens(digest):
    return ApiToken.objects.usable().filter(digest=digest).select_related("user")
