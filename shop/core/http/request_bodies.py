"""Request bodies that Django would misread: chunked ones, and those of odd charsets."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils.http import parse_header_parameters

# The replacement of an empty chunked body, which no client sends on purpose: it is malformed in
# every media type.
MALFORMED_BODY = b"\x00"
TEXT_CHARSETS = {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1"}


def repair_body(environ: dict[str, Any], *, streamed: Mapping[str, int]) -> None:
    """Correct a WSGI environment, so that Django reads its body as it was sent.

    A charset that is no text encoding is removed: Python has codecs that are none, as base64,
    and some that are very slow. So are parameters that cannot be parsed, over which Django
    would fail before it could answer. A chunked body gets a CONTENT_LENGTH:
    Django reads as many bytes as that header says and would take a body without it for
    empty, so the cancellation of one unit would cancel the whole order. At most
    DATA_UPLOAD_MAX_MEMORY_SIZE + 1 bytes are read, from which Django sees that a body is too
    large. Media types in `streamed` are left for their parsers, which read up to so many
    bytes and one.
    """
    media_type, parameters = _parse_content_type(environ.get("CONTENT_TYPE", ""))
    if parameters is None or parameters.get("charset", "utf-8").lower() not in TEXT_CHARSETS:
        environ["CONTENT_TYPE"] = media_type
    if not environ.get("HTTP_TRANSFER_ENCODING") or environ.get("CONTENT_LENGTH"):
        return
    if media_type in streamed:
        environ["CONTENT_LENGTH"] = str(streamed[media_type] + 1)
        return
    body = environ["wsgi.input"].read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1) or MALFORMED_BODY
    environ["wsgi.input"] = BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))


def _parse_content_type(text: str) -> tuple[str, dict[str, str] | None]:
    """Return the media type and its parameters, or None in their place if they are malformed."""
    try:
        return parse_header_parameters(text)
    except ValueError:
        return text.partition(";")[0].strip().lower(), None
