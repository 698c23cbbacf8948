"""The admin of users."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm

from shop.accounts.admin.second_factors import reset_factors
from shop.accounts.models import User
from shop.core.admin.lists import CappedPaginator


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
            {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]},
        ),
        ("Dates", {"fields": ["last_login", "date_joined", "closed_at"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "usable_password", "password1", "password2"]}),
    ]

    def has_change_permission(self, request, obj=None) -> bool:
        """Forbid changes of a closed account, which is anonymised."""
        return super().has_change_permission(request, obj) and not (obj and obj.closed_at)

    def has_delete_permission(self, request, obj=None) -> bool:
        """Forbid deletions: orders refer to users, and customers close their own accounts."""
        return False
