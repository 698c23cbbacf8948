"""Protection against SSRF: webhooks go to public addresses only, never into our own network.

The API judges the form of an address, and literal IP addresses, without any network. The
sender looks a name up, once for each attempt: all its addresses are checked, and the connection
goes to a checked address, so DNS rebinding gains an attacker nothing.
"""

import ipaddress
import re
import socket
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from threading import Lock, Thread
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from shop.integrations.webhooks.exceptions import AddressRefused

MAX_URL_LENGTH = 500
LOOKUP_SECONDS = 3.0
# Names that one process looks up at a time, those included that nobody waits for any more.
MAX_LOOKUPS = 64
# The characters of a URL by RFC 3986; others are read differently by different parsers.
URL_PATTERN = re.compile(r"https?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+\Z")
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Not public in IANA's registries of special-purpose addresses, but global to older Pythons, or
# by itself no address of a single machine.
SPECIAL_NETWORKS = [
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # protocol assignments; some clouds have their metadata there
        "192.31.196.0/24",  # AS112, which answers for private networks
        "192.52.193.0/24",  # automatic multicast tunnelling
        "192.88.99.0/24",  # relays of 6to4 (RFC 7526)
        "192.175.48.0/24",  # AS112
        "64:ff9b:1::/48",  # translation within one network (RFC 8215)
        "100::/64",  # discards
        "2001::/23",  # protocol assignments, Teredo and others
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation (RFC 9637)
        "5f00::/16",  # segment routing (RFC 9602)
    )
]
# Names that the public DNS never has (RFC 6761, 6762, 7686, 8375 and ICANN's .internal).
LOCAL_NAMES = ("localhost", "local", "internal", "home.arpa", "invalid", "onion", "alt")
LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)\Z")
NUMBER = re.compile(r"([0-9]+|0[xX][0-9a-fA-F]*)\Z")
MAX_NAME_LENGTH = 253
BAD_URL = "Give an address such as https://example.com/hooks."
NOT_PUBLIC = "The host must stand for public addresses only."
NOT_SECURE = "The address must begin with https://."


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


def check_url(url: str) -> None:
    """Judge a URL by its text alone, without the network. Raises AddressRefused.

    A name is no more than well-formed then: `resolve_target` judges what it stands for.
    """
    parts, host, port = _parse(url)
    if addresses := _literal_addresses(host, port):
        _check_addresses(parts, addresses)
    else:
        _check_name(parts, host)


def resolve_target(url: str) -> Target:
    """Parse a URL, look its host up and check the addresses. Raises AddressRefused.

    Waits up to LOOKUP_SECONDS for the network, so only a worker calls it, outside of
    transactions.
    """
    parts, host, port = _parse(url)
    texts = tuple(dict.fromkeys(_look_up(host, port)))
    _check_addresses(parts, [ipaddress.ip_address(text) for text in texts])
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path, texts)


def _check_addresses(parts: SplitResult, addresses: Sequence[IPv4Address | IPv6Address]) -> None:
    if not addresses or not all(map(_is_allowed, addresses)):
        raise AddressRefused(NOT_PUBLIC)
    if parts.scheme != "https" and not all(address.is_loopback for address in addresses):
        raise AddressRefused(NOT_SECURE)


def _check_name(parts: SplitResult, host: str) -> None:
    """Refuse a name that is malformed, or that the public DNS never has."""
    labels = host.removesuffix(".").lower().split(".")
    if len(host) > MAX_NAME_LENGTH or not all(map(LABEL.match, labels)):
        raise AddressRefused(BAD_URL)
    if NUMBER.match(labels[-1]):  # it looks like an address, and is none
        raise AddressRefused(BAD_URL)
    if settings.WEBHOOKS_ALLOW_LOOPBACK and labels[-1] == "localhost":
        return
    if parts.scheme != "https":
        raise AddressRefused(NOT_SECURE)
    name = ".".join(labels)
    if len(labels) == 1 or name.endswith(tuple(f".{local}" for local in LOCAL_NAMES)):
        raise AddressRefused(NOT_PUBLIC)


def _parse(url: str) -> tuple[SplitResult, str, int]:
    if len(url) > MAX_URL_LENGTH or not URL_PATTERN.match(url):
        raise AddressRefused(BAD_URL)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressRefused(BAD_URL) from error
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("Leave credentials out of the address; the signature is the proof.")
    if not host or port == 0 or parts.fragment:
        raise AddressRefused(BAD_URL)
    if parts.scheme != "https" and not settings.WEBHOOKS_ALLOW_LOOPBACK:
        raise AddressRefused(NOT_SECURE)
    return parts, host, port or (443 if parts.scheme == "https" else 80)


def _literal_addresses(host: str, port: int) -> list[IPv4Address | IPv6Address]:
    """Return the address that a host is by itself, also as 127.1 or 0x7f000001, or none."""
    try:
        entries = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
        )
    except (OSError, UnicodeError):
        return []
    return [ipaddress.ip_address(str(sockaddr[0])) for *_, sockaddr in entries]


class _Lookups:
    """The lookups that run in this process, by host and port."""

    lock = Lock()
    running: dict[tuple[str, int], Future[list[str]]] = {}


def _look_up(host: str, port: int) -> list[str]:
    """Look a host up within LOOKUP_SECONDS, in a thread, because getaddrinfo has no timeout.

    A thread goes on after that time. So there is one for each host, whose result all callers
    share, and MAX_LOOKUPS in all.
    """
    try:
        return _share_lookup(host, port).result(timeout=LOOKUP_SECONDS)
    except TimeoutError as error:
        raise AddressRefused("The host's name could not be looked up.") from error


def _share_lookup(host: str, port: int) -> Future[list[str]]:
    with _Lookups.lock:
        if running := _Lookups.running.get((host, port)):
            return running
        if len(_Lookups.running) >= MAX_LOOKUPS:
            raise AddressRefused("Too many names are being looked up.")
        result = _Lookups.running[host, port] = Future()
    Thread(target=_resolve_into, args=[host, port, result], daemon=True).start()
    return result


def _resolve_into(host: str, port: int, result: Future[list[str]]) -> None:
    addresses: list[str] = []
    try:
        entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(sockaddr[0]) for *_, sockaddr in entries]
    except (OSError, UnicodeError):  # an unknown name, or an impossible one
        pass
    finally:
        with _Lookups.lock:
            del _Lookups.running[host, port]
        result.set_result(addresses)


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
