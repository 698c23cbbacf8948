"""Known devices: browsers in which a user signed in before, by a signed cookie.

A known device is counted for itself when passwords are guessed, so a stranger who guesses
from elsewhere cannot lock its owner out. The cookie is no proof of identity.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "__Host-device" if settings.SESSION_COOKIE_SECURE else "device"
COOKIE_SECONDS = 400 * 24 * 3600  # browsers keep no cookie longer
MAX_USERS = 5  # of one browser
SALT = "shop.known-device"
LINK_SALT = "shop.known-device-link"
LINK_SECONDS = 24 * 3600


def remember_device(request: HttpRequest, response: HttpResponse, user_id: int) -> None:
    """Set the cookie that makes a browser a known device of a user."""
    users = {**_read_users(request), str(user_id): secrets.token_hex(8)}
    newest = dict(list(users.items())[-MAX_USERS:])
    response.set_cookie(
        COOKIE,
        signing.dumps(newest, salt=SALT),
        max_age=COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def known_device(request: HttpRequest, user_id: int | None) -> str:
    """Return the id of the browser as a known device of a user, or "" if it is none."""
    return _read_users(request).get(str(user_id), "")


def sign_device_link(user_id: int) -> str:
    """Return the token of a mailed link that makes a browser a known device."""
    return signing.dumps(user_id, salt=LINK_SALT)


def read_device_link(token: str) -> int:
    """Return the user of a mailed link. Raises signing.BadSignature, also after a day."""
    return signing.loads(token, salt=LINK_SALT, max_age=LINK_SECONDS)


def _read_users(request: HttpRequest) -> dict[str, str]:
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_SECONDS)
    except signing.BadSignature:
        return {}
