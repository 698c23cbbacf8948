"""application/x-ndjson: a JSON object a line, which the parser does not look into yet."""

from typing import Any

from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from shop.integrations.bulk.uploads import Upload, UploadBroken

PACKINGS = {"", "identity", "gzip"}


class NdjsonParser(BaseParser):
    """Reads the file to its end, in pieces, whether or not it is packed with gzip."""

    media_type = "application/x-ndjson"

    def parse(self, stream, media_type=None, parser_context=None) -> Any:
        """Return the Upload. Raises UploadTooLarge."""
        request: Request = (parser_context or {})["request"]
        if request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower() not in PACKINGS:
            raise UnsupportedMediaType(request.META["HTTP_CONTENT_ENCODING"][:40])
        is_chunked = "HTTP_TRANSFER_ENCODING" in request.META
        try:
            return Upload(
                stream,
                # One that comes in chunks does not say its length (shop.wsgi).
                size=None if is_chunked else int(request.META["CONTENT_LENGTH"]),
                purpose=f"{request.META.get('QUERY_STRING', '')}\n",
            )
        except UploadBroken as broken:
            raise ParseError(str(broken)) from broken
