"""The page on which a customer asks to send shipped units back."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from orders.exceptions import NotThatMany, ReturnTooLate, TooManyChanges
from orders.models import Order
from orders.returns import request_return, returnable_units, version_of_returns
from orders.storefront.forms import ReturnForm
from orders.storefront.own_orders import TOO_OFTEN, own_order
from shop.core.authors import author_of
from shop.core.db.transactions import run_transaction
from shop.core.optimistic_locking import VersionMismatch


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def return_items(request: HttpRequest, number: str) -> HttpResponse:
    """Show the units that can be sent back, or write the request."""
    order = own_order(request, number)
    if request.method != "POST":
        return _show_form(request, order, _form(order))
    form = _form(order, request.POST)
    if not form.is_valid():
        return _show_form(request, order, form, status=422)
    seen = form.cleaned_data["seen"]
    try:
        run_transaction(
            request_return,
            order_id=order.pk,
            quantities=form.quantities(),
            reason=form.cleaned_data["reason"],
            author=author_of(request),
            expected=[seen] if seen else None,
        )
    except (NotThatMany, ReturnTooLate, VersionMismatch):  # another request was faster
        return _show_form(request, order, _changed_form(request, number), status=409)
    except TooManyChanges:
        messages.error(request, TOO_OFTEN)
        return redirect(order)
    messages.success(request, _("We have your request. What to do next is below."))
    return redirect(f"{order.get_absolute_url()}#returns")


def _form(order: Order, data=None) -> ReturnForm:
    in_time, in_all = returnable_units(order)
    seen = version_of_returns(order)
    return ReturnForm(data, lines=order.lines.all(), in_time=in_time, in_all=in_all, seen=seen)


def _changed_form(request: HttpRequest, number: str) -> ReturnForm:
    """Return the form for the order as it is now, as it was typed."""
    order = own_order(request, number)
    data = request.POST.copy()
    data["seen"] = version_of_returns(order)
    form = _form(order, data)
    form.add_error(None, _("Your order has changed since you saw it. Choose again."))
    return form


def _show_form(
    request: HttpRequest, order: Order, form: ReturnForm, status: int = 200
) -> HttpResponse:
    context = {"order": order, "form": form, "days": settings.RETURN_DAYS}
    return render(request, "orders/return_page.html", context, status=status)
