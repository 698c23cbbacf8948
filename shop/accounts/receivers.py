"""Receivers of the signals of Django and allauth: the security log, mails, ended sessions."""

from typing import Any

from allauth.account import signals
from allauth.account.adapter import get_adapter
from allauth.account.internal.userkit import filter_users_by_email
from allauth.mfa import signals as mfa_signals
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from orders.newcomers import confirm_newcomer, record_newcomer
from shop.accounts.identity.new_password import end_other_sessions
from shop.accounts.session_lifetime import LOGIN_KEY, describe_login
from shop.core.db.transactions import run_transaction
from shop.core.http.client_address import client_network
from shop.core.security_log import Action, record


@receiver(user_logged_in)
def describe_session(request: HttpRequest | None, user: Any, **kwargs) -> None:
    """Write into the session when, where and by whom it began."""
    if request is not None:
        request.session[LOGIN_KEY] = describe_login(request, is_staff=user.is_staff)
        record(Action.LOGIN_SUCCEEDED, request=request, user_id=user.pk)


@receiver(user_logged_out)
def record_sign_out(request: HttpRequest | None, user: Any, **kwargs) -> None:
    """Record a sign-out of somebody who was signed in."""
    if user is not None:
        record(Action.LOGOUT, request=request, user_id=user.pk)


@receiver(user_login_failed)
def record_wrong_password(credentials: dict, request: HttpRequest | None = None, **kwargs) -> None:
    """Record a wrong password, with the number of the account if there is one."""
    email = credentials.get("email") or credentials.get("username") or ""
    user = next(iter(filter_users_by_email(email)), None)
    _record_failure(request, user, "password")


@receiver(mfa_signals.authentication_failed)
def record_wrong_factor(request: HttpRequest, user: Any, authenticator: Any, **kwargs) -> None:
    """Record a wrong code or key."""
    _record_failure(request, user, authenticator.type)


@receiver(signals.authentication_step_completed)
def record_proof(request: HttpRequest, user: Any, method: str, **kwargs) -> None:
    """Record a repeated proof of identity; a first one is a sign-in, which has its own line."""
    if kwargs.get("reauthenticated"):
        record(Action.REAUTHENTICATED, request=request, user_id=user.pk, method=method)


@receiver(signals.user_signed_up)
def record_sign_up(request: HttpRequest, user: Any, **kwargs) -> None:
    """Record a new user, who is a newcomer to the limits against hoarding."""
    record(Action.USER_CREATED, request=request, user_id=user.pk)
    run_transaction(record_newcomer, customer=user, network=client_network(request))


@receiver([signals.password_changed, signals.password_set, signals.password_reset])
def follow_new_password(request: HttpRequest, user: Any, **kwargs) -> None:
    """End the sessions of a user in other browsers after a new password."""
    end_other_sessions(request, user)


@receiver(signals.email_added)
def tell_of_added_address(request: HttpRequest, user: Any, **kwargs) -> None:
    """Mail the primary address about a further one; allauth only mails the further one."""
    record(Action.EMAIL_CHANGED, request=request, user_id=user.pk, change="added")
    _notify(request, user, "accounts/mail/email_added", kwargs["email_address"].email)


@receiver(signals.email_removed)
def tell_removed_address(request: HttpRequest, user: Any, **kwargs) -> None:
    """Mail the address that was removed; allauth mails the primary one."""
    record(Action.EMAIL_CHANGED, request=request, user_id=user.pk, change="removed")
    removed = kwargs["email_address"]
    if removed.verified:
        _notify(request, user, "accounts/mail/email_removed", removed.email, to=removed.email)


@receiver(signals.email_changed)
def record_primary_address(request: HttpRequest, user: Any, **kwargs) -> None:
    """Record another primary address; allauth mails the old one."""
    record(Action.EMAIL_CHANGED, request=request, user_id=user.pk, change="primary")


@receiver(signals.email_confirmed)
def record_confirmed_address(request: HttpRequest, email_address: Any, **kwargs) -> None:
    """Record a confirmed address, which raises the limits of a newcomer."""
    user_id = email_address.user_id
    record(Action.EMAIL_CHANGED, request=request, user_id=user_id, change="confirmed")
    run_transaction(confirm_newcomer, customer_id=user_id)


@receiver(mfa_signals.authenticator_added)
def record_added_factor(request: HttpRequest, user: Any, authenticator: Any, **kwargs) -> None:
    """Record a new factor; allauth mails about it."""
    _record_factor(request, user, authenticator, "added")


@receiver(mfa_signals.authenticator_removed)
def record_removed_factor(request: HttpRequest, user: Any, authenticator: Any, **kwargs) -> None:
    """Record a removed factor, also by a colleague, who is the request's user."""
    _record_factor(request, user, authenticator, "removed")


@receiver(mfa_signals.authenticator_reset)
def record_reset_factor(request: HttpRequest, user: Any, authenticator: Any, **kwargs) -> None:
    """Record new recovery codes."""
    _record_factor(request, user, authenticator, "reset")


def _record_failure(request: HttpRequest | None, user: Any, method: str) -> None:
    user_id = user.pk if user else None
    record(Action.LOGIN_FAILED, request=request, user_id=user_id, outcome="failure", method=method)


def _record_factor(request: HttpRequest, user: Any, authenticator: Any, change: str) -> None:
    record(
        Action.SECOND_FACTOR_CHANGED,
        request=request,
        user_id=user.pk,
        change=change,
        factor=authenticator.type,
        author=request.user.pk,
    )


def _notify(request: HttpRequest, user: Any, template: str, address: str, to: str = "") -> None:
    context = {"address": address}
    get_adapter(request).send_notification_mail(template, user, context, email=to or None)
