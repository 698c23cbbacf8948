"""Pages around signing in: allauth's with the shop's guards, and the link past a lock."""

from allauth.account import views
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from shop.accounts.identity.devices import read_device_link, remember_device
from shop.accounts.identity.step_up import did_not_prove, step_up_if
from shop.core.http.conflicts import retry_on_conflict

signup = retry_on_conflict(views.signup)


def _changes_addresses_unproved(request: HttpRequest) -> bool:
    """Return whether a form of addresses does more than mail a link once more, unproved."""
    return did_not_prove(request) and "action_send" not in request.POST


addresses = step_up_if(_changes_addresses_unproved)(retry_on_conflict(views.email))


@never_cache
def trust_device(request: HttpRequest, key: str) -> HttpResponse:
    """Make the browser a known device of the link's user, and lead on to the sign-in."""
    response = redirect("account_login")
    try:
        remember_device(request, response, read_device_link(key))
    except signing.BadSignature:
        messages.error(request, _("This link works no longer. Set a new password instead."))
        return redirect("account_reset_password")
    return response
