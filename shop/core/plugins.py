"""Calls of plug-ins: bounded in time, checked, and with a default for every failure."""

import logging
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from functools import cache
from queue import SimpleQueue
from typing import Any, TypeVar

from django.db import close_old_connections
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

MAX_CALLS = 4  # at once, in one process
HANG_SECONDS = 30.0  # seconds; then a call counts as hanging, and another may start
MAX_UNFINISHED = 64  # calls, hanging ones included; beyond that no call starts

T = TypeVar("T")


def call_plugin(path: str, *args: Any, timeout_ms: int, check: Callable[[Any], T], default: T) -> T:
    """Call the function at a dotted path and return its checked result.

    If it takes longer, raises, or returns an invalid result (`check` raises ValueError or
    TypeError), the failure is logged and the default is returned. It runs in a thread of
    its own, so it must not rely on the caller's transaction.
    """
    future = _callers(os.getpid()).call(path, args)
    if future is None:
        logger.warning("%s is not called: too many calls hang.", path)
        return default
    try:
        if failure := future.exception(timeout_ms / 1000):
            logger.error("%s failed.", path, exc_info=failure)
        else:
            return check(future.result())
    except TooLate:
        logger.warning("%s took longer than %s ms.", path, timeout_ms)
    except Exception:  # an invalid result can make `check` raise anything
        logger.exception("%s returned an invalid result.", path)
    return default


class _Callers:
    """A pool of threads that call plug-ins; a thread whose call hangs is abandoned."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: SimpleQueue[tuple[Future[Any], str, tuple[Any, ...]]] = SimpleQueue()
        self._begun: dict[Future[Any], float] = {}
        self._idle = 0

    def call(self, path: str, args: tuple[Any, ...]) -> Future[Any] | None:
        """Call a function in a thread; None while too many calls are unfinished."""
        future: Future[Any] = Future()
        now = time.monotonic()
        with self._lock:
            recent = sum(begun > now - HANG_SECONDS for begun in self._begun.values())
            if recent >= MAX_CALLS or len(self._begun) >= MAX_UNFINISHED:
                return None
            self._begun[future] = now
            if self._idle:
                self._idle -= 1
            else:
                threading.Thread(target=self._work, name="plugin", daemon=True).start()
        self._jobs.put((future, path, args))
        return future

    def _work(self) -> None:
        while True:
            future, path, args = self._jobs.get()
            try:
                result = _call(path, args)
            except BaseException as failure:  # even SystemExit, which must not end this thread
                self._finish(future)
                future.set_exception(failure)
            else:
                self._finish(future)
                future.set_result(result)

    def _finish(self, future: Future[Any]) -> None:
        with self._lock:
            del self._begun[future]
            self._idle += 1


def _call(path: str, args: tuple[Any, ...]) -> Any:
    """Call a plug-in, which may use the database as a request does."""
    close_old_connections()
    try:
        return import_plugin(path)(*args)
    finally:
        close_old_connections()


@cache
def import_plugin(path: str) -> Callable[..., Any]:
    """Return the function at a dotted path."""
    return import_string(path)


@cache
def _callers(process: int) -> _Callers:
    """Return this process's threads: a fork does not copy those of its parent."""
    return _Callers()
