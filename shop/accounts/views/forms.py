"""The form for a personal API token."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from shop.core.api.permissions import Scope, lacks_second_factor
from shop.core.text import validate_line

SCOPE_LABELS = {
    Scope.SHOPPER: _("Shop for you: your cart, your checkout, your orders"),
    Scope.CATALOG_WRITE: _("Write the catalog"),
    Scope.STOCK_WRITE: _("Receive, count and discard stock"),
    Scope.FULFILMENT_WRITE: _("Pick and ship warehouse orders"),
    Scope.ORDERS_READ: _("Read everybody's orders"),
    Scope.ORDERS_WRITE: _("Read and cancel everybody's orders"),
}
LIFETIMES = [
    ("30", _("30 days")),
    ("90", _("90 days")),
    ("365", _("One year")),  # the longest; staff make tokens of systems in the admin
]


class TokenForm(forms.Form):
    """A personal token; only superusers among the staff choose its scopes."""

    name = forms.CharField(
        label=_("What is it for?"),
        max_length=100,
        validators=[validate_line],
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        help_text=_("So that you know it again, as “Price watcher on my server”."),
    )
    days = forms.TypedChoiceField(
        label=_("How long shall it work?"),
        choices=LIFETIMES,
        initial="90",
        coerce=int,
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        choices=list(SCOPE_LABELS.items()),
        initial=[Scope.SHOPPER],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data=None, *, user, **options):
        super().__init__(data, **options)
        if not (user.is_staff and user.is_superuser) or lacks_second_factor(user):
            del self.fields["scopes"]

    @property
    def arguments(self) -> dict:
        """Return the keyword arguments of issue_personal_token, without the user."""
        return {
            "name": self.cleaned_data["name"],
            "scopes": self.cleaned_data.get("scopes", [Scope.SHOPPER]),
            "lifetime": timedelta(days=self.cleaned_data["days"]),
        }
