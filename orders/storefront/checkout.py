"""Pages of the checkout: the address, then the hold and its review, then the order.

The hold begins after the address is typed. When it expires, the cart stays as it is, and
one click holds again the units that are left.
"""

from math import ceil

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cart.cart import cart_of, fit_cart_to_stock
from cart.exceptions import TooManyUnits
from cart.held_units import current_hold, units_of_hold
from cart.models import CartItem
from catalog.exceptions import InsufficientStock, Shortage
from catalog.stock import units_of_lines
from orders.addresses.book import use_address
from orders.addresses.forms import AddressForm
from orders.addresses.rules import digest_of
from orders.checkout.holds import begin_checkout, cancel_checkout
from orders.checkout.queries import current_checkout
from orders.exceptions import (
    CheckoutExpired,
    CheckoutNotFound,
    EmptyCart,
    HoldLimitReached,
    NoHeldCheckout,
)
from orders.ordering import submit_order
from orders.storefront.address_choice import keep_address
from orders.storefront.forms import AddressChoiceForm, PlaceOrderForm
from orders.storefront.session_address import get_address, last_used_address, set_address
from shop.core.db.transactions import run_transaction
from shop.core.http.post_redirect import redirect_unless_post


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """Show the address forms, or begin the hold with a valid address."""
    if request.method != "POST":
        return _show_address_forms(request, *_first_forms(request))
    choice = AddressChoiceForm(request.POST, customer=request.user)
    if not choice.is_valid():
        form = AddressForm(initial=request.POST.dict())
        return _show_address_forms(request, choice, form, status=422)
    if saved := choice.cleaned_data["saved"]:
        run_transaction(use_address, customer=request.user, address_id=saved.pk)
        set_address(request, saved.parts)
        return _hold(request)
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _show_address_forms(request, choice, form, status=422)
    set_address(request, form.cleaned_data)
    if choice.cleaned_data["keep"]:
        keep_address(request, form.cleaned_data)
    return _hold(request)


@never_cache
@login_required
@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """Show the held lines, the time left, and the button that places the order."""
    try:
        checkout = current_checkout(customer=request.user)
    except NoHeldCheckout:
        return _show_ended(request, status=200)
    address = get_address(request)
    if not address:
        return redirect("orders:checkout")
    initial = {"checkout": checkout.pk, "address": digest_of(address)}
    return render(
        request,
        "orders/checkout_review.html",
        {
            "checkout": checkout,
            "address": address,
            "form": PlaceOrderForm(initial=initial, auto_id=False),
            "is_cart_changed": units_of_hold(checkout) != units_of_lines(_cart_lines(request)),
        },
    )


@redirect_unless_post("orders:checkout")
@login_required
def hold(request: HttpRequest) -> HttpResponse:
    """Hold the units in the cart now, and keep the address of the session."""
    return _hold(request)


@redirect_unless_post("orders:checkout")
@login_required
def hold_what_is_left(request: HttpRequest) -> HttpResponse:
    """Hold again, after lowering the cart to the units left, with a message for each change."""
    try:
        run_transaction(begin_checkout, customer=request.user)
    except InsufficientStock as refusal:
        held = units_of_hold(current_hold(request.user))
        run_transaction(fit_cart_to_stock, cart=cart_of(request.user), held=held)
        for shortage in refusal.shortages:
            messages.warning(request, _describe_shortage(shortage))
    except (EmptyCart, TooManyUnits, HoldLimitReached):
        pass  # `_hold` meets the same refusal and shows it
    return _hold(request)


@redirect_unless_post("orders:review")
@login_required
def cancel_hold(request: HttpRequest) -> HttpResponse:
    """Cancel the hold and leave the cart as it is."""
    try:
        run_transaction(cancel_checkout, customer=request.user)
    except NoHeldCheckout:
        messages.info(request, _("Nothing was held for you any more."))
    else:
        messages.success(request, _("The items are back on sale. Your cart is as it was."))
    return redirect("cart:cart")


@redirect_unless_post("orders:review")
@login_required
def place_order(request: HttpRequest) -> HttpResponse:
    """Turn the hold of the posted form into an order; repeating it shows the same order."""
    form = PlaceOrderForm(request.POST)
    address = get_address(request)
    if not form.is_valid() or not address:
        return redirect("orders:review")
    if form.cleaned_data["address"] != digest_of(address):
        text = _("Your address has changed since. See where the order goes before you place it.")
        messages.warning(request, text)
        return redirect("orders:review")
    try:
        order = run_transaction(
            submit_order,
            customer=request.user,
            checkout_id=form.cleaned_data["checkout"],
            shipping_address=address,
        )
    except CheckoutNotFound as error:
        raise Http404 from error
    except CheckoutExpired:
        return _show_ended(request, status=409)
    return redirect(order)


def _hold(request: HttpRequest) -> HttpResponse:
    """Begin the hold and redirect to its review, or show the refusal."""
    try:
        run_transaction(begin_checkout, customer=request.user)
    except InsufficientStock as refusal:
        shortages = {"shortages": refusal.shortages}
        return render(request, "orders/checkout_short.html", shortages, status=409)
    except EmptyCart:
        messages.info(request, _("There is nothing in your cart to check out."))
        return redirect("cart:cart")
    except TooManyUnits as refusal:
        text = _("At most %(limit)d of %(name)s can be bought at once.")
        messages.error(request, text % {"limit": refusal.limit, "name": refusal.item.name})
        return redirect("cart:cart")
    except HoldLimitReached as refusal:
        context = {"refusal": refusal, "minutes": ceil((refusal.retry_after or 0) / 60)}
        status = 429 if refusal.retry_after else 409
        return render(request, "orders/checkout_too_many.html", context, status=status)
    return redirect("orders:review")


def _show_address_forms(
    request: HttpRequest, choice: AddressChoiceForm, form: AddressForm, status: int = 200
) -> HttpResponse:
    lines = _cart_lines(request)
    hold = current_hold(request.user)
    if not lines and hold is None:
        messages.info(request, _("There is nothing in your cart to check out."))
        return redirect("cart:cart")
    context = {
        "choice": choice,
        "form": form,
        "checkout": hold,
        "is_cart_changed": hold is not None and units_of_hold(hold) != units_of_lines(lines),
        "minutes": settings.CHECKOUT_HOLD_SECONDS // 60,
    }
    return render(request, "orders/checkout_address.html", context, status=status)


def _show_ended(request: HttpRequest, status: int) -> HttpResponse:
    """Redirect to the hold that replaced an ended one, or offer to hold again."""
    if current_hold(request.user):
        messages.warning(
            request, _("Another hold has taken that one's place. Look it over before you order.")
        )
        return redirect("orders:review")
    lines = _cart_lines(request)
    if not lines:
        return redirect("cart:cart")
    return render(request, "orders/checkout_ended.html", {"lines": lines}, status=status)


def _first_forms(request: HttpRequest) -> tuple[AddressChoiceForm, AddressForm]:
    """Preselect the address used last, or fill in one that was typed and not saved."""
    choice = AddressChoiceForm(customer=request.user)
    book = {address.digest: address.pk for address in choice.book}
    address = get_address(request)
    if book and (not address or digest_of(address) in book):
        choice.initial["saved"] = next(iter(book.values()))
        return choice, AddressForm()
    return choice, AddressForm(initial=last_used_address(request))


def _cart_lines(request: HttpRequest) -> list[CartItem]:
    return list(CartItem.objects.filter(cart__customer=request.user.pk).select_related("item"))


def _describe_shortage(shortage: Shortage) -> str:
    values = {"name": shortage.name, "wanted": shortage.wanted, "left": shortage.left}
    if shortage.left == 0:
        return _("%(name)s: none is left, so it is out of your cart.") % values
    text = ngettext(
        "%(name)s: you wanted %(wanted)d, and %(left)d is left and in your cart.",
        "%(name)s: you wanted %(wanted)d, and %(left)d are left and in your cart.",
        shortage.left,
    )
    return text % values
