"""The admin of users.

Only superusers change an address, a password or rights: who could do one of these to a
colleague would have the colleague's rights, and to a customer, the customer's account.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm

from shop.accounts.admin.rights import outranks, refuse_escalation
from shop.accounts.admin.second_factors import reset_factors
from shop.accounts.models import User
from shop.core.admin.lists import CappedPaginator
from shop.core.api.permissions import Scope
from shop.core.security_log import Action, record

RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions", "granted_scopes")
GUARDED = ("email", "password", *RIGHTS)


class NewUserForm(AdminUserCreationForm):
    """A new user, with or without a password."""

    class Meta:
        model = User
        fields = ["email"]
        field_classes: dict = {}

    def clean_email(self) -> str:
        """Return the address in lower case, because a login ignores case."""
        return self.cleaned_data["email"].lower()


class UserForm(UserChangeForm):
    """A user's address, rights and dates."""

    granted_scopes = forms.MultipleChoiceField(
        label="Scopes of the API",
        required=False,
        choices=[(scope, scope) for scope in Scope.values],
        widget=forms.CheckboxSelectMultiple,
        help_text=User._meta.get_field("granted_scopes").help_text,
    )

    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict = {}

    def clean_email(self) -> str:
        """Return the address in lower case, because a login ignores case."""
        return self.cleaned_data["email"].lower()


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Users, whose login is the e-mail address."""

    form = UserForm
    add_form = NewUserForm
    list_display = ["email", "is_active", "is_staff", "date_joined", "closed_at"]
    list_filter = [
        *["is_staff", "is_superuser", "is_active"],
        ("closed_at", admin.EmptyFieldListFilter),
    ]
    search_fields = ["email__istartswith"]
    sortable_by = ()
    ordering = ["-pk"]
    actions = [reset_factors]
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator
    readonly_fields = ["last_login", "date_joined", "closed_at"]
    fieldsets = [
        (None, {"fields": ["email", "password"]}),
        (
            "Rights",
            {"fields": ["is_active", *RIGHTS]},
        ),
        ("Dates", {"fields": ["last_login", "date_joined", "closed_at"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "usable_password", "password1", "password2"]}),
    ]

    def get_fieldsets(self, request, obj=None):
        """Return the fields, without the password's hash where the page only shows it.

        A field that is only shown has its plain column: enough to guess a password offline.
        """
        fieldsets = super().get_fieldsets(request, obj)
        may_change = request.user.is_superuser and self.has_change_permission(request, obj)
        return (
            fieldsets if may_change or not obj else [(None, {"fields": ["email"]}), *fieldsets[1:]]
        )

    def get_readonly_fields(self, request, obj=None):
        """Return the fields that this member of staff must not change."""
        readonly = super().get_readonly_fields(request, obj)
        return readonly if request.user.is_superuser or not obj else [*readonly, *GUARDED]

    def changeform_view(self, request, object_id=None, *args, **kwargs):
        """Refuse a form with fields that the page did not offer. Raises PermissionDenied."""
        self._require_right_to_send(request, GUARDED if object_id else RIGHTS)
        return super().changeform_view(request, object_id, *args, **kwargs)

    def user_change_password(self, request, id, form_url=""):
        """Set a password, as a superuser. Raises PermissionDenied."""
        if not request.user.is_superuser:
            refuse_escalation(request, fields=["password"])
        return super().user_change_password(request, id, form_url)

    def save_model(self, request, obj, form, change) -> None:
        """Save a user; tell the old address that it is one no longer."""
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            self._tell_of_new_address(request, obj, form.initial["email"])

    def save_related(self, request, form, formsets, change) -> None:
        """Save groups and rights, and record which were changed by whom."""
        super().save_related(request, form, formsets, change)
        if fields := sorted(set(RIGHTS).intersection(form.changed_data)):
            user_id, author = form.instance.pk, request.user.pk
            record(
                Action.RIGHTS_CHANGED,
                request=request,
                user_id=user_id,
                author=author,
                fields=fields,
            )

    def has_change_permission(self, request, obj=None) -> bool:
        """Forbid changes of a closed account, and of one with more rights than the changer's."""
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or (not obj.closed_at and outranks(request.user, obj))

    def has_delete_permission(self, request, obj=None) -> bool:
        """Forbid deletions: orders refer to users, and customers close their own accounts."""
        return False

    def _require_right_to_send(self, request, guarded) -> None:
        if request.method != "POST" or request.user.is_superuser:
            return
        if fields := sorted(set(guarded).intersection(request.POST)):
            refuse_escalation(request, fields=fields)

    def _tell_of_new_address(self, request, user: Any, old: str) -> None:
        author = request.user.pk
        record(
            Action.EMAIL_CHANGED, request=request, user_id=user.pk, author=author, change="by staff"
        )
        template = "accounts/mail/email_removed"
        get_adapter(request).send_notification_mail(template, user, {"address": old}, email=old)
