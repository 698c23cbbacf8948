"""An HTTP client that posts one message to a checked address within ten seconds.

It uses http.client, because the libraries above it look names up by themselves, read proxies
from the environment, and have no limit on the total time of a response that trickles in.
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

from shop.integrations.webhooks.addresses import Target, resolve_target
from shop.integrations.webhooks.exceptions import AddressRefused

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 10.0
MAX_RESPONSE_BYTES = 2048
MAX_START_LENGTH = 1000  # characters of the response body that are stored
MAX_ADDRESSES_TRIED = 2


@dataclass(frozen=True)
class Outcome:
    """The outcome of an attempt: the response's status, or the error that prevented one."""

    duration_ms: int
    status: int | None = None
    start: str = ""
    retry_after: str = ""
    error: str = ""

    @property
    def is_success(self) -> bool:
        """Return whether the endpoint answered with a 2xx status."""
        return self.status is not None and 200 <= self.status < 300


class Deadline:
    """A point in time that bounds several waits together."""

    def __init__(self, seconds: float):
        self._at = time.monotonic() + seconds

    def remaining(self) -> float:
        """Return the remaining seconds. Raises TimeoutError if there are none."""
        seconds = self._at - time.monotonic()
        if seconds <= 0:
            raise TimeoutError(f"There was no whole answer within {TOTAL_SECONDS:g} s.")
        return seconds


class DeadlineSocket:
    """The part of a socket's interface that http.client uses, with a deadline for every wait."""

    def __init__(self, connected: socket.socket, deadline: Deadline):
        self._socket, self._deadline = connected, deadline

    def sendall(self, data) -> None:
        """Send everything before the deadline. Raises TimeoutError."""
        self._socket.settimeout(self._deadline.remaining())
        self._socket.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return a reader of the response; the mode is ignored."""
        return io.BufferedReader(DeadlineReader(self._socket, self._deadline))

    def close(self) -> None:
        """Do nothing: http.client closes before it reads the response; the caller closes later."""


class DeadlineReader(io.RawIOBase):
    """The incoming bytes of a socket; no read waits beyond the deadline."""

    def __init__(self, connected: socket.socket, deadline: Deadline):
        self._socket, self._deadline = connected, deadline

    def readable(self) -> bool:
        """Return True, as BufferedReader requires."""
        return True

    def readinto(self, buffer) -> int:
        """Receive into the buffer before the deadline. Raises TimeoutError."""
        self._socket.settimeout(self._deadline.remaining())
        return self._socket.recv_into(buffer)


def post(url: str, *, headers: Mapping[str, str], body: bytes) -> Outcome:
    """Post a message and return the outcome; errors of the other side are outcomes too."""
    started = time.monotonic()
    try:
        deadline = Deadline(TOTAL_SECONDS)
        status, start, retry_after = _exchange(resolve_target(url), headers, body, deadline)
    except (AddressRefused, OSError, http.client.HTTPException, ValueError) as error:
        return Outcome(_milliseconds_since(started), error=_describe(error))
    return Outcome(_milliseconds_since(started), status, start, retry_after)


def _exchange(
    target: Target, headers: Mapping[str, str], body: bytes, deadline: Deadline
) -> tuple[int, str, str]:
    with closing(_connect(target, deadline)) as connected:
        client = http.client.HTTPConnection(target.host, target.port)
        client.default_port = 443 if target.is_secure else 80  # the port that Host leaves out
        client.sock = DeadlineSocket(connected, deadline)
        client.request("POST", target.path, body, {**headers, "Connection": "close"})
        with closing(client.getresponse()) as response:
            start = response.read(MAX_RESPONSE_BYTES).decode(errors="replace").replace("\x00", "")
            return (
                response.status,
                start[:MAX_START_LENGTH],
                response.headers.get("Retry-After", ""),
            )


def _connect(target: Target, deadline: Deadline) -> socket.socket:
    *others, last = target.addresses[:MAX_ADDRESSES_TRIED]
    for address in others:
        try:
            return _connect_to(address, target, deadline)
        except OSError:
            continue
    return _connect_to(last, target, deadline)


def _connect_to(address: str, target: Target, deadline: Deadline) -> socket.socket:
    """Connect to the address; TLS verifies the certificate against the host's name."""
    timeout = min(CONNECT_SECONDS, deadline.remaining())
    plain = socket.create_connection((address, target.port), timeout=timeout)
    if not target.is_secure:
        return plain
    try:
        plain.settimeout(deadline.remaining())
        return tls_context().wrap_socket(plain, server_hostname=target.host)
    except BaseException:
        plain.close()
        raise


@cache
def tls_context() -> ssl.SSLContext:
    """Return the TLS context, made once a process: loading the authorities takes tens of ms."""
    return ssl.create_default_context()


def _milliseconds_since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


def _describe(error: Exception) -> str:
    return str(error).replace("\x00", "")[:300] or type(error).__name__
