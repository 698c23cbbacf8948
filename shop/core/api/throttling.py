"""Rate limits of the API: one token bucket for each user, OAuth client or address.

All tokens and sessions of a user share the user's bucket, so a user with many tokens has no
more requests than one with a single token. An OAuth client is a system with a bucket of its
own, shared by its hour tokens.

DRF checks its throttles last, after authentication and permissions. A request that is
refused before, or that matches no view, is counted by the middleware when its response
passes; so is a request with an invalid token, in the bucket of its address.
"""

from collections.abc import Callable
from math import ceil

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from shop.core.api.errors import problem_response
from shop.core.http.client_address import client_network
from shop.core.http.token_bucket import Level, Limit, take_request
from shop.core.security_log import record_limit

LEVEL = "shop.core.api.level"  # the key in request.META of the bucket's level


class CallerThrottle(BaseThrottle):
    """A throttle that takes each request out of the bucket of its caller."""

    level: Level | None = None

    def allow_request(self, request: Request, view) -> bool:
        """Count the request; return whether the bucket had one left."""
        self.level = _count(request._request)
        return self.level is None or self.level.is_allowed

    def wait(self) -> float | None:
        """Return the seconds until the next request is allowed."""
        return self.level.wait if self.level else None


class WriteThrottle(BaseThrottle):
    """A throttle of a view's writes that each leave a row: its `write_limit`, for each user."""

    level: Level | None = None

    def allow_request(self, request: Request, view) -> bool:
        """Count a write; return whether the user had one left."""
        if request.method in SAFE_METHODS or not settings.API_RATE:
            return True
        self.level = take_request(view.write_limit, f"user:{request.user.pk}")
        record_limit(self.level, view.write_limit.name, request=request._request)
        return self.level is None or self.level.is_allowed

    def wait(self) -> float | None:
        """Return the seconds until the next write is allowed."""
        return self.level.wait if self.level else None


class RateLimitHeaders:
    """A middleware that sets the RateLimit headers of every response of the API.

    draft-ietf-httpapi-ratelimit-headers-10: the policy is `burst` requests in as many
    seconds as an empty bucket takes to fill, and `t` is the seconds until it is full.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers to a response of the API; count it if no throttle has."""
        response = self.get_response(request)
        if not request.path.startswith("/api/") or not settings.API_RATE:
            return response
        if LEVEL not in request.META:
            response = _count_late(request, response)
        _set_headers(response, default_limit(), request.META[LEVEL])
        return response


def default_limit() -> Limit:
    """Return the limit of every call of the API, from the settings."""
    return Limit("default", settings.API_RATE, settings.API_BURST)


def _count(request: HttpRequest) -> Level | None:
    """Take the request out of its bucket, and store the bucket's level on the request."""
    level = take_request(default_limit(), _caller(request)) if settings.API_RATE else None
    request.META[LEVEL] = level
    record_limit(level, "api", request=request)
    return level


def _caller(request: HttpRequest) -> str:
    """Return the bucket's key: the OAuth client, the user, or else the network.

    Only a view of DRF has set `auth`, and with it a user that costs no statement.
    """
    if not hasattr(request, "auth") or not request.user.is_authenticated:
        return f"address:{client_network(request)}"
    client_id = getattr(request.auth, "client_id", None)
    return f"client:{client_id}" if client_id else f"user:{request.user.pk}"


def _count_late(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Count a request that no throttle saw; return a 429 for a refusal beyond the limit."""
    level = _count(request)
    if level is None or level.is_allowed or response.status_code < 400:
        return response
    throttled = problem_response(request, "throttled")
    throttled["Retry-After"] = str(ceil(level.wait))
    return throttled


def _set_headers(response: HttpResponse, limit: Limit, level: Level | None) -> None:
    _prepend(response, "RateLimit-Policy", f'"{limit.name}";q={limit.burst};w={limit.window}')
    if level:
        _prepend(response, "RateLimit", f'"{limit.name}";r={level.left};t={level.full_in}')


def _prepend(response: HttpResponse, header: str, member: str) -> None:
    """Add a member to a list header (RFC 9651), before those that a view has set."""
    members = response.get(header)
    response[header] = f"{member}, {members}" if members else member
