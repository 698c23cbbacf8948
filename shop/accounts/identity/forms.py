"""The forms of allauth, with what the shop adds to them."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shop.accounts.identity.access import end_access
from shop.accounts.identity.adapter import spend_time_of_hashing
from shop.core.db.transactions import run_transaction

ADDITIONS = {"add_email": "3/h/user"}


class SignupForm(allauth_forms.SignupForm):
    """A sign-up that takes as long for a known address as for a new one."""

    def try_save(self, request: HttpRequest):
        """Save the user, or mail the owner of the address."""
        if self.account_already_exists:
            spend_time_of_hashing()
        return super().try_save(request)


class AddEmailForm(allauth_forms.AddEmailForm):
    """A further address, at most three an hour: each is mailed, and may be a stranger's."""

    def clean_email(self) -> str:
        """Return the address. Raises ValidationError for the fourth within an hour."""
        email = super().clean_email()
        request = get_adapter().request
        if not ratelimit.consume(request, app="shop", action="add_email", config=ADDITIONS):
            raise get_adapter().validation_error("rate_limited")
        return email


class EndAccessField(forms.BooleanField):
    """The choice to end with the old password whatever else gets in."""

    def __init__(self, *, initial: bool):
        super().__init__(
            label=_("Also end access tokens and programs, and pause webhooks"),
            help_text=_("Choose this if somebody else may know your password."),
            initial=initial,
            required=False,
        )


class EndAccessMixin:
    """Ends tokens, programs and webhooks together with the old password, if chosen."""

    user: Any
    cleaned_data: dict[str, Any]

    def save(self) -> None:
        """Set the password, and end the other access."""
        super().save()  # type: ignore[misc]
        if self.cleaned_data["end_access"]:
            run_transaction(end_access, user=self.user)


class ChangePasswordForm(EndAccessMixin, allauth_forms.ChangePasswordForm):
    """A new password by who knows the old one."""

    end_access = EndAccessField(initial=False)

    def clean_oldpassword(self) -> str:
        """Return the password if it is right; a wrong one counts as a guess at the sign-in."""
        password = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("enter_current_password")
        return password


class ResetPasswordKeyForm(EndAccessMixin, allauth_forms.ResetPasswordKeyForm):
    """A new password by a mailed link."""

    end_access = EndAccessField(initial=True)
