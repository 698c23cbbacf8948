"""How many units, as a shopper types it."""

from django import forms
from django.utils.translation import gettext_lazy as _

NOT_A_NUMBER = _("Give the number of units as a whole number.")
# Far beyond what the verbs let anybody buy; they say the limit themselves.
ABSURD = 10**6


class AddForm(forms.Form):
    """So many more units for the cart."""

    quantity = forms.IntegerField(
        min_value=1,
        max_value=ABSURD,
        error_messages={
            "invalid": NOT_A_NUMBER,
            "required": NOT_A_NUMBER,
            "min_value": _("Choose at least one unit."),
            "max_value": _("That is more than anybody can buy. Choose fewer units."),
        },
    )


class QuantityForm(forms.Form):
    """A new quantity for a line of the cart; zero takes it out."""

    quantity = forms.IntegerField(
        min_value=0,
        max_value=ABSURD,
        error_messages={
            "invalid": NOT_A_NUMBER,
            "required": NOT_A_NUMBER,
            "min_value": _("A quantity cannot be less than zero. To take it out, press Remove."),
            "max_value": _("That is more than anybody can buy. Choose fewer units."),
        },
    )
