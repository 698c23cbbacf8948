"""Calling what somebody else plugged in: within a time, and whatever it does."""

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

CALLS = 4  # at a time, in one process
HANGS_AFTER = 30.0  # seconds; then a call is given up, and another may take its place
MAX_HANGING = 64  # calls given up that have not ended; beyond, nothing is asked

T = TypeVar("T")


def call_plugin(
    path: str, *args: Any, milliseconds: int, check: Callable[[Any], T], default: T
) -> T:
    """Call the function at a dotted path and return its answer, checked.

    When it takes longer, fails or answers nonsense (`check` raises ValueError or
    TypeError), that is logged and the default is returned. It runs in a thread of its
    own, so it must not count on the caller's transaction.
    """
    asked = _callers(os.getpid()).call(path, args)
    if asked is None:
        logger.warning("%s is not asked: it hangs.", path)
        return default
    try:
        if failure := asked.exception(milliseconds / 1000):
            logger.error("%s failed.", path, exc_info=failure)
        else:
            return check(asked.result())
    except TooLate:
        logger.warning("%s took longer than %s ms.", path, milliseconds)
    except Exception:  # whatever nonsense may raise where it is looked at
        logger.exception("%s answered nonsense.", path)
    return default


class _Callers:
    """Threads that call. One whose call hangs is left behind, and nobody waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: SimpleQueue[tuple[Future[Any], str, tuple[Any, ...]]] = SimpleQueue()
        self._begun: dict[Future[Any], float] = {}
        self._idle = 0

    def call(self, path: str, args: tuple[Any, ...]) -> Future[Any] | None:
        """Have a function called; None while too many calls have not come back."""
        asked: Future[Any] = Future()
        now = time.monotonic()
        with self._lock:
            recent = sum(begun > now - HANGS_AFTER for begun in self._begun.values())
            if recent >= CALLS or len(self._begun) >= MAX_HANGING:
                return None
            self._begun[asked] = now
            if self._idle:
                self._idle -= 1
            else:
                threading.Thread(target=self._work, name="socket", daemon=True).start()
        self._jobs.put((asked, path, args))
        return asked

    def _work(self) -> None:
        while True:
            asked, path, args = self._jobs.get()
            try:
                answer = _call(path, args)
            except BaseException as failure:  # even what would end the process
                self._come_back(asked)
                asked.set_exception(failure)
            else:
                self._come_back(asked)
                asked.set_result(answer)

    def _come_back(self, asked: Future[Any]) -> None:
        with self._lock:
            del self._begun[asked]
            self._idle += 1


def _call(path: str, args: tuple[Any, ...]) -> Any:
    """What is plugged in may use the database, as a request does."""
    close_old_connections()
    try:
        return import_plugin(path)(*args)
    finally:
        close_old_connections()


@cache
def import_plugin(path: str) -> Callable[..., Any]:
    return import_string(path)


@cache
def _callers(process: int) -> _Callers:
    """Threads do not survive a fork, so each process has its own."""
    return _Callers()
