"""Sending one message over HTTP, to an address that was judged, within ten seconds.

The standard library's client, since the ones above it look names up by themselves, read
proxies from the environment and let whoever answers a byte at a time hold them for ever.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache

from shop.integrations.webhooks.addresses import Target, find_target
from shop.integrations.webhooks.exceptions import AddressRefused

CONNECT_SECONDS = 3.0
WHOLE_SECONDS = 10.0
MAX_BYTES_READ = 2048  # bytes of an answer
MAX_BODY_KEPT = 1000  # characters of it
MAX_ADDRESSES_TRIED = 2  # addresses of a host


@dataclass(frozen=True)
class Answer:
    """What came of an attempt: a status, or the reason why there is none."""

    duration_ms: int
    status: int | None = None
    start: str = ""
    retry_after: str = ""
    error: str = ""

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Deadline:
    def __init__(self, seconds: float):
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left; raises TimeoutError when there are none."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"There was no whole answer within {WHOLE_SECONDS:g} s.")
        return left


class Line:
    """A connected socket, as much of it as the client asks for, with one end to all waiting."""

    def __init__(self, connected: socket.socket, deadline: Deadline):
        self._socket, self._deadline = connected, deadline

    def sendall(self, data) -> None:
        self._socket.settimeout(self._deadline.left())
        self._socket.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(Incoming(self._socket, self._deadline))

    def close(self) -> None:
        """The client hangs up before it has read the answer; whoever connected does it later."""


class Incoming(io.RawIOBase):
    """What comes in. Each byte waits for no longer than what is left of the whole time."""

    def __init__(self, connected: socket.socket, deadline: Deadline):
        self._socket, self._deadline = connected, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        self._socket.settimeout(self._deadline.left())
        return self._socket.recv_into(buffer)


def post(url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
    """Send a message and return what came of it; never raises for what the other side does."""
    begun = time.monotonic()
    try:
        deadline = Deadline(WHOLE_SECONDS)
        status, start, retry_after = _exchange(find_target(url), headers, body, deadline)
    except (AddressRefused, OSError, http.client.HTTPException, ValueError) as error:
        return Answer(_milliseconds_since(begun), error=_in_words(error))
    return Answer(_milliseconds_since(begun), status, start, retry_after)


def _exchange(
    target: Target, headers: Mapping[str, str], body: bytes, deadline: Deadline
) -> tuple[int, str, str]:
    with closing(_connected(target, deadline)) as connected:
        client = http.client.HTTPConnection(target.host, target.port)
        client.default_port = 443 if target.is_secure else 80  # what Host need not say
        client.sock = Line(connected, deadline)
        client.request("POST", target.path, body, {**headers, "Connection": "close"})
        with closing(client.getresponse()) as response:
            start = response.read(MAX_BYTES_READ).decode(errors="replace").replace("\x00", "")
            return response.status, start[:MAX_BODY_KEPT], response.headers.get("Retry-After", "")


def _connected(target: Target, deadline: Deadline) -> socket.socket:
    *others, last = target.addresses[:MAX_ADDRESSES_TRIED]
    for address in others:
        try:
            return _connected_to(address, target, deadline)
        except OSError:
            continue
    return _connected_to(last, target, deadline)


def _connected_to(address: str, target: Target, deadline: Deadline) -> socket.socket:
    """Connect to the very address; TLS is verified against the name."""
    patience = min(CONNECT_SECONDS, deadline.left())
    plain = socket.create_connection((address, target.port), timeout=patience)
    if not target.is_secure:
        return plain
    try:
        plain.settimeout(deadline.left())
        return trusted().wrap_socket(plain, server_hostname=target.host)
    except BaseException:
        plain.close()
        raise


@cache
def trusted() -> ssl.SSLContext:
    """Whom we believe, read once in a process: reading all authorities takes tens of ms."""
    return ssl.create_default_context()


def _milliseconds_since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)


def _in_words(error: Exception) -> str:
    return str(error).replace("\x00", "")[:300] or type(error).__name__
