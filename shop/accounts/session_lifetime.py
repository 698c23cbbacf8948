"""The lifetime of sessions: an absolute one for everybody, and an idle one for staff.

A sign-in writes its time, its browser and whether it was one of staff into the session. The
session store judges them wherever a session is read, so that no page can forget it.
"""

import time
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest

from shop.core.http.client_address import client_address

LOGIN_KEY = "login"  # of the session's data
MAX_AGENT_LENGTH = 200
# The last use of a session is written at most so often, in seconds.
STAFF_SEEN_SECONDS = 60
SEEN_SECONDS = 15 * 60


class Limits(NamedTuple):
    """The seconds after which a session ends: since the sign-in, and since the last use."""

    absolute: int
    idle: int


def describe_login(request: HttpRequest, *, is_staff: bool) -> dict[str, Any]:
    """Return what a session records of its sign-in."""
    now = int(time.time())
    return {
        "at": now,
        "seen": now,
        "staff": is_staff,
        "agent": request.META.get("HTTP_USER_AGENT", "")[:MAX_AGENT_LENGTH],
        "address": client_address(request),
    }


def limits_of(login: dict[str, Any]) -> Limits:
    """Return the lifetimes of a session by its sign-in."""
    if login["staff"]:
        return Limits(settings.STAFF_SESSION_HOURS * 3600, settings.STAFF_SESSION_IDLE_MINUTES * 60)
    return Limits(settings.SESSION_COOKIE_AGE, settings.SESSION_COOKIE_AGE)


def is_over(data: dict[str, Any]) -> bool:
    """Return whether the lifetime of a session is over, by its data."""
    login = data.get(LOGIN_KEY)
    if not login or SESSION_KEY not in data:
        return False
    limits, now = limits_of(login), time.time()
    return now >= login["at"] + limits.absolute or now >= login["seen"] + limits.idle


def touch(data: dict[str, Any]) -> bool:
    """Set the time of the last use, unless it is recent; return whether it was set."""
    login, now = data.get(LOGIN_KEY), int(time.time())
    if not login or now < login["seen"] + _seen_seconds(login):
        return False
    data[LOGIN_KEY] = {**login, "seen": now}
    return True


def _seen_seconds(login: dict[str, Any]) -> int:
    """Return how often the last use is written, always more often than the idle time."""
    usual = STAFF_SEEN_SECONDS if login["staff"] else SEEN_SECONDS
    return min(usual, limits_of(login).idle // 2)
