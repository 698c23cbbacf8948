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

    A charset that is no text encoding is removed. A chunked body gets a CONTENT_LENGTH:
    Django reads as many bytes as that header says and would take a body without it for
    empty, so the cancellation of one unit would cancel the whole order. At most
    DATA_UPLOAD_MAX_MEMORY_SIZE + 1 bytes are read, from which Django sees that a body is too
    large. Media types in `streamed` are left for their parsers, which read up to so many
    bytes and one.
    """
    content_type = environ.get("CONTENT_TYPE", "")
    if "charset" in content_type.lower():
        environ["CONTENT_TYPE"] = _with_text_charset(content_type)
    if not environ.get("HTTP_TRANSFER_ENCODING") or environ.get("CONTENT_LENGTH"):
        return
    for media_type, max_bytes in streamed.items():
        if content_type.startswith(media_type):
            environ["CONTENT_LENGTH"] = str(max_bytes + 1)
            return
    body = environ["wsgi.input"].read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1) or MALFORMED_BODY
    environ["wsgi.input"] = BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))


def _with_text_charset(content_type: str) -> str:
    """Return the Content-Type, without a charset that is not in TEXT_CHARSETS.

    Python also has codecs that are no text encodings, as base64, and some that are very slow.
    """
    media_type, parameters = parse_header_parameters(content_type)
    return content_type if parameters.get("charset", "").lower() in TEXT_CHARSETS else media_type
