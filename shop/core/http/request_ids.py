"""One reference for a request: in its answer, on error pages, in every line of the log.

A client may bring its own, and nginx makes one where it stands before the shop. Tasks
that a request sends carry it on; a task that nobody sent has its own.
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
SANE = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")

current: ContextVar[str] = ContextVar("request_id", default="")

logger = logging.getLogger(__name__)


class RequestIdMiddleware:
    """Give each request its reference, and write down what was answered (ACCESS_LOG)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = given_or_new(request.headers.get(HEADER, ""))
        token = current.set(request_id)
        began = time.perf_counter()
        try:
            answer = self.get_response(request)
            _note(request, answer, time.perf_counter() - began)
        finally:
            current.reset(token)
        answer[HEADER] = request_id
        return answer


def given_or_new(text: str) -> str:
    return text if SANE.match(text) else secrets.token_hex(16)


def _note(request: HttpRequest, answer: HttpResponse, seconds: float) -> None:
    if logger.isEnabledFor(logging.INFO):
        taken = seconds * 1000
        path = escape_uri_path(request.path)  # a line break in it would begin a line of its own
        logger.info("%s %s %d %.1f ms", request.method, path, answer.status_code, taken)


class AddRequestId(logging.Filter):
    """Lets the log's lines say `%(request_id)s`; a dash where there is none."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current.get() or "-"
        return True


@before_task_publish.connect
def _send_along(headers: dict[str, Any], **kwargs: Any) -> None:
    if request_id := current.get():
        headers[TASK_HEADER] = request_id


@task_prerun.connect
def _take_up(task_id: str, task: Any, **kwargs: Any) -> None:
    sent = getattr(task.request, TASK_HEADER, None) or (task.request.headers or {}).get(TASK_HEADER)
    current.set(sent or task_id)


@task_postrun.connect
def _put_down(**kwargs: Any) -> None:
    current.set("")
