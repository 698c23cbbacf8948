"""Why orders go where they go: staff look at it, only verbs write it."""

from django.contrib import admin
from django.template.loader import render_to_string

from shop.core.admin.lists import ReadOnlyList
from warehouses.admin.decision_chart import render_chart
from warehouses.admin.decision_inputs import render_inputs, render_replaced
from warehouses.models import Decision

STAFF_CSS = {"all": ["staff.css"]}


@admin.register(Decision)
class DecisionAdmin(ReadOnlyList):
    list_display = ["id", "order", "kind", "reason", "strategy", "at"]
    list_filter = ["kind"]
    search_fields = ["order__number__exact"]
    search_help_text = "A whole order number"
    sortable_by = ()
    list_select_related = ["order"]

    class Media:
        css = STAFF_CSS

    def get_fields(self, request, obj=None):
        is_second = obj is not None and obj.kind == Decision.Kind.REASSIGNED
        replaced = ["replaced"] if is_second else []
        return ["order", "kind", "at", *replaced, "why", "seen"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("order").defer("asked")

    @admin.display(description="why")
    def reason(self, one: Decision) -> str:
        return str(_answered(one).get("reason", ""))

    @admin.display(description="what it replaced")
    def replaced(self, one: Decision) -> str:
        return render_to_string("admin/warehouses/_before.html", {"before": render_replaced(one)})

    @admin.display(description="why so")
    def why(self, one: Decision) -> str:
        decision = {**_answered(one), "strategy": one.strategy, "version": one.version}
        return render_to_string("admin/warehouses/_decision.html", render_chart(decision))

    @admin.display(description="what was seen")
    def seen(self, one: Decision) -> str:
        return render_to_string("admin/warehouses/_seen.html", render_inputs(one))


def _answered(one: Decision) -> dict:
    return one.outputs if isinstance(one.outputs, dict) else {}
