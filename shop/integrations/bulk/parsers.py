"""The parser of application/x-ndjson, which stores the upload and leaves its lines unparsed."""

from typing import Any

from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from shop.integrations.bulk.exceptions import UploadBroken
from shop.integrations.bulk.uploads import Upload

CONTENT_ENCODINGS = {"", "identity", "gzip"}


class NdjsonParser(BaseParser):
    """Reads the upload to its end, block by block, plain or compressed with gzip."""

    media_type = "application/x-ndjson"

    def parse(self, stream, media_type=None, parser_context=None) -> Any:
        """Return the Upload. Raises UploadTooLarge, UnsupportedMediaType, ParseError."""
        request: Request = (parser_context or {})["request"]
        if request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower() not in CONTENT_ENCODINGS:
            raise UnsupportedMediaType(request.META["HTTP_CONTENT_ENCODING"][:40])
        is_chunked = "HTTP_TRANSFER_ENCODING" in request.META
        try:
            return Upload(
                stream,
                # A chunked body has no Content-Length (shop.wsgi).
                size=None if is_chunked else int(request.META["CONTENT_LENGTH"]),
                purpose=f"{request.META.get('QUERY_STRING', '')}\n",
            )
        except UploadBroken as error:
            raise ParseError(str(error)) from error
