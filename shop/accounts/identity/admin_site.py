"""The admin's one door: who may enter, what they prove for dangerous changes, and conflicts.

Every page of the admin goes through `admin_view`, so no ModelAdmin can forget any of it.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from shop.accounts.identity.new_password import tell_of_password_by_staff
from shop.accounts.identity.step_up import did_staff_not_prove, step_up_if
from shop.accounts.session_lifetime import LOGIN_KEY
from shop.core.api.permissions import lacks_second_factor
from shop.core.http.conflicts import retry_on_conflict

# The models by which somebody gets in, or gets more rights.
GUARDED_MODELS = {
    *["accounts.user", "auth.group", "accounts.apitoken", "accounts.oauthclient"],
    *["account.emailaddress", "account.emailconfirmation"],
    "integrations.webhookendpoint",
}
UNLISTED = {"mfa.authenticator"}
FORM_VIEWS = {"add_view", "change_view"}


class AdminSite(admin.AdminSite):
    """The admin, behind a second factor, step-up for dangerous forms, and staff's lifetimes."""

    site_header = site_title = "Shop administration"

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Return the view for staff who may enter; others are led to what they lack."""
        if getattr(view, "__name__", "") == "logout":
            return super().admin_view(view, cacheable)
        inner = super().admin_view(_wrap(view), cacheable)
        lead_to_sign_in = inner
        if _model_of(view) in GUARDED_MODELS:
            inner = step_up_if(did_staff_not_prove)(inner)

        def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_permission(request):
                return lead_to_sign_in(request, *args, **kwargs)
            return _lead_elsewhere(request) or inner(request, *args, **kwargs)

        return enter

    def register(self, model_or_iterable: Any, *args: Any, **kwargs: Any) -> None:
        """Register a model, unless nobody may write it: factors are reset by an action."""
        is_model = isinstance(model_or_iterable, type)
        models: list[Any] = [model_or_iterable] if is_model else list(model_or_iterable)
        listed = [model for model in models if model._meta.label_lower not in UNLISTED]
        super().register(listed, *args, **kwargs)

    def password_change(self, request: HttpRequest, extra_context=None) -> Any:
        """Redirect to the shop's own page, which limits wrong passwords."""
        return redirect("account_change_password")


def _wrap(view: Callable[..., Any]) -> Callable[..., Any]:
    """Return the view of a form so that it tells a conflict, and tells of a new password."""
    name = getattr(view, "__name__", "")
    if name == "user_change_password":
        return _tell_of_new_password(view)
    return retry_on_conflict(view) if name in FORM_VIEWS else view


def _tell_of_new_password(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def answer(request: HttpRequest, id: str, **kwargs: Any) -> HttpResponse:
        response = view(request, id, **kwargs)
        if request.method == "POST" and response.status_code == HTTPStatus.FOUND:
            tell_of_password_by_staff(request, int(id))
        return response

    return answer


def _lead_elsewhere(request: HttpRequest) -> HttpResponse | None:
    """Return the way to what staff lack: a session that is theirs, or a second factor."""
    if not request.session.get(LOGIN_KEY, {}).get("staff"):
        # The rights are younger than the session, which would live as long as a customer's.
        logout(request)
        return login_required(lambda request: HttpResponse())(request)
    if lacks_second_factor(request.user):
        messages.warning(request, "The admin needs a second factor. Set one up here.")
        return redirect("mfa_index")
    return None


def _model_of(view: Callable[..., Any]) -> str | None:
    """Return the label of the model whose ModelAdmin has the view as a method."""
    owner = getattr(view, "__self__", None)
    return owner.opts.label_lower if isinstance(owner, admin.ModelAdmin) else None
