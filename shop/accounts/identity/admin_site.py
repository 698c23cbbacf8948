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
from shop.core.admin.impersonal_log import ImpersonalLog
from shop.core.admin.lookups import NamedLookups
from shop.core.api.permissions import lacks_second_factor
from shop.core.http.conflicts import retry_on_conflict
from shop.core.security_log import Action, record

# The models by which somebody gets in, or gets more rights.
GUARDED_MODELS = {
    *["accounts.user", "auth.group", "accounts.apitoken", "accounts.oauthclient"],
    *["account.emailaddress", "account.emailconfirmation"],
    "integrations.webhookendpoint",
}
UNLISTED = {"mfa.authenticator"}
# Written by superusers alone, because by each of them somebody gets the rights of another.
SUPERUSER_MODELS = {"auth.group", "account.emailaddress", "account.emailconfirmation"}
FORM_VIEWS = {"add_view", "change_view"}


class SuperusersWrite(admin.ModelAdmin):
    """A ModelAdmin that others only read, with a line in the security log for each change."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user is a superuser."""
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user is a superuser."""
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user is a superuser."""
        return request.user.is_superuser

    def get_actions(self, request: HttpRequest) -> Any:
        """Return the actions, which some packages offer to everybody who sees the list."""
        return super().get_actions(request) if request.user.is_superuser else {}

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save a row with what belongs to it, and record which fields were changed."""
        super().save_related(request, form, formsets, change)
        record(
            Action.RIGHTS_CHANGED,
            request=request,
            model=self.opts.label_lower,
            number=form.instance.pk,
            fields=sorted(form.changed_data),
        )

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Record which rows were deleted, one by one or by the action."""
        for row in queryset:
            label = self.opts.label_lower
            record(Action.RIGHTS_CHANGED, request=request, model=label, number=row.pk, deleted=True)
        return super().log_deletions(request, queryset)


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

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register models with what none may forget; those whose rows nobody may see are left out.

        Their lists take only the look-ups that they name. Some are written by superusers alone.
        """
        is_model = isinstance(model_or_iterable, type)
        models: list[Any] = [model_or_iterable] if is_model else list(model_or_iterable)
        for model in models:
            label = model._meta.label_lower
            if label in UNLISTED:
                continue
            mixins: list[Any] = [NamedLookups, ImpersonalLog]
            if label in SUPERUSER_MODELS:
                mixins.insert(0, SuperusersWrite)
            own = admin_class or admin.ModelAdmin
            guarded = type(own.__name__, (*mixins, own), {"__module__": own.__module__})
            super().register(model, guarded, **options)

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
