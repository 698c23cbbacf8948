"""Admin page of recorded decisions; only verbs write them."""

from django.contrib import admin
from django.template.loader import render_to_string

from shop.core.admin.lists import ReadOnlyList
from warehouses.admin.decision_chart import render_chart
from warehouses.admin.decision_inputs import render_inputs, render_replaced
from warehouses.models import Decision

STAFF_CSS = {"all": ["staff.css"]}


@admin.register(Decision)
class DecisionAdmin(ReadOnlyList):
    list_display = ["id", "order", "kind", "reason", "strategy", "decided_at"]
    list_filter = ["kind"]
    search_fields = ["order__number__exact"]
    search_help_text = "A whole order number"
    sortable_by = ()
    list_select_related = ["order"]

    class Media:
        css = STAFF_CSS

    def get_fields(self, request, obj=None):
        """Show the replaced assignment of reassignments only."""
        is_reassignment = obj is not None and obj.kind == Decision.Kind.REASSIGNED
        replaced = ["replaced"] if is_reassignment else []
        return ["order", "kind", "decided_at", *replaced, "choice", "strategy_inputs"]

    def get_queryset(self, request):
        """Read the inputs, which are long, on the page of one decision only."""
        return super().get_queryset(request).select_related("order").defer("inputs")

    @admin.display(description="reason")
    def reason(self, decision: Decision) -> str:
        """Return the strategy's reason."""
        return str(_outputs(decision).get("reason", ""))

    @admin.display(description="previous plan")
    def replaced(self, decision: Decision) -> str:
        """Return the replaced assignment as HTML."""
        context = {"replaced": render_replaced(decision)}
        return render_to_string("admin/warehouses/_replaced.html", context)

    @admin.display(description="reason")
    def choice(self, decision: Decision) -> str:
        """Return the choices and their costs as HTML."""
        fields = {"strategy": decision.strategy, "version": decision.version}
        context = render_chart({**_outputs(decision), **fields})
        return render_to_string("admin/warehouses/_decision.html", context)

    @admin.display(description="inputs")
    def strategy_inputs(self, decision: Decision) -> str:
        """Return the strategy's inputs as HTML."""
        return render_to_string("admin/warehouses/_inputs.html", render_inputs(decision))


def _outputs(decision: Decision) -> dict:
    return decision.outputs if isinstance(decision.outputs, dict) else {}
