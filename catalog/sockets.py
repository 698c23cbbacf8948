"""Calling what somebody else plugged in: within a time, and whatever it does."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from functools import cache
from typing import Any, TypeVar

from django.db import close_old_connections
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

THREADS = 4  # that a subsystem which hangs may keep

T = TypeVar("T")


def ask_socket(
    path: str, *args: Any, milliseconds: int, check: Callable[[Any], T], default: T
) -> T:
    """Call the function at a dotted path and return its answer, checked.

    When it takes longer, fails or answers nonsense (`check` raises ValueError or
    TypeError), that is logged and the default is returned. It runs in a thread of its
    own, so it must not count on the caller's transaction.
    """
    asked = _threads().submit(_call, path, args)
    try:
        return check(asked.result(timeout=milliseconds / 1000))
    except TooLate:
        asked.cancel()
        logger.warning("%s took longer than %s ms.", path, milliseconds)
    except Exception:  # whatever a subsystem of somebody else's may raise
        logger.exception("%s failed.", path)
    return default


def _call(path: str, args: tuple[Any, ...]) -> Any:
    """What is plugged in may use the database, as a request does."""
    close_old_connections()
    try:
        return plugged_in(path)(*args)
    finally:
        close_old_connections()


@cache
def plugged_in(path: str) -> Callable[..., Any]:
    return import_string(path)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="socket")
