"""Admin pages of rate tables. A table is never changed; a new one replaces it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.forms.models import BaseInlineFormSet

from catalog.templatetags.catalogue import money
from shop.core.admin.lists import QuickList
from shop.core.regions import currency
from warehouses.delivery.money import MILLS_PER_MINOR_UNIT, in_major
from warehouses.delivery.rates import Rates, current_rates
from warehouses.models import RateTable, ZoneRate

PRICES = {"parcel_price": "price per parcel", "price_per_kg": "price per kg"}
READ_ONLY_FIELDS = ["zone_end", "displayed_parcel_price", "displayed_price_per_kg", "days"]


class Zone(NamedTuple):
    """A zone of a rate table as pages show it; amounts are in major currency units."""

    number: int
    up_to_km: int | None
    parcel_price: Decimal
    price_per_kg: Decimal
    days: int


class ZoneFormSet(BaseInlineFormSet):
    """The zones of a rate table, the nearest first; the last has no end."""

    def clean(self) -> None:
        """Check that the distances increase and only the last is empty."""
        super().clean()
        if any(self.errors):
            return
        ends = [form.cleaned_data["up_to_km"] for form in self.forms if form.has_changed()]
        if ends.count(None) != 1 or ends[-1] is not None:
            raise forms.ValidationError("Leave the distance of the last zone empty, and no other.")
        if any(end <= before for before, end in zip([0, *ends], ends[:-1], strict=False)):
            raise forms.ValidationError("Each zone reaches farther than the one before.")


class ZoneRateInline(admin.TabularInline):
    model = ZoneRate
    formset = ZoneFormSet
    fields = ["up_to_km", "parcel_price", "price_per_kg", "days"]
    can_delete = False
    verbose_name = "zone"

    def get_fields(self, request, obj=None):
        """Show a saved table with units, and a new one as form fields."""
        return READ_ONLY_FIELDS if obj else self.fields

    def get_readonly_fields(self, request, obj=None):
        """Make all fields of a saved table read-only."""
        return READ_ONLY_FIELDS if obj else []

    def get_formset(self, request, obj=None, **kwargs):
        """Label the prices with the unit in which they are typed."""
        labels = {name: f"{label}, in 0.01 {currency()}" for name, label in PRICES.items()}
        return super().get_formset(request, obj, labels=labels, **kwargs)

    @admin.display(description="up to")
    def zone_end(self, zone: ZoneRate) -> str:
        """Return the far end of the zone in words."""
        return str(zone) if zone.up_to_km is None else f"{zone.up_to_km} km"

    @admin.display(description="price per parcel")
    def displayed_parcel_price(self, zone: ZoneRate) -> str:
        """Return the price of a parcel, with its currency."""
        return money(_major(zone.parcel_price))

    @admin.display(description="price per kg")
    def displayed_price_per_kg(self, zone: ZoneRate) -> str:
        """Return the price of a kilogram, with its currency."""
        return money(_major(zone.price_per_kg))

    def get_extra(self, request, obj=None, **kwargs) -> int:
        """Return the number of zones of the current rates, with which a new table starts."""
        return len(current_rates().rates)

    def has_add_permission(self, request, obj=None) -> bool:
        """Allow zones in a new table, because adding a table includes its zones."""
        return obj is None

    def has_view_permission(self, request, obj=None) -> bool:
        """Allow zones to be seen with their table."""
        return True

    def has_change_permission(self, request, obj=None) -> bool:
        """Refuse changes of a saved zone."""
        return False


@admin.register(RateTable)
class RateTableAdmin(QuickList):
    list_display = ["__str__", "is_in_force", "note", "created_at"]
    sortable_by = ()
    inlines = [ZoneRateInline]
    fieldsets = [
        (
            None,
            {
                "fields": ["note"],
                "description": "Amounts are in hundredths of the currency: 620 is 6.20. Zones go"
                " from near to far, and the last as far as can be. A table is in force as"
                " soon as it is saved, and is never changed again.",
            },
        ),
    ]

    def changelist_view(self, request, extra_context=None):
        """Show the current rates above the list."""
        rates = {"zones": zones_of(current_rates()), "is_first": not RateTable.objects.exists()}
        return super().changelist_view(request, {**(extra_context or {}), **rates})

    def get_queryset(self, request):
        """Annotate each table with `is_newest`."""
        newest = Q(pk=RateTable.objects.order_by("-pk").values("pk")[:1])
        is_newest = ExpressionWrapper(newest, output_field=BooleanField())
        return super().get_queryset(request).annotate(is_newest=is_newest)

    def has_change_permission(self, request, obj=None) -> bool:
        """Refuse changes of a saved table."""
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        """Refuse deletion; a table is only replaced by a new one."""
        return False

    def get_formset_kwargs(self, request, obj, inline, prefix) -> dict[str, Any]:
        """Fill a new table with the current rates."""
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        return kwargs if request.method == "POST" else {**kwargs, "initial": _current_zones()}

    @admin.display(boolean=True, description="in force")
    def is_in_force(self, table) -> bool:
        """Return whether the table is the current one."""
        return table.is_newest


def zones_of(rates: Rates) -> Sequence[Zone]:
    """Return the zones of rates, the nearest first."""
    return [
        Zone(number, end, _major(rate.parcel_price), _major(rate.price_per_kg), rate.days)
        for number, (end, rate) in enumerate(zip([*rates.ends, None], rates.rates, strict=True), 1)
    ]


def _major(minor: int) -> Decimal:
    return in_major(MILLS_PER_MINOR_UNIT * minor)


def _current_zones() -> list[dict[str, int | None]]:
    """Return the current rates as initial values of the zone forms."""
    ends, rates = current_rates()
    return [
        {"up_to_km": end, **rate._asdict()} for end, rate in zip([*ends, None], rates, strict=True)
    ]
