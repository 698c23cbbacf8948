"""The OAuth 2.0 client credentials grant (RFC 6749, 4.4) and token revocation (RFC 7009).

oauthlib validates the requests and builds the errors. The issued tokens are ordinary API
tokens that expire after an hour, so there is one way to authenticate. The responses have
the form of the RFCs and are no problem+json, because OAuth libraries read them.
"""

import base64
import binascii
import re
from typing import Any
from urllib.parse import unquote_plus, urlencode

from django.conf import settings
from django.http import HttpResponse, QueryDict
from drf_spectacular.utils import extend_schema
from oauthlib.oauth2 import BackendApplicationServer, OAuth2Error, RequestValidator
from oauthlib.oauth2.rfc6749.errors import InvalidClientError, InvalidRequestError
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.parsers import FormParser
from rest_framework.request import Request
from rest_framework.views import APIView

from shop.accounts.exceptions import ClientRevoked
from shop.accounts.models import ApiToken, OAuthClient
from shop.accounts.oauth_clients import (
    TOKEN_LIFETIME,
    issue_client_token,
    revoke_client_token,
)
from shop.core.api.permissions import held_scopes
from shop.core.db.transactions import run_transaction
from shop.core.http.token_bucket import Limit, take_request
from shop.core.security_log import record_limit

FORM = "application/x-www-form-urlencoded"
# A token lasts for an hour, so this suffices for many processes that each fetch their own.
PER_CLIENT = Limit("tokens", rate=1, burst=60)
CLIENT_ID = re.compile(r"client_[0-9a-f]{24}\Z")
BY_SECRET: Any = [{"clientSecret": []}, {}]  # or in the body
PARAMETERS = (
    *("grant_type", "scope", "client_id", "client_secret"),
    *("token", "token_type_hint"),
)


class TokenInput(serializers.Serializer):
    grant_type = serializers.ChoiceField(["client_credentials"])
    scope = serializers.CharField(
        required=False, help_text="Some of the client's scopes, by spaces apart; else all."
    )
    client_id = serializers.CharField(required=False, help_text="Unless sent by HTTP Basic.")
    client_secret = serializers.CharField(required=False)


class TokenAnswer(serializers.Serializer):
    access_token = serializers.CharField()
    token_type = serializers.ChoiceField(["Bearer"])
    expires_in = serializers.IntegerField(help_text="Seconds.")
    scope = serializers.CharField()


class RevocationInput(serializers.Serializer):
    token = serializers.CharField()
    token_type_hint = serializers.CharField(required=False)
    client_id = serializers.CharField(required=False, help_text="Unless sent by HTTP Basic.")
    client_secret = serializers.CharField(required=False)


class OAuthError(serializers.Serializer):
    error = serializers.CharField(help_text="As RFC 6749, 5.2 names it.")
    error_description = serializers.CharField(required=False)


class OAuthView(APIView):
    """A view of OAuth, whose callers authenticate as a client instead of by a token."""

    authentication_classes = ()
    permission_classes = ()
    parser_classes = (FormParser,)


class TokenView(OAuthView):
    """A token for an hour that acts for the client's user, with its scopes or some of them."""

    @extend_schema(
        summary="Get a token by a client's secret",
        request={FORM: TokenInput},
        responses={200: TokenAnswer, 400: OAuthError, 401: OAuthError},
        auth=BY_SECRET,
    )
    def post(self, request: Request) -> HttpResponse:
        """Issue a token."""
        return _respond(server.create_token_response, request)


class RevokeView(OAuthView):
    """A token that is none of the client's is answered the same (RFC 7009, 2.2)."""

    @extend_schema(
        summary="Revoke a token that the client got",
        request={FORM: RevocationInput},
        responses={200: None, 400: OAuthError, 401: OAuthError},
        auth=BY_SECRET,
    )
    def post(self, request: Request) -> HttpResponse:
        """Revoke a token of the client."""
        return _respond(server.create_revocation_response, request)


class ClientValidator(RequestValidator):
    """The decisions about clients, scopes and tokens that oauthlib leaves to the application."""

    def client_authentication_required(self, request, *args, **kwargs) -> bool:
        """Require a secret of every client."""
        return True

    def authenticate_client(self, request, *args, **kwargs) -> bool:
        """Set the client of the request, if its id and secret are valid. Raises Throttled."""
        client_id, secret = _credentials(request)
        if not CLIENT_ID.match(client_id):
            return False
        clients = OAuthClient.objects.usable().select_related("user")
        client = clients.filter(client_id=client_id).first()
        if client is None or not client.has_secret(secret):
            return False
        _limit(client)
        request.client, request.client_id = client, client.client_id
        return True

    def validate_grant_type(self, client_id, grant_type, client, request, *args, **kwargs) -> bool:
        """Allow the grant: the server offers no other than client_credentials."""
        return True

    def get_default_scopes(self, client_id, request, *args, **kwargs) -> list[str]:
        """Return every scope of the client that its user holds now."""
        return [scope for scope in request.client.scopes if scope in _held_by(request.client)]

    def validate_scopes(self, client_id, scopes, client, request, *args, **kwargs) -> bool:
        """Return whether the client has every requested scope, as its user has; drop duplicates."""
        request.scopes = list(dict.fromkeys(scopes))
        return bool(scopes) and set(scopes) <= _held_by(client)

    def save_token(self, token, request, *args, **kwargs) -> None:
        """Store an issued token. Raises InvalidClientError if the client was revoked meanwhile."""
        try:
            run_transaction(
                issue_client_token,
                client_id=request.client.pk,
                secret=token["access_token"],
                scopes=request.scopes,
            )
        except ClientRevoked as refusal:
            raise InvalidClientError(request=request) from refusal

    def revoke_token(self, token, token_type_hint, request, *args, **kwargs) -> None:
        """Revoke a token of the client; another's stays valid."""
        run_transaction(revoke_client_token, client_id=request.client.pk, secret=token)


server = BackendApplicationServer(
    ClientValidator(),
    token_generator=lambda request: ApiToken.new_secret(),
    token_expires_in=int(TOKEN_LIFETIME.total_seconds()),
)


def _respond(create_response, request: Request) -> HttpResponse:
    """Return oauthlib's response to the form. The query is ignored, because URLs are logged."""
    form = request.data if isinstance(request.data, QueryDict) else QueryDict()  # without a body
    fields = [(name, value) for name in PARAMETERS for value in form.getlist(name) if value]
    authorization = {"Authorization": request.headers.get("Authorization", "")}
    try:
        headers, body, status = create_response(
            request.path, "POST", urlencode(fields), authorization
        )
    except OAuth2Error as error:
        headers, body, status = error.headers, error.json, error.status_code
    own = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    response = HttpResponse(body, status=status, headers={**headers, **own})
    if status == 401:
        response["WWW-Authenticate"] = 'Basic realm="api"'
    return response


def _held_by(client: OAuthClient) -> set[str]:
    return held_scopes(client.user, client.scopes)


def _credentials(request) -> tuple[str, str]:
    """Return the client's id and secret, from the header or the body.

    Raises InvalidRequestError if both have them.
    """
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return request.client_id or "", request.client_secret or ""
    client_id, secret = _decode_basic(encoded)
    if request.client_secret or request.client_id not in {None, client_id}:
        raise InvalidRequestError("Two ways to authenticate the client.", request=request)
    return client_id, secret


def _decode_basic(encoded: str) -> tuple[str, str]:
    """Return the id and secret of HTTP Basic, each encoded as in a form (RFC 6749, 2.3.1)."""
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return "", ""
    return unquote_plus(client_id), unquote_plus(secret)


def _limit(client: OAuthClient) -> None:
    """Take a request out of the client's bucket. Raises Throttled.

    A wrong secret counts in the bucket of the address, so that it cannot lock the client out.
    """
    level = take_request(PER_CLIENT, f"client:{client.pk}") if settings.API_RATE else None
    record_limit(level, "tokens", user_id=client.user_id)
    if level and not level.is_allowed:
        raise Throttled(level.wait)
