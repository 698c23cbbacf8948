"""The WSGI application: `granian --interface wsgi shop.wsgi:application` serves it."""

import gc
import os
from io import BytesIO

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
os.environ.setdefault("STATEMENT_TIMEOUT_MS", "10000")  # more than any page needs

django_application = get_wsgi_application()

from shop.integrations.bulk.parsers import NdjsonParser  # noqa: E402 -- after the settings
from shop.integrations.bulk.uploads import MAX_BYTES  # noqa: E402

# The replacement of an empty chunked body, which no client sends on purpose: it is malformed in
# every media type.
MALFORMED_BODY = b"\x00"
TEXT_CHARSETS = {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1"}

# The modules loaded by now stay for good, so the garbage collector need not scan them again.
gc.collect()
gc.freeze()


def application(environ, start_response):
    """Serve a request, after repairing two things that Django would misread.

    A charset that is no text encoding is removed. A chunked body gets a CONTENT_LENGTH:
    Django reads as many bytes as that header says and would take a body without it for
    empty, so the cancellation of one unit would cancel the whole order. At most
    DATA_UPLOAD_MAX_MEMORY_SIZE + 1 bytes are read, from which Django sees that a body is too
    large. The file of a bulk job is not read here: its parser reads up to MAX_BYTES + 1.
    """
    if "charset" in environ.get("CONTENT_TYPE", "").lower():
        environ["CONTENT_TYPE"] = _with_text_charset(environ["CONTENT_TYPE"])
    if environ.get("HTTP_TRANSFER_ENCODING") and not environ.get("CONTENT_LENGTH"):
        if environ.get("CONTENT_TYPE", "").startswith(NdjsonParser.media_type):
            environ["CONTENT_LENGTH"] = str(MAX_BYTES + 1)
            return django_application(environ, start_response)
        body = environ["wsgi.input"].read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        body = body or MALFORMED_BODY
        environ["wsgi.input"] = BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
    return django_application(environ, start_response)


def _with_text_charset(content_type: str) -> str:
    """Return the Content-Type, without a charset that is not in TEXT_CHARSETS.

    Python also has codecs that are no text encodings, as base64, and some that are very slow.
    """
    media_type, parameters = parse_header_parameters(content_type)
    return content_type if parameters.get("charset", "").lower() in TEXT_CHARSETS else media_type
