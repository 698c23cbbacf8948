"""Forms for quantities in the cart."""

from django import forms
from django.utils.translation import gettext_lazy as _

NOT_A_NUMBER = _("Give the number of units as a whole number.")
# Above every limit of the cart, whose refusals name the limit.
MAX_TYPED_QUANTITY = 10**6


class AddForm(forms.Form):
    """Units to add to the cart."""

    quantity = forms.IntegerField(
        min_value=1,
        max_value=MAX_TYPED_QUANTITY,
        error_messages={
            "invalid": NOT_A_NUMBER,
            "required": NOT_A_NUMBER,
            "min_value": _("Choose at least one unit."),
            "max_value": _("That is more than anybody can buy. Choose fewer units."),
        },
    )


class QuantityForm(forms.Form):
    """The new quantity of a cart line; zero removes the line."""

    quantity = forms.IntegerField(
        min_value=0,
        max_value=MAX_TYPED_QUANTITY,
        error_messages={
            "invalid": NOT_A_NUMBER,
            "required": NOT_A_NUMBER,
            "min_value": _("A quantity cannot be less than zero. To take it out, press Remove."),
            "max_value": _("That is more than anybody can buy. Choose fewer units."),
        },
    )
