"""The WSGI application: `granian --interface wsgi shop.wsgi:application` serves it."""

import gc
import logging
import os

from django.core.wsgi import get_wsgi_application

from shop.embedded.interpreter import describe_old_python

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
os.environ.setdefault("STATEMENT_TIMEOUT_MS", "10000")  # more than any page needs

django_application = get_wsgi_application()

from shop.core.http import request_bounds  # noqa: E402 -- after the settings
from shop.core.http.request_bodies import repair_body  # noqa: E402
from shop.integrations.bulk.parsers import NdjsonParser  # noqa: E402
from shop.integrations.bulk.uploads import MAX_BYTES  # noqa: E402

if (sentence := describe_old_python()) and not os.environ.get("SHOP_DEMO"):
    logging.getLogger("shop").warning(sentence)
request_bounds.bound_multipart_headers()
STREAMED_BODIES = {NdjsonParser.media_type: MAX_BYTES}

# The modules loaded by now stay for good, so the garbage collector need not scan them again.
gc.collect()
gc.freeze()


def application(environ, start_response):
    """Serve a request that is within the bounds, once its body can be read."""
    if excess := request_bounds.find_excess(environ):
        return request_bounds.refuse(environ, start_response, excess)
    repair_body(environ, streamed=STREAMED_BODIES)
    if excess := request_bounds.find_large_form(environ):
        return request_bounds.refuse(environ, start_response, excess)
    return django_application(environ, start_response)
