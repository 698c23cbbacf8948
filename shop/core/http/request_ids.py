"""Request ids: one reference in a response, on error pages and in every line of the log.

A client may send its own, and an nginx before the shop creates one. Tasks that a request
enqueues have the request's id; a task that beat enqueues has an id of its own.
"""

import logging
import re
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path

HEADER = "X-Request-ID"
TASK_HEADER = "shop_request_id"
VALID_ID = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")

current: ContextVar[str] = ContextVar("request_id", default="")

logger = logging.getLogger(__name__)


class RequestIdMiddleware:
    """A middleware that sets each request's id, and logs each response (ACCESS_LOG)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Make the id current while the request runs, and return it in the response."""
        request_id = accept_or_create(request.headers.get(HEADER, ""))
        token = current.set(request_id)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            _log_response(request, response, time.perf_counter() - began)
        finally:
            current.reset(token)
        response[HEADER] = request_id
        return response


def accept_or_create(text: str) -> str:
    """Return a valid id as it is, and a new id in the place of any other text."""
    return text if VALID_ID.match(text) else secrets.token_hex(16)


def _log_response(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    if logger.isEnabledFor(logging.INFO):
        milliseconds = seconds * 1000
        path = escape_uri_path(request.path)  # because a line break would forge a line of the log
        logger.info("%s %s %d %.1f ms", request.method, path, response.status_code, milliseconds)


class AddRequestId(logging.Filter):
    """A logging filter that sets `%(request_id)s`, a dash outside of requests and tasks."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Set the record's request id, and let every record pass."""
        record.request_id = current.get() or "-"
        return True


@before_task_publish.connect
def _add_to_task(headers: dict[str, Any], **kwargs: Any) -> None:
    if request_id := current.get():
        headers[TASK_HEADER] = request_id


@task_prerun.connect
def _set_for_task(task_id: str, task: Any, **kwargs: Any) -> None:
    headers = task.request.headers or {}
    request_id = getattr(task.request, TASK_HEADER, None) or headers.get(TASK_HEADER)
    current.set(request_id or task_id)


@task_postrun.connect
def _clear_after_task(**kwargs: Any) -> None:
    current.set("")
