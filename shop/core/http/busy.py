"""The page for a request that waited too long for a lock."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shop.core.db.transactions import Busy

RETRY_SECONDS = 2


class BusyMiddleware:
    """A middleware that renders Busy, raised by a page's verb, as a 503 with Retry-After."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on unchanged."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the page for Busy, and None for any other exception."""
        if not isinstance(error, Busy):
            return None
        response = render(request, "503.html", status=503)
        response["Retry-After"] = str(RETRY_SECONDS)
        return response
