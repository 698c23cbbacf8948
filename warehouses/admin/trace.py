"""The admin's page of an item's timeline."""

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from catalog.models import Item
from warehouses.stock.audit import item_balance
from warehouses.stock.tracing import trace_item


def trace_page(request: HttpRequest, item_id: int, *, site: AdminSite) -> HttpResponse:
    """Show the timeline of an item's units, and whether its numbers add up.

    Raises PermissionDenied or Http404.
    """
    if not request.user.has_perm("warehouses.view_stockmovement"):
        raise PermissionDenied
    item = get_object_or_404(Item, pk=item_id)
    context = {
        **site.each_context(request),
        "title": f"Where each unit went: {item.name}",
        "balance": item_balance(item.pk),
        "events": trace_item(sku=item.sku),
    }
    return TemplateResponse(request, "admin/warehouses/trace.html", context)
