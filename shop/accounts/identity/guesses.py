"""Limits on guessed passwords: by account and network first, by the account alone much later.

So five wrong passwords from elsewhere do not lock the owner out. When many networks guess at
one account, it locks for unknown browsers; a known device, or the link in the one mail that
its owner gets, is counted for itself.
"""

from typing import Any

from allauth.account.internal.userkit import filter_users_by_email
from allauth.core.internal import ratelimit
from allauth.core.internal.ratelimit import RateLimitUsage
from django.core.cache import cache
from django.http import HttpRequest

from shop.accounts.identity.devices import known_device
from shop.core.http.client_address import client_network
from shop.core.security_log import Action, record

APP = "allauth.account"
ANYWHERE = {"login_failed_anywhere": "30/h/key"}
MAIL_SECONDS = 24 * 3600  # at most one mail about a lock in that time


class Locked(Exception):
    """Too many wrong passwords; `user` is the account's, if there is one."""

    def __init__(self, user: Any, *, is_everywhere: bool):
        super().__init__()
        self.user, self.is_everywhere = user, is_everywhere


def count_guess(request: HttpRequest, login: str) -> list[RateLimitUsage]:
    """Count an attempt to sign in; return what to roll back if it is right. Raises Locked."""
    user = next(iter(filter_users_by_email(login)), None)
    device = known_device(request, user.pk if user else None)
    near = _consume(request, "login_failed", f"{login} {device or client_network(request)}")
    if near is None:
        raise Locked(user, is_everywhere=False)
    if device:
        return [near]
    anywhere = _consume(request, "login_failed_anywhere", login, config=ANYWHERE)
    if anywhere is None:
        raise Locked(user, is_everywhere=True)
    return [near, anywhere]


def forget_guesses(request: HttpRequest, login: str) -> None:
    """Forget the wrong passwords of an account, whose owner has set a new one."""
    near = f"{login} {client_network(request)}"
    ratelimit.clear(request, app=APP, action="login_failed", key=near)
    ratelimit.clear(request, app=APP, action="login_failed_anywhere", key=login, config=ANYWHERE)


def record_lock(request: HttpRequest, locked: Locked) -> bool:
    """Write a lock to the security log; return whether its owner is due a mail about it."""
    user_id = locked.user.pk if locked.user else None
    record(
        Action.LOGIN_LOCKED,
        request=request,
        user_id=user_id,
        outcome="failure",
        everywhere=locked.is_everywhere,
    )
    is_first = cache.add(f"allauth:lock-mail:{user_id}", True, MAIL_SECONDS)
    return user_id is not None and locked.is_everywhere and is_first


def _consume(request: HttpRequest, action: str, key: str, config=None) -> RateLimitUsage | None:
    return ratelimit.consume(request, app=APP, action=action, key=key, config=config)
