"""Forms of checkout, cancellation and returns."""

from collections.abc import Iterable, Mapping
from typing import cast

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from orders.models import Address, OrderItem
from orders.state.history import MAX_REASON_LENGTH
from shop.core.text import validate_line


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


class ReasonForm(forms.Form):
    """The reason for a cancellation or a return, which the page of the order shows."""

    reason = forms.CharField(
        label=_("Why? (optional)"),
        required=False,
        max_length=MAX_REASON_LENGTH,
        validators=[validate_line],
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class UnitsForm(ReasonForm):
    """Units of each line of an order, as many as its limit at most, and the reason."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        lines: Iterable[OrderItem],
        limits: Mapping[int, int],
    ):
        super().__init__(data, auto_id="id_items_%s")
        self.limits = limits
        self.lines = {line.item_id: line for line in lines if limits.get(line.item_id, 0) > 0}
        for item_id, line in self.lines.items():
            self.fields[f"item-{item_id}"] = forms.IntegerField(
                label=line.name,
                required=False,
                min_value=0,
                max_value=limits[item_id],
                initial=0,
                help_text=self.help_on(item_id),
                error_messages={
                    "max_value": self.excess_of(item_id),
                    "min_value": _now("It cannot be less than none."),
                },
            )
        self.order_fields([*(f"item-{item_id}" for item_id in self.lines), "reason"])

    def help_on(self, item_id: int) -> str:
        """Return how many units of an item can be chosen."""
        return _now("%(limit)d at most") % {"limit": self.limits[item_id]}

    def excess_of(self, item_id: int) -> str:
        """Return the error of too many units, with %(limit_value)d in place of the limit."""
        raise NotImplementedError

    def clean(self) -> dict:
        """Require at least one unit, each line once, and none of a line that is not offered."""
        data = cast(QueryDict, self.data)
        names = [name for name in data if name.startswith("item-")]
        if any(len(data.getlist(name)) > 1 for name in names):
            self.add_error(None, _now("Say only once how many of an item."))
        refused = [name for name in names if self._is_refused(name)]
        for text in dict.fromkeys(self.refusal_of(name) for name in refused):
            self.add_error(None, text)
        if not self.errors and not self.quantities():
            self.add_error(None, self.nothing_chosen())
        return self.cleaned_data

    def nothing_chosen(self) -> str:
        """Return the error of a form without any units."""
        raise NotImplementedError

    def refusal_of(self, name: str) -> str:
        """Return why units of a field that is not offered cannot be chosen."""
        raise NotImplementedError

    def quantities(self) -> dict[int, int]:
        """Return the chosen units by item, without lines that stay as they are."""
        units = {item_id: self.cleaned_data.get(f"item-{item_id}") for item_id in self.lines}
        return {item_id: quantity for item_id, quantity in units.items() if quantity}

    def _is_refused(self, name: str) -> bool:
        return name not in self.fields and self.data[name].strip() not in {"", "0"}


class CancelItemsForm(UnitsForm):
    """The units to cancel of each line: those that have not left our warehouses.

    `seen` is a hash of what was cancelled when the page was shown.
    """

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self, data: QueryDict | None = None, *, lines: Iterable[OrderItem], seen: str = ""
    ):
        lines = list(lines)
        super().__init__(data, lines=lines, limits={li.item_id: li.owed_quantity for li in lines})
        self.initial["seen"] = seen

    def nothing_chosen(self) -> str:
        """Return the error of a form without any units."""
        return _now("Say how many units of an item you do not want any more.")

    def refusal_of(self, name: str) -> str:
        """Return why units of a field that is not offered cannot be cancelled."""
        return _now("Some of these have left our warehouses, or are cancelled already.")

    def excess_of(self, item_id: int) -> str:
        """Return the error of more units than have not left."""
        return ngettext(
            "Only %(limit_value)d of these has not left yet, so no more can be cancelled.",
            "Only %(limit_value)d of these have not left yet, so no more can be cancelled.",
            self.limits[item_id],
        )


class ReturnForm(UnitsForm):
    """The units to send back of each line: those that were shipped within RETURN_DAYS.

    `in_time` and `in_all` are returns.returnable_units, and `seen` is the version of the
    order's requests when the page was shown.
    """

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        lines: Iterable[OrderItem],
        in_time: Mapping[int, int],
        in_all: Mapping[int, int],
        seen: str = "",
    ):
        self.in_all = in_all
        lines = list(lines)
        super().__init__(data, lines=lines, limits=in_time)
        self.initial["seen"] = seen
        self.too_late = [
            line for line in lines if in_all[line.item_id] > max(0, in_time[line.item_id])
        ]

    def excess_of(self, item_id: int) -> str:
        """Return the error of more units than can be sent back, or than are in time."""
        if self.in_all[item_id] > self.limits[item_id]:
            text = _now(
                "Only %(limit)d of these left our warehouses within %(days)d days; for the "
                "others it is too long ago."
            )
            return text % {"limit": self.limits[item_id], "days": settings.RETURN_DAYS}
        return _now("Only %(limit_value)d of these can be sent back.")

    def nothing_chosen(self) -> str:
        """Return the error of a form without any units."""
        return _now("Say how many units of an item you want to send back.")

    def refusal_of(self, name: str) -> str:
        """Return why units of a field that is not offered cannot be sent back."""
        for line in self.too_late:
            if name == f"item-{line.item_id}":
                text = _now("%(name)s left us more than %(days)d days ago: that is too long.")
                return text % {"name": line.name, "days": settings.RETURN_DAYS}
        return _now(
            "Some of these cannot be sent back: they have not left yet, or came back already, or "
            "you have asked to send them back before."
        )
