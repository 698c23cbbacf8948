"""Why orders go where they go, and which wait: staff look at it, only verbs write it."""

from django.contrib import admin
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html

from catalog.admin_lists import ReadOnlyList
from warehouses.explaining import explained, seen_by
from warehouses.models import Decision, Waiting


@admin.register(Decision)
class DecisionAdmin(ReadOnlyList):
    list_display = ["id", "order", "kind", "reason", "strategy", "at"]
    list_filter = ["kind"]
    search_fields = ["order__number__exact"]
    search_help_text = "A whole order number"
    sortable_by = ()
    list_select_related = ["order"]
    fields = ["order", "kind", "at", "why", "seen"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("order").defer("asked")

    @admin.display(description="why")
    def reason(self, one: Decision) -> str:
        return one.answered.get("reason", "")

    @admin.display(description="why so")
    def why(self, one: Decision) -> str:
        decision = {**one.answered, "strategy": one.strategy, "version": one.version}
        return render_to_string("admin/warehouses/_decision.html", explained(decision))

    @admin.display(description="what was seen")
    def seen(self, one: Decision) -> str:
        return render_to_string("admin/warehouses/_seen.html", seen_by(one))


@admin.register(Waiting)
class WaitingAdmin(ReadOnlyList):
    list_display = ["order_page", "reason", "tries", "since", "again_at"]
    list_display_links = None
    search_fields = ["order__number__exact"]
    search_help_text = "A whole order number"
    sortable_by = ()
    list_select_related = ["order"]
    ordering = ["since", "pk"]
    fields = ["order", "reason", "tries", "since", "again_at"]

    @admin.display(description="order")
    def order_page(self, one: Waiting) -> str:
        url = reverse("admin:orders_order_change", args=[one.order_id])
        return format_html('<a href="{}">{}</a>', url, one.order)
