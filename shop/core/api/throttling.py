"""Limits of the API: so many requests for each token, or for each address without one.

DRF asks its throttles last, after who calls and whether they may. What is refused before
that, or finds no view, is counted when its answer passes here; so are tokens that a
stranger tries, by the stranger's address.
"""

import ipaddress
from collections.abc import Callable
from math import ceil

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from shop.core.api.errors import plain_problem
from shop.core.api.token_bucket import Level, Limit, take

LEVEL = "shop.core.api.level"  # where a request has what its bucket said
NETWORK_BITS = 64  # of an IPv6 address; the rest its owner chooses


class CallerThrottle(BaseThrottle):
    """Takes each request out of the bucket of its token or address."""

    level: Level | None = None

    def allow_request(self, request: Request, view) -> bool:
        self.level = _count(request._request)
        return self.level is None or self.level.is_allowed

    def wait(self) -> float | None:
        return self.level.wait if self.level else None


class RateLimitHeaders:
    """Says on every answer of the API how many requests are left (RateLimit headers).

    draft-ietf-httpapi-ratelimit-headers-10: the policy is `burst` requests in as many
    seconds as an empty bucket takes to be full again, `t` is when it will be.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if not request.path.startswith("/api/") or not settings.API_RATE:
            return answer
        if LEVEL not in request.META:
            answer = _counted_late(request, answer)
        _tell(answer, default_limit(), request.META[LEVEL])
        return answer


def default_limit() -> Limit:
    return Limit("default", settings.API_RATE, settings.API_BURST)


def address_of(request: HttpRequest) -> str:
    """Where a request came from, as the outermost trusted proxy saw it."""
    try:
        address = get_adapter(request).get_client_ip(request)
    except (ImproperlyConfigured, PermissionDenied):  # fewer proxies than are trusted
        address = request.META.get("REMOTE_ADDR", "")
    try:
        known = ipaddress.ip_address(address)
    except ValueError:  # a proxy's own word for it
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return address
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, NETWORK_BITS), strict=False))


def _count(request: HttpRequest) -> Level | None:
    """Take the request out of its bucket and note on it what is left."""
    level = take(default_limit(), _caller(request)) if settings.API_RATE else None
    request.META[LEVEL] = level
    return level


def _caller(request: HttpRequest) -> str:
    token = getattr(request, "auth", None)  # set by DRF's view
    if token is not None:
        return f"token:{token.pk}"
    return f"address:{address_of(request)}"


def _counted_late(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """A refusal that no throttle saw: beyond the limit it is only told to wait."""
    level = _count(request)
    if level is None or level.is_allowed or answer.status_code < 400:
        return answer
    refusal = plain_problem(request, "throttled")
    refusal["Retry-After"] = str(ceil(level.wait))
    return refusal


def _tell(answer: HttpResponse, limit: Limit, level: Level | None) -> None:
    _add(answer, "RateLimit-Policy", f'"{limit.name}";q={limit.burst};w={limit.window}')
    if level:
        _add(answer, "RateLimit", f'"{limit.name}";r={level.left};t={level.full_in}')


def _add(answer: HttpResponse, header: str, member: str) -> None:
    """Both headers are lists (RFC 9651), to which a view may have put a limit of its own."""
    own = answer.get(header)
    answer[header] = f"{member}, {own}" if own else member
