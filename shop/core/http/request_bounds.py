"""Bounds of a request, judged before any parser reads it.

The parsers of headers in Python and Django take quadratic time for some texts: cookies with
escapes (CVE-2024-7592), parameters with semicolons (CPython issue 136063). A bound makes
that time small whatever the version of Python is.
"""

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.http import multipartparser
from django.utils.http import parse_header_parameters

from shop.core.http.request_ids import HEADER, accept_or_create

MAX_TARGET_BYTES = 8 * 1024  # the path and the query
MAX_HEADERS = 100
MAX_HEADER_BYTES = 8 * 1024  # the value of one header
MAX_HEADERS_BYTES = 32 * 1024  # the names and values of all
MAX_CONTENT_TYPE_BYTES = 512
MAX_COOKIE_ESCAPES = 200  # backslashes, of which no cookie of the shop has any
# The parameters of a part's header: a name and the name of a file, with its semicolons.
MAX_PARAMETERS = 20
MAX_FORM_BYTES = 256 * 1024  # a cart of 500 lines is a fifth of it
MAX_FILES_BYTES = 12 * 2**20  # a form with pictures, which only the admin has
FORM_TYPES = ("multipart/", "application/x-www-form-urlencoded")

REASONS = {
    HTTPStatus.REQUEST_URI_TOO_LONG: "The address is too long.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "The headers are too large.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The form is too large.",
}


def find_excess(environ: dict[str, Any]) -> HTTPStatus | None:
    """Return the status that refuses the head of a WSGI request, or None within the bounds."""
    if _target_bytes(environ) > MAX_TARGET_BYTES:
        return HTTPStatus.REQUEST_URI_TOO_LONG
    if _has_large_headers(environ):
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    return None


def find_large_form(environ: dict[str, Any]) -> HTTPStatus | None:
    """Return the status that refuses a form by its CONTENT_LENGTH, or None for any other body.

    Those of other types are bounded by DATA_UPLOAD_MAX_MEMORY_SIZE and by their parsers.
    """
    kind, length = environ.get("CONTENT_TYPE", "").lower(), environ.get("CONTENT_LENGTH") or ""
    if not (kind.startswith(FORM_TYPES) and length.isdigit()):
        return None
    has_files = kind.startswith("multipart/") and environ["PATH_INFO"].startswith("/admin/")
    most = MAX_FILES_BYTES if has_files else MAX_FORM_BYTES
    return HTTPStatus.REQUEST_ENTITY_TOO_LARGE if int(length[:18]) > most else None


def refuse(environ: dict[str, Any], start_response: Any, status: HTTPStatus) -> Iterable[bytes]:
    """Answer a request beyond a bound, with its id: a problem for the API, else a line.

    The problem's type is `about:blank`, since it says no more than its status
    (RFC 9457, section 4.2.1); nginx and granian refuse most such requests before the shop.
    """
    request_id = accept_or_create(environ.get("HTTP_X_REQUEST_ID", ""))
    kind, body = _describe(environ, status, request_id)
    headers = [
        ("Content-Type", kind),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        (HEADER, request_id),
    ]
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]


def bound_multipart_headers() -> None:
    """Bound the parameters in the header of each part that Django's multipart parser reads.

    A form of 2,000 parts would otherwise take seconds. Django offers no setting for it.
    """
    multipartparser.parse_header_parameters = _parse_few_parameters  # type: ignore[attr-defined]


def _parse_few_parameters(line: str) -> tuple[str, dict[str, str]]:
    """Parse the header of a part. Raises ValueError, for which Django ignores the header."""
    if line.count(";") > MAX_PARAMETERS:
        raise ValueError("The header of a part has too many parameters.")
    return parse_header_parameters(line)


def _target_bytes(environ: dict[str, Any]) -> int:
    return len(environ.get("PATH_INFO", "")) + len(environ.get("QUERY_STRING", ""))


def _has_large_headers(environ: dict[str, Any]) -> bool:
    sizes = [(len(name), len(value)) for name, value in environ.items() if name.startswith("HTTP_")]
    return (
        len(sizes) > MAX_HEADERS
        or sum(map(sum, sizes)) > MAX_HEADERS_BYTES
        or any(value > MAX_HEADER_BYTES for _, value in sizes)
        or len(environ.get("CONTENT_TYPE", "")) > MAX_CONTENT_TYPE_BYTES
        or environ.get("HTTP_COOKIE", "").count("\\") > MAX_COOKIE_ESCAPES
    )


def _describe(environ: dict[str, Any], status: HTTPStatus, request_id: str) -> tuple[str, bytes]:
    if not environ.get("PATH_INFO", "").startswith("/api/"):
        text = f"{REASONS[status]}\nReference: {request_id}\n"
        return "text/plain; charset=utf-8", text.encode()
    problem = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": REASONS[status],
        "request_id": request_id,
    }
    return "application/problem+json", json.dumps(problem).encode()
