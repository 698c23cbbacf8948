"""Admin page of waiting orders: their unassigned units, and when they are tried again."""

from django.contrib import admin
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Max, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timesince import timesince

from orders.models import OrderItem
from shop.core.admin.lists import ReadOnlyList
from warehouses.fulfilment.order_status import annotate_unassigned
from warehouses.models import BackorderRetry

MAX_NAMED = 5  # items of an order, in a list


@admin.register(BackorderRetry)
class BackorderRetryAdmin(ReadOnlyList):
    list_display = ["order_page", "retry_at", "waits", "lacks", "tries", "reason"]
    list_display_links = None
    search_fields = ["order__number__exact"]
    search_help_text = "A whole order number"
    sortable_by = ()
    list_select_related = ["order"]
    ordering = ["since", "pk"]
    fields = ["order", "retry_at", "waits", "lacks", "reason", "tries", "since"]

    def get_queryset(self, request):
        """Annotate each row with the units that it lacks, in words."""
        retries = super().get_queryset(request).select_related("order")
        return retries.annotate(lacking=ArraySubquery(_lacking(OuterRef("pk"))))

    @admin.display(description="order")
    def order_page(self, retry: BackorderRetry) -> str:
        """Return a link to the order's page."""
        url = reverse("admin:orders_order_change", args=[retry.order_id])
        return format_html('<a href="{}">{}</a>', url, retry.order)

    @admin.display(description="waits for")
    def waits(self, retry: BackorderRetry) -> str:
        """Return how long the order has waited."""
        return timesince(retry.since)

    @admin.display(description="lacks")
    def lacks(self, retry) -> str:
        """Return the first unassigned units, in words."""
        named, more = retry.lacking[:MAX_NAMED], retry.lacking[MAX_NAMED:]
        return ", ".join(named) + (" and more" if more else "")


def _lacking(order: OuterRef):
    """Return the unassigned units of an order's lines, in words: one line more than is shown."""
    lines = annotate_unassigned(OrderItem.objects.filter(order=order))
    lines = lines.filter(unassigned__gt=0)  # type: ignore[misc]  # annotated
    sku = Max("item__sku")  # an aggregate, because the query groups by line
    units = Concat(Cast("unassigned", CharField()), Value(" × "), sku)
    return lines.order_by("pk").values(words=units)[: MAX_NAMED + 1]
