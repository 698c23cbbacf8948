"""The operator's own requests: from this machine, or with METRICS_TOKEN.

What they show (numbers of orders, missing migrations) is nobody else's business.
"""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from shop.core.http.client_address import client_address


def is_operator(request: HttpRequest) -> bool:
    """Return whether a request comes from this machine, or has the token."""
    return _is_from_here(request) or _has_token(request)


def _is_from_here(request: HttpRequest) -> bool:
    """Return whether no other machine sent it; a proxy of unknown number hides where from."""
    if not settings.TRUSTED_PROXIES and {"X-Forwarded-For", "Forwarded"} & set(request.headers):
        return False
    try:
        return ip_address(client_address(request)).is_loopback
    except ValueError:  # no address, as behind a socket
        return False


def _has_token(request: HttpRequest) -> bool:
    """Return whether the bearer token is the operator's; over plain http it counts for nothing."""
    if not settings.METRICS_TOKEN or (settings.SECURE_SSL_REDIRECT and not request.is_secure()):
        return False
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and constant_time_compare(token, settings.METRICS_TOKEN)
