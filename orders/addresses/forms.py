"""The form of a shipping address, which checkout, address book, orders and admin share."""

from django import forms
from django.conf import settings
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

from orders.addresses.countries import countries
from orders.addresses.rules import clean_address, labels_of
from orders.exceptions import InvalidAddress
from orders.models.address import MAX_PART_LENGTHS

NAME_NEEDED = _("Say who the parcel is for.")


def _text(label, autocomplete: str, max_length: int, **options) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete, "dir": "auto"})
    return forms.CharField(label=label, max_length=max_length, widget=widget, **options)


def _country_choices() -> list[tuple[str, str]]:
    return countries(to_locale(get_language() or settings.LANGUAGE_CODE))


class AddressForm(forms.Form):
    """A shipping address, validated by the rules of its country."""

    name = _text(
        _("Full name"), "name", MAX_PART_LENGTHS["name"], error_messages={"required": NAME_NEEDED}
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=_country_choices,
        initial=settings.REGION.country,
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    line1 = _text(_("Street and number"), "address-line1", MAX_PART_LENGTHS["line1"])
    line2 = _text(
        _("Apartment, floor, company (optional)"),
        "address-line2",
        MAX_PART_LENGTHS["line2"],
        required=False,
    )
    city = _text(_("City"), "address-level2", MAX_PART_LENGTHS["city"], required=False)
    region = _text(
        _("State or province"), "address-level1", MAX_PART_LENGTHS["region"], required=False
    )
    postal_code = _text(
        _("ZIP or postal code"), "postal-code", MAX_PART_LENGTHS["postal_code"], required=False
    )

    def __init__(self, data=None, **options):
        """Label the fields in the words of the country, once it is known."""
        super().__init__(data, **options)
        for part, label in labels_of(self._country_code()).items():
            self.fields[part].label = label

    def _country_code(self) -> str:
        if self.is_bound:
            return str(self.data.get(self.add_prefix("country"), "")).upper()
        return str(self.initial.get("country", "")).upper()

    def clean(self) -> dict[str, str]:
        """Return the address in its country's normal form, or add an error to each part."""
        if self.errors:
            return self.cleaned_data
        try:
            return clean_address(self.cleaned_data)
        except InvalidAddress as refusal:
            for part, message in refusal.errors.items():
                self.add_error(part, message)
            return self.cleaned_data
