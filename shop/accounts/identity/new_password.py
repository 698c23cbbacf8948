"""What follows a new password: the other sessions end, and the security log knows."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from shop.accounts.models import User
from shop.accounts.sessions import end_sessions
from shop.core.security_log import Action, record


def end_other_sessions(request: HttpRequest, user: Any) -> None:
    """End the sessions of a user in all browsers but the request's."""
    record(Action.PASSWORD_CHANGED, request=request, user_id=user.pk, author=request.user.pk)
    count = end_sessions(user_id=user.pk, keep=request.session.session_key)
    record(Action.SESSIONS_ENDED, request=request, user_id=user.pk, count=count)


def tell_of_password_by_staff(request: HttpRequest, user_id: int) -> None:
    """End the sessions of a user whose password staff set, and mail them if they ever came."""
    user = User.objects.get(pk=user_id)
    end_other_sessions(request, user)
    if user.last_login:
        get_adapter(request).send_notification_mail("accounts/mail/password_set_by_staff", user)
