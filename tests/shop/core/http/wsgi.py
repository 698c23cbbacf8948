"""Requests through the real WSGI application, as a web server hands them over."""

import time
from io import BytesIO
from typing import Any, NamedTuple

from django.db import connection

from shop.wsgi import application


class Answer(NamedTuple):
    """What a request got."""

    status: int
    headers: dict[str, str]
    body: bytes


def wsgi_environ(method: str = "GET", path: str = "/livez", body: bytes = b"", **more: str) -> dict:
    """Return a WSGI environment; `more` are its variables, as HTTP_COOKIE."""
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        **({"CONTENT_LENGTH": str(len(body))} if body else {}),
        **more,
    }


def send(environ: dict[str, Any]) -> Answer:
    """Send a request and read its whole answer. Closes the connection to the database."""
    started: list[tuple[str, list[tuple[str, str]]]] = []
    parts = application(environ, lambda status, headers: started.append((status, headers)))
    body = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    connection.close()
    [(status, headers)] = started
    return Answer(int(status.split()[0]), dict(headers), body)


def cpu_seconds(make_environ, *, repetitions: int = 3) -> float:
    """Return the least CPU time of this process that a request took, of several tries."""
    return min(_measure(make_environ()) for _ in range(repetitions))


def _measure(environ: dict[str, Any]) -> float:
    began = time.process_time()
    send(environ)
    return time.process_time() - began
