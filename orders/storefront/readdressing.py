"""The page that sends an order to another address, until something of it is packed."""

from collections.abc import Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from orders.addresses.book import use_address
from orders.addresses.forms import AddressForm
from orders.addresses.rules import digest_of
from orders.exceptions import OrderAlreadyPicked, OrderOver, TooManyChanges
from orders.models import Order
from orders.readdressing import change_shipping_address, is_readdressable
from orders.storefront.address_choice import keep_address
from orders.storefront.forms import AddressChoiceForm
from orders.storefront.own_orders import TOO_OFTEN, own_order, show_order
from shop.core.authors import author_of
from shop.core.db.transactions import run_transaction

OVER = _lazy("This order is cancelled, so it goes nowhere.")
TOO_LATE = _lazy("It is too late to change the address: some of this order is packed already.")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_address(request: HttpRequest, number: str) -> HttpResponse:
    """Show the addresses to choose from, or send the order to the chosen or typed one."""
    order = own_order(request, number)
    if not is_readdressable(order):
        return _show_refusal(request, number)
    if request.method != "POST":
        return _show_forms(request, order, *_first_forms(request, order))
    choice = AddressChoiceForm(request.POST, customer=request.user)
    if not choice.is_valid():
        form = AddressForm(initial=request.POST.dict())
        return _show_forms(request, order, choice, form, status=422)
    if saved := choice.cleaned_data["saved"]:
        return _send_to(request, order, saved.parts, saved_id=saved.pk)
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _show_forms(request, order, choice, form, status=422)
    return _send_to(request, order, form.cleaned_data, is_kept=choice.cleaned_data["keep"])


def _send_to(
    request: HttpRequest,
    order: Order,
    address: Mapping[str, str],
    *,
    saved_id: int | None = None,
    is_kept: bool = False,
) -> HttpResponse:
    """Change the address of the order, or show the order with the refusal."""
    author = author_of(request)
    try:
        run_transaction(
            change_shipping_address, order_id=order.pk, shipping_address=address, author=author
        )
    except (OrderAlreadyPicked, OrderOver):
        return _show_refusal(request, order.number)
    except TooManyChanges:
        messages.error(request, TOO_OFTEN)
        return show_order(request, order, status=409)
    if saved_id:
        run_transaction(use_address, customer=request.user, address_id=saved_id)
    if is_kept:
        keep_address(request, dict(address))
    messages.success(request, _("Your order goes to this address now."))
    return redirect(order)


def _show_refusal(request: HttpRequest, number: str) -> HttpResponse:
    order = own_order(request, number)
    messages.error(request, OVER if order.is_cancelled else TOO_LATE)
    return show_order(request, order, status=409)


def _first_forms(request: HttpRequest, order: Order) -> tuple[AddressChoiceForm, AddressForm]:
    """Preselect the order's address in the book, or else fill it in to be edited."""
    choice = AddressChoiceForm(customer=request.user)
    book = {address.digest: address.pk for address in choice.book}
    choice.initial["saved"] = book.get(digest_of(order.shipping_address))
    is_in_book = choice.initial["saved"] is not None
    return choice, AddressForm(initial={} if is_in_book else order.shipping_address)


def _show_forms(
    request: HttpRequest,
    order: Order,
    choice: AddressChoiceForm,
    form: AddressForm,
    status: int = 200,
) -> HttpResponse:
    context = {"order": order, "choice": choice, "form": form}
    return render(request, "orders/order_address.html", context, status=status)
