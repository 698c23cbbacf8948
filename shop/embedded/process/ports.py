"""TCP ports of the loopback interface."""

import errno
import random
import socket

from shop.embedded.exceptions import CannotRun

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """Return a random free port between 15000 and 31999.

    That is below the range of ephemeral ports: in it, a client that keeps connecting to a
    dead server may take the server's own port.
    """
    while True:
        port = random.randrange(15000, 32000)  # noqa: S311 (no secret)
        if not bind_error(port):
            return port


def require_free_port(port: int) -> None:
    """Raise CannotRun unless the shop can listen on the port."""
    match bind_error(port):
        case None:
            return
        case errno.EADDRINUSE:
            problem = f"Port {port} is busy: something else listens there"
        case errno.EACCES:
            problem = f"Port {port} is not allowed for this user"
        case other:
            problem = f"Port {port} cannot be used ({errno.errorcode[other]})"
    raise CannotRun(f"{problem}. Choose another one, for example PORT={port % 50000 + 1001}.")


def bind_error(port: int) -> int | None:
    """Return the error number of an attempt to listen on the port, None on success."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            return error.errno or errno.EINVAL
    return None


def is_listened_to(port: int) -> bool:
    """Return whether a server accepts connections on the port."""
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0
