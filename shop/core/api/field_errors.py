"""Where in a request something makes no sense, said so that a program finds the place."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

# What a fragment may say as it is (RFC 3986); a key's other characters are encoded.
PLAIN = "/~!$&'()*+,;=:@?"


def field_errors(detail: Any, *, of_query: bool = False) -> list[dict[str, str]]:
    """List DRF's errors by JSON pointer (RFC 6901); those of a query name the parameter too."""
    errors = [{"pointer": f"#{path}", "detail": said} for path, said in _walk(detail, "")]
    if of_query:
        return [{"parameter": f"{one['pointer']}/".split("/")[1], **one} for one in errors]
    return errors


def in_words(errors: list[dict[str, str]]) -> str:
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
    """A key may even hold half a character, which no pointer can say."""
    named = str(key).replace("~", "~0").replace("/", "~1")
    return "/" + quote(named, safe=PLAIN, errors="replace")
