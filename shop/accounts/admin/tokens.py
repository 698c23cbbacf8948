"""The admin of API tokens and OAuth clients.

A superuser makes them for any user, who is granted their scopes; other staff make them for
themselves, with the scopes that they hold. Staff with the right to change them revoke them.
"""

from collections.abc import Sequence
from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.db.models.functions import Now
from django.template.response import TemplateResponse

from shop.accounts.admin.rights import record_escalation
from shop.accounts.models import ApiToken, OAuthClient, User
from shop.accounts.oauth_clients import revoke_clients
from shop.accounts.tokens import revoke_tokens
from shop.core.admin.lists import ReadOnlyList
from shop.core.api.permissions import Scope, held_scopes
from shop.core.db.transactions import run_transaction
from shop.core.security_log import Action, record

BEYOND = "beyond_own_rights"  # the code of a validation error


class CredentialForm(forms.ModelForm):
    """The user of a token or client, and its scopes. Scopes alone authorise, so choose few."""

    author: User  # who fills in the form
    scopes = forms.MultipleChoiceField(
        choices=[(scope, scope) for scope in Scope.values],
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_user(self) -> User:
        """Refuse an inactive or closed account."""
        user = self.cleaned_data["user"]
        if not user.is_active:
            raise forms.ValidationError("This account is closed or inactive.")
        if user != self.author and not self.author.is_superuser:
            raise forms.ValidationError("Only a superuser makes one for others.", code=BEYOND)
        return user

    def clean_scopes(self) -> list[str]:
        """Refuse a scope that the author does not hold."""
        scopes = self.cleaned_data["scopes"]
        if missing := sorted(set(scopes) - held_scopes(self.author, scopes)):
            text = f"You do not hold the scope {', '.join(missing)} yourself."
            raise forms.ValidationError(text, code=BEYOND)
        return scopes


class TokenForm(CredentialForm):
    """A token for any user, with a lifetime in days."""

    days = forms.IntegerField(
        label="Days until it expires", required=False, min_value=1, max_value=3650
    )


class ScopeFilter(admin.SimpleListFilter):
    """A filter of rows that have a scope, alone or among others."""

    title = parameter_name = "scope"

    def lookups(self, request, model_admin) -> Sequence[tuple[str, str]]:
        """Return every scope."""
        return [(scope, scope) for scope in Scope.values]

    def queryset(self, request, rows):
        """Return the rows with the chosen scope, or every row."""
        return rows.filter(scopes__contains=[self.value()]) if self.value() else rows


class CredentialAdmin(ReadOnlyList):
    """Rows whose secret is shown once, in the response to the form that creates them."""

    add_form: type[forms.ModelForm]
    add_fields: list[str]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter), ScopeFilter]
    search_fields = ["user__email__istartswith", "name__istartswith"]
    autocomplete_fields = ["user"]
    sortable_by = ()
    list_select_related = ["user"]
    ordering = ["-pk"]
    actions = ["revoke"]
    is_named_by_owner = True  # a token or client, by its user

    def has_add_permission(self, request, obj=None) -> bool:
        """Return whether the user has the model's right to add."""
        return admin.ModelAdmin.has_add_permission(self, request)

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Return the form for a new row, or the read-only form of a row."""
        if obj:
            return super().get_form(request, obj, change, **kwargs)
        own_form = type(self.add_form.__name__, (self.add_form,), {"author": request.user})
        return super().get_form(request, obj, change, form=own_form, **kwargs)

    def get_fields(self, request, obj=None):
        """Return the fields of the form for a new row, or those of a row."""
        return super().get_fields(request, obj) if obj else self.add_fields

    def render_change_form(self, request, context, *args, **kwargs):
        """Render a form; record that it asked for more than its author holds."""
        errors = context["adminform"].form.errors.as_data()
        if any(error.code == BEYOND for found in errors.values() for error in found):
            record_escalation(request, model=self.opts.label_lower)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request, obj, form, change) -> None:
        """Save a new row, grant its user its scopes, and record who made it."""
        obj.user.grant_scopes(obj.scopes)
        super().save_model(request, obj, form, change)
        record(
            Action.TOKEN_CREATED,
            request=request,
            user_id=obj.user_id,
            author=request.user.pk,
            kind=self.opts.model_name,
            number=obj.pk,
        )

    def record_revocation(self, request, keys: Sequence[int]) -> None:
        """Record who revoked which rows."""
        for key in keys:
            kind = self.opts.model_name
            record(Action.TOKEN_REVOKED, request=request, kind=kind, number=key)

    def response_add(self, request, obj, post_url_continue=None) -> TemplateResponse:
        """Render the secret instead of redirecting, because only its hash is stored."""
        context = {
            **self.admin_site.each_context(request),
            "title": f"New {self.opts.verbose_name}",
            "opts": self.opts,
            "secrets": self.secrets_of(obj),
        }
        return TemplateResponse(request, "admin/shown_once.html", context)

    def secrets_of(self, obj) -> dict[str, str]:
        """Return the texts that the page shows once, by their labels."""
        raise NotImplementedError


@admin.register(ApiToken)
class ApiTokenAdmin(CredentialAdmin):
    """API tokens, of users and of OAuth clients."""

    list_display = ["id", "user", "name", "hint", "scopes", "last_used_at", "expires_at"]
    list_display += ["revoked_at"]
    fields = ["user", "client", "name", "hint", "scopes", "created_at", "last_used_at"]
    fields += ["expires_at", "revoked_at"]
    list_filter = [*CredentialAdmin.list_filter, ("client", admin.EmptyFieldListFilter)]
    list_select_related = ["user", "client"]
    add_form = TokenForm
    add_fields = ["user", "name", "scopes", "days"]

    def save_model(self, request, obj, form, change) -> None:
        """Save a new token with the hash of its secret, which stays on the instance."""
        days = form.cleaned_data["days"]
        obj.expires_at = Now() + timedelta(days=days) if days else None
        obj.secret = ApiToken.new_secret()
        obj.set_secret(obj.secret)
        super().save_model(request, obj, form, change)

    def secrets_of(self, obj) -> dict[str, str]:
        """Return the token's secret."""
        return {"Token": obj.secret}

    @admin.action(description="Revoke", permissions=["act"])
    def revoke(self, request, tokens) -> None:
        """Revoke the selected tokens."""
        keys = list(tokens.values_list("pk", flat=True))
        count = run_transaction(revoke_tokens, token_ids=keys)
        self.record_revocation(request, keys)
        messages.success(request, f"{count} tokens are revoked.")


@admin.register(OAuthClient)
class OAuthClientAdmin(CredentialAdmin):
    """OAuth clients, each of which acts for one user."""

    list_display = ["client_id", "name", "user", "scopes", "last_used_at", "revoked_at"]
    fields = ["client_id", "name", "user", "scopes", "created_at", "last_used_at", "revoked_at"]
    search_fields = [*CredentialAdmin.search_fields, "client_id"]
    add_form = CredentialForm
    add_fields = ["user", "name", "scopes"]

    def save_model(self, request, obj, form, change) -> None:
        """Save a new client with the hash of its secret, which stays on the instance."""
        obj.secret = obj.set_credentials()
        super().save_model(request, obj, form, change)

    def secrets_of(self, obj) -> dict[str, str]:
        """Return the client's id and secret."""
        return {"Client id": obj.client_id, "Client secret": obj.secret}

    @admin.action(description="Revoke, with their tokens", permissions=["act"])
    def revoke(self, request, clients) -> None:
        """Revoke the selected clients and their tokens."""
        keys = list(clients.values_list("pk", flat=True))
        count = run_transaction(revoke_clients, client_ids=keys)
        self.record_revocation(request, keys)
        messages.success(request, f"{count} clients get no more tokens.")
