"""The address of a client, as the outermost trusted proxy saw it."""

import ipaddress

from allauth.account.adapter import get_adapter
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest

NETWORK_BITS = 64  # of an IPv6 address; its owner chooses the others


def client_address(request: HttpRequest) -> str:
    """Return the client's address; fewer proxies than TRUSTED_PROXIES count as none."""
    try:
        return get_adapter(request).get_client_ip(request)
    except (ImproperlyConfigured, PermissionDenied):
        return request.META.get("REMOTE_ADDR", "")


def client_network(request: HttpRequest) -> str:
    """Return what one subscriber is counted by: the IPv4 address, or the IPv6 network."""
    address = client_address(request)
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:  # a proxy may send a name of its own
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, NETWORK_BITS), strict=False))
