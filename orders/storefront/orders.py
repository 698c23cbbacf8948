"""Pages of a customer's orders."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cart.cart import add_items_to_cart
from cart.storefront.request_cart import change_cart, describe_change
from catalog.stock import units_of_lines
from orders.cancellation import cancel_items, cancel_order
from orders.exceptions import NotThatMany, OrderAlreadyShipped
from orders.models import Order
from orders.state.timeline import parcels_of, read_with_arrivals, timeline_of, with_progress
from orders.storefront.forms import CancelItemsForm, CancelOrderForm
from shop.core.authors import author_of
from shop.core.db.transactions import run_transaction

PAGE_SIZE = 10
TOO_LATE = _lazy("It is too late: nothing of this order can be cancelled any more.")


@never_cache
@login_required
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """List the customer's own orders, newest first."""
    own_orders = Order.objects.filter(customer=request.user.pk).prefetch_related("lines__item")
    page = Paginator(own_orders, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "previous": page.previous_page_number() if page.has_previous() else None,
        "next": page.next_page_number() if page.has_next() else None,
        "parameters": QueryDict(),
    }
    return render(request, "orders/order_list.html", context)


@never_cache
@login_required
@require_safe
def order(request: HttpRequest, number: str) -> HttpResponse:
    """Show an order of the customer."""
    return _show(request, _own_order(request, number))


@login_required
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Cancel the whole order."""
    order = _own_order(request, number)
    if request.method != "POST":
        return redirect(order)
    form = CancelOrderForm(request.POST)
    if not form.is_valid():
        return _show(request, order, cancel_form=form)
    try:
        run_transaction(
            cancel_order,
            order_id=order.pk,
            reason=form.cleaned_data["reason"],
            author=author_of(request),
        )
    except OrderAlreadyShipped:
        messages.error(request, TOO_LATE)
    else:
        messages.success(request, _("Your order is cancelled."))
    return redirect(order)


@login_required
def cancel_lines(request: HttpRequest, number: str) -> HttpResponse:
    """Cancel some units of some lines."""
    order = _own_order(request, number)
    if request.method != "POST":
        return redirect(order)
    form = CancelItemsForm(request.POST, lines=order.lines.all())
    if not order.is_cancellable:
        messages.error(request, TOO_LATE)
    elif not form.is_valid():
        return _show(request, order, items_form=form)
    else:
        _cancel_units(request, order, form)
    return redirect(order)


@login_required
def buy_again(request: HttpRequest, number: str) -> HttpResponse:
    """Add the units of an order to the cart, as many as are left."""
    order = _own_order(request, number)
    if request.method != "POST":
        return redirect(order)
    quantities = units_of_lines(order.lines.all())
    changes = change_cart(request, add_items_to_cart, quantities=quantities)
    for change in changes:
        messages.warning(request, describe_change(change))
    if not all(line.item.is_active for line in order.lines.all()):
        messages.warning(request, _("Some of it is no longer sold."))
    messages.success(request, _("What can be had is in your cart, at today's prices."))
    return redirect("cart:cart")


def _cancel_units(request: HttpRequest, order: Order, form: CancelItemsForm) -> None:
    kwargs = {
        "quantities": form.quantities(),
        "reason": form.cleaned_data["reason"],
        "author": author_of(request),
    }
    try:
        run_transaction(cancel_items, order_id=order.pk, **kwargs)
    except OrderAlreadyShipped:
        messages.error(request, TOO_LATE)
    except NotThatMany:
        messages.error(request, _("Your order has changed since. Look it over and choose again."))
    else:
        messages.success(request, _("Those items are cancelled."))


def _own_order(request: HttpRequest, number: str) -> Order:
    """Return the customer's order; another customer's order raises Http404."""
    own_orders = with_progress(Order.objects.filter(customer=request.user.pk))
    named = own_orders.prefetch_related("lines__item", "warehouse_orders__lines__order_item")
    return get_object_or_404(named, number=number)


def _show(
    request: HttpRequest,
    order: Order,
    *,
    cancel_form: CancelOrderForm | None = None,
    items_form: CancelItemsForm | None = None,
) -> HttpResponse:
    read_with_arrivals([order])
    return render(
        request,
        "orders/order_page.html",
        {
            "order": order,
            "parcels": parcels_of(order),
            "timeline": timeline_of(order),
            "cancel_form": cancel_form or CancelOrderForm(),
            "items_form": items_form or CancelItemsForm(lines=order.lines.all()),
        },
        status=422 if cancel_form or items_form else 200,
    )
