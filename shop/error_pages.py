"""What Django answers when no view does: a page for people, a problem for the API."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.views import defaults

from shop.api.errors import plain_problem


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _answer(request, "bad-request", lambda: defaults.bad_request(request, exception))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _answer(
        request, "permission-denied", lambda: defaults.permission_denied(request, exception)
    )


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _answer(request, "not-found", lambda: defaults.page_not_found(request, exception))


def server_error(request: HttpRequest) -> HttpResponseBase:
    return _answer(request, "internal-error", lambda: defaults.server_error(request))


def _answer(
    request: HttpRequest, problem: str, page: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    return plain_problem(request, problem) if request.path.startswith("/api/") else page()
