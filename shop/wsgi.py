"""The WSGI application: `granian --interface wsgi shop.wsgi:application` serves it."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
os.environ.setdefault("STATEMENT_TIMEOUT_MS", "10000")  # more than any page needs

django_application = get_wsgi_application()

from shop.core.http.request_bodies import repair_body  # noqa: E402 -- after the settings
from shop.integrations.bulk.parsers import NdjsonParser  # noqa: E402
from shop.integrations.bulk.uploads import MAX_BYTES  # noqa: E402

STREAMED_BODIES = {NdjsonParser.media_type: MAX_BYTES}

# The modules loaded by now stay for good, so the garbage collector need not scan them again.
gc.collect()
gc.freeze()


def application(environ, start_response):
    """Serve a request, once its body can be read."""
    repair_body(environ, streamed=STREAMED_BODIES)
    return django_application(environ, start_response)
