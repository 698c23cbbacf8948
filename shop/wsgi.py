"""What the web server runs: `granian --interface wsgi shop.wsgi:application`."""

import gc
import os
from io import BytesIO

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
os.environ.setdefault("STATEMENT_TIMEOUT_MS", "10000")  # nobody waits longer for a page

django_application = get_wsgi_application()

from shop.integrations.bulk.parsers import NdjsonParser  # noqa: E402 -- once the settings are read
from shop.integrations.bulk.uploads import MAX_BYTES  # noqa: E402

# Who has nothing to send sends no chunks; this is malformed in every form.
BROKEN_OFF = b"\x00"
READABLE = {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1"}

# What is loaded by now stays: the collector need not look at it with every request.
gc.collect()
gc.freeze()


def application(environ, start_response):
    """Answer a request, also one that Django would stumble over before it looks at it.

    A charset that is of no text is not heard. And a body may come in chunks: Django reads as
    much as CONTENT_LENGTH says, which such a body has not, so it would be taken for empty, a
    cancellation of one unit for one of the whole order. One that is too large is read just
    so far that Django sees it is; a file of a bulk job is left for its parser to read, up to
    where it is too large.
    """
    if "charset" in environ.get("CONTENT_TYPE", "").lower():
        environ["CONTENT_TYPE"] = _with_readable_charset(environ["CONTENT_TYPE"])
    if environ.get("HTTP_TRANSFER_ENCODING") and not environ.get("CONTENT_LENGTH"):
        if environ.get("CONTENT_TYPE", "").startswith(NdjsonParser.media_type):
            environ["CONTENT_LENGTH"] = str(MAX_BYTES + 1)
            return django_application(environ, start_response)
        body = environ["wsgi.input"].read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        body = body or BROKEN_OFF
        environ["wsgi.input"] = BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
    return django_application(environ, start_response)


def _with_readable_charset(content_type: str) -> str:
    """Python knows codecs that are of no text, as base64, and some that take for ever."""
    media_type, parameters = parse_header_parameters(content_type)
    return content_type if parameters.get("charset", "").lower() in READABLE else media_type
