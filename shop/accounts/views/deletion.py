"""The page on which customers delete their account, which allauth lacks."""

from allauth.account.forms import ReauthenticateForm
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from shop.accounts.exceptions import IsStaff
from shop.accounts.personal_data.erasure import close_account
from shop.core.db.transactions import run_transaction


@sensitive_post_parameters("password")
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_account(request: HttpRequest) -> HttpResponse:
    """Render the consequences and a form for the password; with the right one close the account.

    allauth limits the number of wrong passwords.
    """
    form = ReauthenticateForm(request.POST or None, user=request.user)
    if not form.is_valid():
        return _render_form(request, form)
    try:
        run_transaction(close_account, customer=request.user)
    except IsStaff:
        text = _("This is an account of the staff. An administrator takes its rights away first.")
        form.add_error(None, text)
        return _render_form(request, form)
    logout(request)
    messages.success(request, _("Your account is deleted. Thank you for having been here."))
    return redirect("home")


def _render_form(request: HttpRequest, form: ReauthenticateForm) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "accounts/account_delete.html", {"form": form}, status=status)
