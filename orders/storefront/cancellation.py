"""Pages that cancel an order, or the units of it that have not left."""

from contextlib import suppress
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from orders.cancellation import cancel_items, cancel_order
from orders.exceptions import NotThatMany, OrderAlreadyShipped, TooManyChanges
from orders.models import Order
from orders.state.versions import version_of_order
from orders.storefront.forms import CancelItemsForm, ReasonForm
from orders.storefront.own_orders import (
    TOO_OFTEN,
    cancel_items_form,
    own_order,
    show_order,
    version_of_cancellations,
)
from shop.core.authors import author_of
from shop.core.db.transactions import run_transaction
from shop.core.optimistic_locking import VersionMismatch, require_version

MAX_ATTEMPTS = 3

TOO_LATE = _lazy("It is too late: nothing of this order can be cancelled any more.")
PARTLY_TOO_LATE = _lazy(
    "Some of it has left our warehouses already. You can cancel what has not left."
)
CHANGED = _lazy("Your order has changed since you saw it. Look it over and choose again.")


@login_required
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Cancel the whole order."""
    order = own_order(request, number)
    if request.method != "POST":
        return redirect(order)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return show_order(request, order, cancel_form=form, status=422)
    try:
        run_transaction(
            cancel_order,
            order_id=order.pk,
            reason=form.cleaned_data["reason"],
            author=author_of(request),
        )
    except OrderAlreadyShipped:
        is_open = own_order(request, number).is_open
        messages.error(request, PARTLY_TOO_LATE if is_open else TOO_LATE)
    else:
        messages.success(request, _("Your order is cancelled."))
    return redirect(order)


@login_required
def cancel_lines(request: HttpRequest, number: str) -> HttpResponse:
    """Cancel some units of some lines that have not left."""
    order = own_order(request, number)
    if request.method != "POST":
        return redirect(order)
    form = CancelItemsForm(request.POST, lines=order.lines.all())
    if not order.is_open:
        messages.error(request, TOO_LATE)
        return redirect(order)
    if not form.is_valid():
        return show_order(request, order, items_form=form, status=422)
    try:
        _cancel_units(request, order, form)
    except (NotThatMany, VersionMismatch):
        return _show_changed(request, number)
    except TooManyChanges:
        messages.error(request, TOO_OFTEN)
        return redirect(order)
    messages.success(request, _("Those items are cancelled."))
    return redirect(order)


def _cancel_units(request: HttpRequest, order: Order, form: CancelItemsForm) -> None:
    """Cancel the chosen units, unless others were cancelled since the page was shown.

    So a form that is sent twice cancels once, and a parcel that is picked meanwhile refuses
    nothing. Raises NotThatMany or VersionMismatch.
    """
    seen = form.cleaned_data["seen"]
    cancel = partial(
        run_transaction,
        cancel_items,
        order_id=order.pk,
        quantities=form.quantities(),
        reason=form.cleaned_data["reason"],
        author=author_of(request),
    )
    if not seen:
        cancel()
        return
    for _attempt in range(MAX_ATTEMPTS):
        require_version([seen], version_of_cancellations(order))
        with suppress(VersionMismatch):  # the order has changed since it was read
            cancel(expected=[version_of_order(order)])
            return
        order = own_order(request, order.number)
    raise VersionMismatch


def _show_changed(request: HttpRequest, number: str) -> HttpResponse:
    """Show the order as it is now, with the form as it was typed."""
    order = own_order(request, number)
    form = cancel_items_form(order, request.POST)
    form.add_error(None, CHANGED)
    return show_order(request, order, items_form=form, status=409)
