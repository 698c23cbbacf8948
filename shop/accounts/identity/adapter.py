"""The shop's adapter of allauth: its mails, its limits on guesses, known devices.

allauth would send mails while the page waits. Here the page only writes a row of the outbox
(shop.core.mail), so its duration does not reveal whether an address is registered.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from allauth.core.internal import ratelimit
from django.contrib.auth.hashers import make_password
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import get_random_string

from shop.accounts.identity import guesses
from shop.accounts.identity.devices import remember_device, sign_device_link
from shop.core.mail import queue_mail
from shop.core.security_log import Action, record

# Mails to an address that somebody typed in; a link that was mailed before stays valid.
UNKNOWN = {"account/email/unknown_account"}
MAILS_TO_STRANGERS = {"unknown_account": "1/h/key", "reset_mail": "5/h/key"}


class AccountAdapter(DefaultAccountAdapter):
    """An adapter of allauth that queues mails and counts guesses by network and account."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the rendered mail to the outbox."""
        if template_prefix in UNKNOWN and not self._may_mail("unknown_account", email):
            return
        request = current.request
        defaults = {"request": request, "email": email, "current_site": get_current_site(request)}
        mail = self.render_mail(template_prefix, email, {**defaults, **context})
        queue_mail(email, mail.subject, mail.body)

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        """Queue the mail with the link, unless the address got enough of them this hour."""
        record(Action.PASSWORD_RESET_ASKED, request=self.request, user_id=user.pk)
        if self._may_mail("reset_mail", email):
            super().send_password_reset_mail(user, email, context)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count an attempt to sign in. Raises ValidationError when there were too many."""
        self._guesses: list[ratelimit.RateLimitUsage] = []
        try:
            self._guesses = guesses.count_guess(request, _login_of(credentials))
        except guesses.Locked as locked:
            if guesses.record_lock(request, locked):
                self._mail_about_lock(locked.user)
            raise self.validation_error("too_many_login_attempts") from locked

    def _rollback_login_failed_rl_usage(self) -> None:
        """Take back the count of a right password, which allauth calls."""
        for usage in self._guesses:
            usage.rollback()

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Forget wrong passwords, which allauth calls after a new password by mail."""
        guesses.forget_guesses(request, _login_of(credentials))

    def post_login(self, request: HttpRequest, user: Any, **options: Any) -> HttpResponse:
        """Return the way on after a sign-in, and make the browser a known device."""
        response = super().post_login(request, user, **options)
        remember_device(request, response, user.pk)
        return response

    def _mail_about_lock(self, user: Any) -> None:
        path = reverse("trust_device", args=[sign_device_link(user.pk)])
        link = self.request.build_absolute_uri(path)
        self.send_notification_mail("accounts/mail/sign_in_locked", user, {"link": link})

    def _may_mail(self, action: str, email: str) -> bool:
        usage = ratelimit.consume(
            self.request,
            app="allauth.account",
            action=action,
            key=email.lower(),
            config=MAILS_TO_STRANGERS,
        )
        return usage is not None


def spend_time_of_hashing() -> None:
    """Hash a password for nothing, so that a known address takes as long as a new one."""
    make_password(get_random_string(12))


def _login_of(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "").lower()
