"""TCP ports of this machine."""

import errno
import random
import socket

from shop.embedded.exceptions import CannotRun

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """Return a port that nobody listens on.

    From below the range out of which the kernel serves outgoing connections: there, a
    client that keeps trying to reach a dead server may take the server's own port.
    """
    while True:
        port = random.randrange(15000, 32000)  # noqa: S311 (no secret)
        if not refusal_of(port):
            return port


def demand_free(port: int) -> None:
    """Raise CannotRun unless the shop can listen on the port."""
    match refusal_of(port):
        case None:
            return
        case errno.EADDRINUSE:
            problem = f"Port {port} is busy: something else listens there"
        case errno.EACCES:
            problem = f"Port {port} is not allowed for this user"
        case other:
            problem = f"Port {port} cannot be used ({errno.errorcode[other]})"
    raise CannotRun(f"{problem}. Choose another one, for example PORT={port % 50000 + 1001}.")


def refusal_of(port: int) -> int | None:
    """Return why one cannot listen there as an error number, or None."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            return error.errno or errno.EINVAL
    return None


def is_listened_to(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0
