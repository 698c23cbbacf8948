"""What Django answers when no view does: a page for people, a problem for the API."""

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
    return _answer(request, "bad-request", lambda: defaults.bad_request(request, exception))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _answer(
        request, "permission-denied", lambda: defaults.permission_denied(request, exception)
    )


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _answer(request, "not-found", lambda: defaults.page_not_found(request, exception))


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Answer a fault; a database that is away or too slow is none of ours, and passes."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        logger.warning("Answered 503, the database is away or too slow: %s", error)
        answer = _answer(request, "unavailable", _unavailable_page)
        answer["Retry-After"] = str(RETRY_SECONDS)
        return answer
    return _answer(request, "internal-error", lambda: defaults.server_error(request))


def _unavailable_page() -> HttpResponse:
    """Render without the request, whose user and cart are in the database."""
    return HttpResponse(render_to_string("unavailable.html"), status=503)


def _answer(
    request: HttpRequest, problem: str, page: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    return problem_response(request, problem) if request.path.startswith("/api/") else page()
