"""Which addresses a webhook may go to: never one inside our own network (SSRF).

A name is looked up once. All that it stands for is judged, and the connection goes to
what was judged: a name that stands for something else the next moment gains nothing.
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
# What a URL consists of by RFC 3986; nothing that a parser here and one there read apart.
PLAIN = re.compile(r"https?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+\Z")
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Not public by IANA's registry, though older Pythons call them so: translation within one
# network (RFC 8215), documentation (RFC 9637), segment routing (RFC 9602).
SPECIAL = [ipaddress.ip_network(one) for one in ("64:ff9b:1::/48", "3fff::/20", "5f00::/16")]


@dataclass(frozen=True)
class Target:
    """Where a webhook goes: the host as it is called, and the addresses that were judged."""

    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]

    @property
    def is_secure(self) -> bool:
        return self.scheme == "https"


def find_target(url: str) -> Target:
    """Read an address and look its host up. Raises AddressRefused."""
    parts, host, port = _read(url)
    found = tuple(dict.fromkeys(_look_up(host, port)))
    addresses = [ipaddress.ip_address(one) for one in found]
    if not addresses or not all(map(_is_allowed, addresses)):
        raise AddressRefused("The host must stand for public addresses only.")
    if parts.scheme != "https" and not all(one.is_loopback for one in addresses):
        raise AddressRefused("The address must begin with https://.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path, found)


def _read(url: str) -> tuple[SplitResult, str, int]:
    if len(url) > MAX_URL_LENGTH or not PLAIN.match(url):
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
    """Ask the resolver, but not for long: getaddrinfo itself knows no end."""
    answers: SimpleQueue[list[str]] = SimpleQueue()
    Thread(target=_ask_resolver, args=[host, port, answers], daemon=True).start()
    try:
        return answers.get(timeout=LOOKUP_SECONDS)
    except Empty as error:
        raise AddressRefused("The host's name could not be looked up.") from error


def _ask_resolver(host: str, port: int, answers: SimpleQueue) -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # no such name, or one that no name can be
        return answers.put([])
    return answers.put([str(place[0]) for *_, place in found])


def _is_allowed(address: IPv4Address | IPv6Address) -> bool:
    address = _unwrapped(address)
    if address.is_loopback:
        return settings.WEBHOOKS_ALLOW_LOOPBACK
    is_odd = address.is_multicast or address.is_reserved or address.is_unspecified
    is_special = any(address in network for network in SPECIAL)
    is_local = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not (is_odd or is_special or is_local)


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 one leads to, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
