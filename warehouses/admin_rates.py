"""What parcels cost, as staff write it down. A table is followed by another, never changed."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.forms.models import BaseInlineFormSet

from catalog.admin_lists import QuickList
from warehouses.candidates import current_rates
from warehouses.models import RateTable, ZoneRate


class Zones(BaseInlineFormSet):
    """The zones of one table, from the nearest on; the last has no end."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        ends = [form.cleaned_data["up_to_km"] for form in self.forms if form.has_changed()]
        if ends.count(None) != 1 or ends[-1] is not None:
            raise forms.ValidationError("Leave the distance of the last zone empty, and no other.")
        if any(end <= before for before, end in zip([0, *ends], ends[:-1], strict=False)):
            raise forms.ValidationError("Each zone reaches farther than the one before.")


class ZoneRates(admin.TabularInline):
    model = ZoneRate
    formset = Zones
    fields = ["up_to_km", "parcel", "per_kg", "days"]
    can_delete = False
    verbose_name = "zone"

    def get_extra(self, request, obj=None, **kwargs) -> int:
        return len(current_rates().rates)

    def has_add_permission(self, request, obj=None) -> bool:
        """Whoever may write a table may write its zones, or it would have none."""
        return obj is None

    def has_view_permission(self, request, obj=None) -> bool:
        return True

    def has_change_permission(self, request, obj=None) -> bool:
        return False


@admin.register(RateTable)
class RateTableAdmin(QuickList):
    list_display = ["__str__", "note", "created_at", "counts"]
    sortable_by = ()
    inlines = [ZoneRates]
    fieldsets = [
        (
            None,
            {
                "fields": ["note"],
                "description": "Amounts are in the currency's minor units, as cents. Zones go"
                " from near to far, and the last as far as can be. A table counts as soon as"
                " it is saved, and is never changed again.",
            },
        ),
    ]

    def get_queryset(self, request):
        newest = Q(pk=RateTable.objects.order_by("-pk").values("pk")[:1])
        counts = ExpressionWrapper(newest, output_field=BooleanField())
        return super().get_queryset(request).annotate(counts=counts)

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def get_formset_kwargs(self, request, obj, inline, prefix) -> dict[str, Any]:
        """Begin a new table with the rates that count now."""
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        return kwargs if request.method == "POST" else {**kwargs, "initial": _as_rows()}

    @admin.display(boolean=True, description="counts now")
    def counts(self, table) -> bool:
        return table.counts


def _as_rows() -> list[dict[str, int | None]]:
    ends, rates = current_rates()
    return [
        {"up_to_km": end, **rate._asdict()} for end, rate in zip([*ends, None], rates, strict=True)
    ]
