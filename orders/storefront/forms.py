"""Forms of checkout, address book and cancellation."""

from collections.abc import Iterable

from django import forms
from django.conf import settings
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

from orders.addresses.countries import countries
from orders.addresses.rules import clean_address, labels_of
from orders.exceptions import InvalidAddress
from orders.models import Address, Order, OrderItem
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
        values = self.data if self.is_bound else self.initial
        return str(values.get("country", "")).upper()

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


class AddressChoiceForm(forms.Form):
    """A choice among the customer's saved addresses; None is a newly typed address."""

    saved = forms.ModelChoiceField(
        label=_("Send it to"),
        queryset=Address.objects.none(),
        required=False,
        error_messages={"invalid_choice": _("That address is not in your book any more.")},
    )
    keep = forms.BooleanField(label=_("Keep this address"), required=False, initial=True)

    def __init__(self, data=None, *, customer, **options):
        super().__init__(data, **options)
        self.book = Address.objects.filter(customer=customer.pk)
        self.fields["saved"].queryset = self.book  # type: ignore[attr-defined]

    @property
    def chosen(self) -> int | None:
        """The id of the selected address; None is "another address"."""
        value = str(self["saved"].value())
        return next((address.pk for address in self.book if str(address.pk) == value), None)


class PlaceOrderForm(forms.Form):
    """The hold and address that the page shows, so that an old tab cannot order others."""

    checkout = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    address = forms.CharField(max_length=64, widget=forms.HiddenInput)  # its digest


class CancelOrderForm(forms.Form):
    """The reason for a cancellation."""

    reason = forms.CharField(
        label=_("Why? (optional)"),
        required=False,
        max_length=Order._meta.get_field("cancel_reason").max_length,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class CancelItemsForm(CancelOrderForm):
    """The units to cancel of each line, and the reason."""

    def __init__(self, data=None, *, lines: Iterable[OrderItem]):
        super().__init__(data, auto_id="id_items_%s")
        self.lines = {line.item_id: line for line in lines if line.owed_quantity}
        for item_id, line in self.lines.items():
            self.fields[f"item-{item_id}"] = forms.IntegerField(
                label=line.name,
                required=False,
                min_value=0,
                max_value=line.owed_quantity,
                initial=0,
            )
        self.order_fields([*(f"item-{item_id}" for item_id in self.lines), "reason"])

    def clean(self) -> dict:
        """Require at least one unit to cancel."""
        if not self.errors and not self.quantities():
            self.add_error(None, _("Say how many units of an item you do not want any more."))
        return self.cleaned_data

    def quantities(self) -> dict[int, int]:
        """Return the units to cancel by item, without lines that stay as they are."""
        units = {item_id: self.cleaned_data.get(f"item-{item_id}") for item_id in self.lines}
        return {item_id: quantity for item_id, quantity in units.items() if quantity}
