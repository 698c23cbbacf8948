"""Errors of fields, each with a JSON pointer to its place in the request."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

# Characters that a fragment may contain unencoded (RFC 3986).
UNENCODED = "/~!$&'()*+,;=:@?"


def field_errors(detail: Any, *, of_query: bool = False) -> list[dict[str, str]]:
    """Return DRF's errors with JSON pointers (RFC 6901); errors in a query name the parameter."""
    errors = [{"pointer": f"#{path}", "detail": message} for path, message in _walk(detail, "")]
    if of_query:
        return [{"parameter": f"{error['pointer']}/".split("/")[1], **error} for error in errors]
    return errors


def summarize(errors: list[dict[str, str]]) -> str:
    """Return all errors in one line of text."""
    return "; ".join(f"{error['pointer']}: {error['detail']}" for error in errors)


def _walk(detail: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(detail, dict):
        for key, inner in detail.items():
            yield from _walk(inner, path if key == "non_field_errors" else path + _step(key))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            yield from _walk(inner, path + _step(index) if isinstance(inner, dict | list) else path)
    else:
        yield path, str(detail)


def _step(key: Any) -> str:
    """Return a reference token of a pointer; a lone surrogate in the key becomes "?"."""
    token = str(key).replace("~", "~0").replace("/", "~1")
    return "/" + quote(token, safe=UNENCODED, errors="replace")
