"""Protection against SSRF: webhooks go to public addresses only, never into our own network.

A host name is looked up once for each attempt. All its addresses are checked, and the
connection goes to a checked address, so DNS rebinding gains an attacker nothing.
"""

import ipaddress
import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from shop.integrations.webhooks.exceptions import AddressRefused

MAX_URL_LENGTH = 500
LOOKUP_SECONDS = 3.0
# The characters of a URL by RFC 3986; others are read differently by different parsers.
URL_PATTERN = re.compile(r"https?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+\Z")
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Not public in IANA's registry, but global to older Pythons: translation within one network
# (RFC 8215), documentation (RFC 9637), segment routing (RFC 9602).
SPECIAL_NETWORKS = [
    ipaddress.ip_network(network) for network in ("64:ff9b:1::/48", "3fff::/20", "5f00::/16")
]


@dataclass(frozen=True)
class Target:
    """The parts of an endpoint's URL, and the checked addresses of its host."""

    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]

    @property
    def is_secure(self) -> bool:
        """Return whether the scheme is https."""
        return self.scheme == "https"


def resolve_target(url: str) -> Target:
    """Parse a URL, look its host up and check the addresses. Raises AddressRefused.

    Waits up to LOOKUP_SECONDS for the network, so it is called outside of transactions.
    """
    parts, host, port = _parse(url)
    texts = tuple(dict.fromkeys(_look_up(host, port)))
    addresses = [ipaddress.ip_address(text) for text in texts]
    if not addresses or not all(map(_is_allowed, addresses)):
        raise AddressRefused("The host must stand for public addresses only.")
    if parts.scheme != "https" and not all(address.is_loopback for address in addresses):
        raise AddressRefused("The address must begin with https://.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path, texts)


def _parse(url: str) -> tuple[SplitResult, str, int]:
    if len(url) > MAX_URL_LENGTH or not URL_PATTERN.match(url):
        raise AddressRefused("Give an address such as https://example.com/hooks.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressRefused("Give an address such as https://example.com/hooks.") from error
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("Leave credentials out of the address; the signature is the proof.")
    if not host or port == 0 or parts.fragment:
        raise AddressRefused("Give an address such as https://example.com/hooks.")
    if parts.scheme != "https" and not settings.WEBHOOKS_ALLOW_LOOPBACK:
        raise AddressRefused("The address must begin with https://.")
    return parts, host, port or (443 if parts.scheme == "https" else 80)


def _look_up(host: str, port: int) -> list[str]:
    """Look a host up within LOOKUP_SECONDS, in a thread, because getaddrinfo has no timeout."""
    results: SimpleQueue[list[str]] = SimpleQueue()
    Thread(target=_resolve_into, args=[host, port, results], daemon=True).start()
    try:
        return results.get(timeout=LOOKUP_SECONDS)
    except Empty as error:
        raise AddressRefused("The host's name could not be looked up.") from error


def _resolve_into(host: str, port: int, results: SimpleQueue) -> None:
    try:
        entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # an unknown name, or an impossible one
        return results.put([])
    return results.put([str(sockaddr[0]) for *_, sockaddr in entries])


def _is_allowed(address: IPv4Address | IPv6Address) -> bool:
    address = _unwrap(address)
    if address.is_loopback:
        return settings.WEBHOOKS_ALLOW_LOOPBACK
    is_odd = address.is_multicast or address.is_reserved or address.is_unspecified
    is_special = any(address in network for network in SPECIAL_NETWORKS)
    is_local = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not (is_odd or is_special or is_local)


def _unwrap(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 address embeds, else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
