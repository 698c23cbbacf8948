"""Admin page of backorder retries: the unassigned units of orders, and the next attempts."""

from django.contrib import admin
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Max, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timesince import timesince

from orders.models import OrderItem
from shop.core.admin.lists import ReadOnlyList
from warehouses.fulfilment.unassigned import annotate_unassigned
from warehouses.models import BackorderRetry

MAX_NAMED = 5  # items of an order, in a list


@admin.register(BackorderRetry)
class BackorderRetryAdmin(ReadOnlyList):
    list_display = ["order_page", "retry_at", "retried_for", "missing_items", "attempts", "reason"]
    list_display_links = None
    search_fields = ["order__number__exact"]
    search_help_text = "A whole order number"
    sortable_by = ()
    list_select_related = ["order"]
    ordering = ["since", "pk"]
    fields = ["order", "retry_at", "retried_for", "missing_items", "reason", "attempts", "since"]

    def get_queryset(self, request):
        """Annotate each retry with the unassigned units of its order, as texts."""
        retries = super().get_queryset(request).select_related("order")
        return retries.annotate(unassigned_units=ArraySubquery(_unassigned_units(OuterRef("pk"))))

    @admin.display(description="order")
    def order_page(self, retry: BackorderRetry) -> str:
        """Return a link to the order's page."""
        url = reverse("admin:orders_order_change", args=[retry.order_id])
        return format_html('<a href="{}">{}</a>', url, retry.order)

    @admin.display(description="retried for")
    def retried_for(self, retry: BackorderRetry) -> str:
        """Return the time since the first attempt, in words."""
        return timesince(retry.since)

    @admin.display(description="missing items")
    def missing_items(self, retry) -> str:
        """Return the unassigned units of the first MAX_NAMED items, in words."""
        units = retry.unassigned_units
        named, more = units[:MAX_NAMED], units[MAX_NAMED:]
        return ", ".join(named) + (" and more" if more else "")


def _unassigned_units(order: OuterRef):
    """Return a query of texts, each with the unassigned units and the SKU of a line.

    It has at most one row more than MAX_NAMED, which shows that there are more.
    """
    lines = annotate_unassigned(OrderItem.objects.filter(order=order))
    lines = lines.filter(unassigned__gt=0)  # type: ignore[misc]  # annotated
    sku = Max("item__sku")  # an aggregate, because the query groups by line
    units = Concat(Cast("unassigned", CharField()), Value(" × "), sku)
    return lines.order_by("pk").values(words=units)[: MAX_NAMED + 1]
