"""Tokens and clients of the REST API: made for anybody here, shown once, then only revoked."""

from collections.abc import Sequence
from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.db.models.functions import Now
from django.template.response import TemplateResponse

from shop.accounts.models import ApiToken, OAuthClient, User
from shop.accounts.oauth_clients import revoke_clients
from shop.accounts.tokens import revoke_tokens
from shop.core.admin.lists import ReadOnlyList
from shop.core.api.permissions import Scope
from shop.core.db.transactions import run_transaction


class ForAnybody(forms.ModelForm):
    """Whom it acts for, and what it may do. Scopes alone authorise, so choose few."""

    scopes = forms.MultipleChoiceField(
        choices=[(scope, scope) for scope in Scope.values],
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_user(self) -> User:
        user = self.cleaned_data["user"]
        if not user.is_active:
            raise forms.ValidationError("This account is closed or inactive.")
        return user


class TokenForm(ForAnybody):
    days = forms.IntegerField(
        label="Days until it expires", required=False, min_value=1, max_value=3650
    )


class ByScope(admin.SimpleListFilter):
    title = parameter_name = "scope"

    def lookups(self, request, model_admin) -> Sequence[tuple[str, str]]:
        return [(scope, scope) for scope in Scope.values]

    def queryset(self, request, rows):
        return rows.filter(scopes__contains=[self.value()]) if self.value() else rows


class ShownOnce(ReadOnlyList):
    """Rows whose secret is on the answer to the form that makes them, and nowhere else."""

    add_form: type[forms.ModelForm]
    add_fields: list[str]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter), ByScope]
    search_fields = ["user__email__istartswith", "name__istartswith"]
    autocomplete_fields = ["user"]
    sortable_by = ()
    list_select_related = ["user"]
    ordering = ["-pk"]
    actions = ["revoke"]

    def has_add_permission(self, request, obj=None) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = {} if obj else {"form": self.add_form}
        return super().get_form(request, obj, change, **form, **kwargs)

    def get_fields(self, request, obj=None):
        return super().get_fields(request, obj) if obj else self.add_fields

    def response_add(self, request, obj, post_url_continue=None) -> TemplateResponse:
        """Show what was made instead of going elsewhere: it is kept nowhere."""
        context = {
            **self.admin_site.each_context(request),
            "title": f"New {self.opts.verbose_name}",
            "opts": self.opts,
            "shown": self.shown(obj),
        }
        return TemplateResponse(request, "admin/shown_once.html", context)

    def shown(self, obj) -> dict[str, str]:
        raise NotImplementedError


@admin.register(ApiToken)
class ApiTokenAdmin(ShownOnce):
    list_display = ["id", "user", "name", "hint", "scopes", "last_used_at", "expires_at"]
    list_display += ["revoked_at"]
    fields = ["user", "client", "name", "hint", "scopes", "created_at", "last_used_at"]
    fields += ["expires_at", "revoked_at"]
    list_filter = [*ShownOnce.list_filter, ("client", admin.EmptyFieldListFilter)]
    list_select_related = ["user", "client"]
    add_form = TokenForm
    add_fields = ["user", "name", "scopes", "days"]

    def save_model(self, request, obj, form, change) -> None:
        days = form.cleaned_data["days"]
        obj.expires_at = Now() + timedelta(days=days) if days else None
        obj.secret = ApiToken.new_secret()
        obj.seal(obj.secret)
        super().save_model(request, obj, form, change)

    def shown(self, obj) -> dict[str, str]:
        return {"Token": obj.secret}

    @admin.action(description="Revoke", permissions=["work"])
    def revoke(self, request, tokens) -> None:
        count = run_transaction(revoke_tokens, token_ids=list(tokens.values_list("pk", flat=True)))
        messages.success(request, f"{count} tokens open the door no longer.")


@admin.register(OAuthClient)
class OAuthClientAdmin(ShownOnce):
    list_display = ["client_id", "name", "user", "scopes", "last_used_at", "revoked_at"]
    fields = ["client_id", "name", "user", "scopes", "created_at", "last_used_at", "revoked_at"]
    search_fields = [*ShownOnce.search_fields, "client_id"]
    add_form = ForAnybody
    add_fields = ["user", "name", "scopes"]

    def save_model(self, request, obj, form, change) -> None:
        obj.secret = obj.seal()
        super().save_model(request, obj, form, change)

    def shown(self, obj) -> dict[str, str]:
        return {"Client id": obj.client_id, "Client secret": obj.secret}

    @admin.action(description="Revoke, with their tokens", permissions=["work"])
    def revoke(self, request, clients) -> None:
        count = run_transaction(
            revoke_clients, client_ids=list(clients.values_list("pk", flat=True))
        )
        messages.success(request, f"{count} clients get no more tokens.")
