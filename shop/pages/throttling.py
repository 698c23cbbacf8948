"""The rate limit of pages: a token bucket for each network, and one for each signed-in user.

A request is first taken out of its network's bucket, in one round trip to Valkey and without
a statement in the database. Many people may stand behind one address, so when that bucket is
empty, a signed-in user has one more, a user's own; only strangers and crawlers are refused.
The user is read from the cached session, never from the database, since a flood of invented
cookies must not reach it. While Valkey is away nobody is limited.
"""

from collections.abc import Callable
from math import ceil
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from shop.accounts.sessions import SessionStore
from shop.core.http.client_address import client_network
from shop.core.http.token_bucket import Level, Limit, take_request
from shop.core.security_log import record_limit

# The API has a limit of its own; pictures and checks are cheap, and come in crowds.
UNLIMITED = ("/api/", "/media/", "/favicon.ico", "/livez", "/readyz", "/metrics")
# An open page asks for its stock every five seconds, an item's page for its delivery date.
CHEAP = ("/items/stock/", "/fragments/")
CHEAP_COST = 0.2  # of a page


class PageLimit:
    """A middleware that refuses pages beyond PAGE_RATE with a 429 and Retry-After."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, or refuse it before it costs anything."""
        if not settings.PAGE_RATE or request.path.startswith(UNLIMITED):
            return self.get_response(request)
        level = _take_page(request)
        if level is None or level.is_allowed:
            return self.get_response(request)
        return _refusal(request, seconds=ceil(level.wait))


def _take_page(request: HttpRequest) -> Level | None:
    """Take the request out of the network's bucket, or else out of the signed-in user's."""
    level = _take(request, f"network:{client_network(request)}")
    if level is None or level.is_allowed:
        return level
    user_id = cast(SessionStore, request.session).cached_user_id()
    return _take(request, f"user:{user_id}", user_id=user_id) if user_id else level


def _take(request: HttpRequest, key: str, *, user_id: int | None = None) -> Level | None:
    limit = Limit("pages", settings.PAGE_RATE, settings.PAGE_BURST)
    cost = CHEAP_COST if request.path.startswith(CHEAP) else 1
    level = take_request(limit, key, cost=cost)
    record_limit(level, "pages", request=request, user_id=user_id)
    return level


def _refusal(request: HttpRequest, *, seconds: int) -> HttpResponse:
    """Return the 429: a page without the request, whose user and cart are in the database.

    Scripts, which would put a page into a page, get a line of text.
    """
    if request.headers.get("HX-Request") or request.path.startswith(CHEAP):
        response = HttpResponse("Too many requests. Wait a moment.", content_type="text/plain")
    else:
        response = HttpResponse(render_to_string("429.html", {"is_short": True}))
    response.status_code = 429
    response["Retry-After"] = str(seconds)
    add_never_cache_headers(response)
    return response
