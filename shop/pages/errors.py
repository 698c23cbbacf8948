"""The error handlers of Django: an HTML page, problem+json below /api/."""

import logging
import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.views import defaults

from shop.core.api.errors import problem_response

logger = logging.getLogger(__name__)

RETRY_SECONDS = 5


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Return the 400 for a request that Django refuses before any view."""
    return _respond(request, "bad-request", lambda: defaults.bad_request(request, exception))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Return the 403 for PermissionDenied."""
    return _respond(
        request, "permission-denied", lambda: defaults.permission_denied(request, exception)
    )


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Return the 404 for Http404 and for an address that is no route."""
    return _respond(request, "not-found", lambda: defaults.page_not_found(request, exception))


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Return the 500 for a fault, or a 503 if the database is away or too slow."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        logger.warning("Answered 503, the database is away or too slow: %s", error)
        response = _respond(request, "unavailable", _unavailable_page)
        response["Retry-After"] = str(RETRY_SECONDS)
        return response
    return _respond(request, "internal-error", lambda: defaults.server_error(request))


def _unavailable_page() -> HttpResponse:
    """Render the page without the request, whose user and cart are in the database."""
    return HttpResponse(render_to_string("unavailable.html"), status=503)


def _respond(
    request: HttpRequest, problem: str, page: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    return problem_response(request, problem) if request.path.startswith("/api/") else page()
