"""The customer's own order and its page, which every page that changes an order shows again."""

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _

from orders.models import Order, ReturnRequest
from orders.readdressing import is_readdressable
from orders.returns import returnable_units
from orders.state.timeline import parcels_of, read_with_arrivals, with_progress
from orders.storefront.forms import CancelItemsForm, ReasonForm
from orders.storefront.happenings import describe_timeline
from shop.core.optimistic_locking import version_of

TOO_OFTEN = _("This order was changed very often. You can still cancel all that is left of it.")


def own_order(request: HttpRequest, number: str) -> Order:
    """Return the customer's order; another customer's order raises Http404."""
    own_orders = with_progress(Order.objects.filter(customer=request.user.pk))
    named = own_orders.prefetch_related("lines__item", "warehouse_orders__lines__order_item")
    return get_object_or_404(named, number=number)


def show_order(
    request: HttpRequest,
    order: Order,
    *,
    cancel_form: ReasonForm | None = None,
    items_form: CancelItemsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the page of an order, with forms that are not valid as they were typed."""
    read_with_arrivals([order])
    context = {
        "order": order,
        "parcels": parcels_of(order),
        "timeline": describe_timeline(order),
        "actions": order.allowed_actions,
        "is_readdressable": is_readdressable(order),
        "cancel_form": cancel_form or ReasonForm(),
        "items_form": items_form or cancel_items_form(order),
        "return_requests": _read_returns(order),
        "is_returnable": is_returnable(order),
        "return_days": settings.RETURN_DAYS,
    }
    return render(request, "orders/order_page.html", context, status=status)


def cancel_items_form(order: Order, data=None) -> CancelItemsForm:
    """Return the form that cancels units, for the order as it is now."""
    seen = version_of_cancellations(order)
    if data is not None:
        data = data.copy()
        data["seen"] = seen
    return CancelItemsForm(data, lines=order.lines.all(), seen=seen)


def version_of_cancellations(order: Order) -> str:
    """Return a hash of what is cancelled of an order; unlike its version, no parcel changes it."""
    return version_of([[line.pk, line.cancelled_quantity] for line in order.lines.all()])


def is_returnable(order: Order) -> bool:
    """Return whether some units of an order can be sent back now."""
    if not order.unit_counts.shipped:
        return False
    in_time, _ = returnable_units(order)
    return any(quantity > 0 for quantity in in_time.values())


def _read_returns(order: Order) -> list[ReturnRequest]:
    """Return the return requests of an order, newest first; only shipped units have some."""
    if not order.unit_counts.shipped:
        return []
    prefetch_related_objects([order], "return_requests__lines__order_item")
    return list(order.return_requests.all())
