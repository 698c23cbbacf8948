"""Pages of the cart."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cart.cart import (
    accept_new_prices,
    add_item_to_cart,
    cart_lines,
    fit_cart_to_stock,
    remove_item_from_cart,
    update_item_in_cart,
)
from cart.exceptions import CartFull, OutOfStock, TooManyUnits, TooManyVisitors
from cart.held_units import annotate_held_units, current_hold, units_of_hold
from cart.models import Cart
from cart.saved_items import move_to_cart, remove_saved_item, save_for_later, saved_lines
from cart.storefront.forms import AddForm, QuantityForm
from cart.storefront.request_cart import change_cart, describe_change, find_cart
from catalog.live_items import get_item
from catalog.models import Item
from shop.core.http.post_redirect import next_path, redirect_unless_post

REFUSALS = (OutOfStock, TooManyUnits, CartFull, TooManyVisitors)


@never_cache
@require_safe
def cart(request: HttpRequest) -> HttpResponse:
    """Show the lines with live price and stock, and the lines that cannot be bought."""
    cart = find_cart(request)
    lines = cart_lines(cart)
    hold = current_hold(request.user)
    annotate_held_units(lines, units_of_hold(hold))
    return render(
        request,
        "cart/cart_page.html",
        {
            "lines": lines,
            "saved": saved_lines(cart),
            "hold": hold,
            "total": sum((line.line_total for line in lines), Decimal("0.00")),
            "units": sum(line.quantity for line in lines),
            "has_new_prices": any(line.has_new_price for line in lines),
            "has_problems": any(line.problem for line in lines),
            "max_units": settings.MAX_UNITS_PER_ITEM,
        },
    )


@redirect_unless_post("cart:cart")
def add(request: HttpRequest, item_id: int) -> HttpResponse:
    """Add units of an item to the cart and redirect to the page with the form."""
    try:
        return _add(request, get_item(item_id))
    except Item.DoesNotExist as error:  # also when it is taken off sale during the request
        raise Http404 from error


def _add(request: HttpRequest, item: Item) -> HttpResponse:
    form = AddForm(request.POST)
    if not form.is_valid():
        _add_error_message(request, item, form)
    else:
        quantity = form.cleaned_data["quantity"]
        with _refusals_as_messages(request):
            change_cart(request, add_item_to_cart, item_id=item.pk, quantity=quantity)
            messages.success(request, _describe_added(item, quantity))
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "cart/_added.html")
    return HttpResponseRedirect(next_path(request, default=item.get_absolute_url()))


@redirect_unless_post("cart:cart")
def update(request: HttpRequest, item_id: int) -> HttpResponse:
    """Set the quantity of a line; zero removes it."""
    form = QuantityForm(request.POST)
    if not form.is_valid():
        _add_error_message(request, _item_or_404(item_id), form)
        return redirect("cart:cart")
    quantity = form.cleaned_data["quantity"]
    if quantity == 0:
        return remove(request, item_id)
    try:
        with _refusals_as_messages(request):
            change_cart(request, update_item_in_cart, item_id=item_id, quantity=quantity)
            messages.success(request, _("Your cart is up to date."))
    except Item.DoesNotExist:
        messages.error(request, _("That item is not sold any more."))
    return redirect("cart:cart")


@redirect_unless_post("cart:cart")
def remove(request: HttpRequest, item_id: int) -> HttpResponse:
    """Remove a line."""
    if find_cart(request):
        with _refusals_as_messages(request):
            change_cart(request, remove_item_from_cart, item_id=item_id)
            name = Item.objects.filter(pk=item_id).values_list("name", flat=True).first()
            if name:
                messages.success(request, _("%(name)s is out of your cart.") % {"name": name})
    return redirect("cart:cart")


@redirect_unless_post("cart:cart")
def save(request: HttpRequest, item_id: int) -> HttpResponse:
    """Save a line for later."""
    if find_cart(request):
        with _refusals_as_messages(request):
            change_cart(request, save_for_later, item_id=item_id)
            messages.success(request, _("That is put aside for later."))
    return redirect("cart:cart")


@redirect_unless_post("cart:cart")
def move_saved_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """Move a saved item to the cart."""
    if find_cart(request):
        with _refusals_as_messages(request):
            for change in change_cart(request, move_to_cart, item_id=item_id):
                messages.warning(request, describe_change(change))
    return redirect("cart:cart")


@redirect_unless_post("cart:cart")
def delete_saved_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """Delete a saved item."""
    if find_cart(request):
        with _refusals_as_messages(request):
            change_cart(request, remove_saved_item, item_id=item_id)
    return redirect("cart:cart")


@redirect_unless_post("cart:cart")
def fit_to_stock(request: HttpRequest) -> HttpResponse:
    """Lower every quantity to the units left for this customer."""
    held = units_of_hold(current_hold(request.user))
    if find_cart(request):
        with _refusals_as_messages(request):
            change_cart(request, fit_cart_to_stock, held=held)
            messages.success(request, _("Your cart now has only what is left."))
    return redirect("cart:cart")


@redirect_unless_post("cart:cart")
def accept_prices(request: HttpRequest) -> HttpResponse:
    """Record the current prices as seen by the customer."""
    if find_cart(request):
        with _refusals_as_messages(request):
            change_cart(request, accept_new_prices)
    return redirect("cart:cart")


@contextmanager
def _refusals_as_messages(request: HttpRequest) -> Iterator[None]:
    """Turn a refusal of the body into a message; the rest of the body is left out."""
    try:
        yield
    except REFUSALS as refusal:
        messages.error(request, _describe_refusal(refusal))
    except Cart.DoesNotExist:  # merged or deleted after `find_cart` read it
        text = _("Your cart has moved, perhaps because you have just signed in. Please try again.")
        messages.error(request, text)


def _describe_refusal(refusal: Exception) -> str:
    match refusal:
        case OutOfStock(item=item):
            return _("%(name)s is out of stock just now.") % {"name": item.name}
        case TooManyUnits(item=item, limit=limit):
            text = _("At most %(limit)d of %(name)s can be bought at once.")
            return text % {"limit": limit, "name": item.name}
        case CartFull(limit=limit):
            text = _("A cart takes at most %(limit)d different items. Take one out first.")
            return text % {"limit": limit}
        case TooManyVisitors():
            return _(
                "Very many carts were begun from your network. "
                "Sign in to use your own, or try again in a few minutes."
            )
    raise refusal


def _describe_added(item: Item, quantity: int) -> str:
    text = ngettext(
        "%(name)s is in your cart.", "%(quantity)d × %(name)s are in your cart.", quantity
    ) % {"name": item.name, "quantity": quantity}
    return format_html('{} <a href="{}">{}</a>', text, reverse("cart:cart"), _("View cart"))


def _add_error_message(request: HttpRequest, item: Item, form: AddForm | QuantityForm) -> None:
    errors = " ".join(str(error) for error in form.errors["quantity"])
    messages.error(request, f"{item.name}: {errors}")


def _item_or_404(item_id: int) -> Item:
    try:
        return get_item(item_id)
    except Item.DoesNotExist as error:
        raise Http404 from error
