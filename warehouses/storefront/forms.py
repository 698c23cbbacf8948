"""The form of the destination of a delivery estimate."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.models.address import MAX_PART_LENGTHS


class PostalCodeForm(forms.Form):
    postal_code = forms.CharField(
        label=_("ZIP or postal code"),
        max_length=MAX_PART_LENGTHS["postal_code"],
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
