"""Pages of a customer's orders."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cart.cart import add_items_to_cart
from cart.storefront.request_cart import change_cart, describe_change
from catalog.stock import units_of_lines
from orders.models import Order
from orders.storefront.own_orders import own_order, show_order

PAGE_SIZE = 10


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
    return show_order(request, own_order(request, number))


@login_required
def buy_again(request: HttpRequest, number: str) -> HttpResponse:
    """Add the units of an order to the cart, as many as are left."""
    order = own_order(request, number)
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
