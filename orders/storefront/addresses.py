"""Pages of the address book. Another customer's address is answered with 404."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from orders.addresses.book import MAX_ADDRESSES, change_address, remove_address, save_address
from orders.addresses.forms import AddressForm
from orders.exceptions import AddressBookFull
from orders.models import Address
from shop.core.db.transactions import run_transaction


@never_cache
@login_required
@require_safe
def addresses(request: HttpRequest) -> HttpResponse:
    """List the customer's addresses."""
    book = list(Address.objects.filter(customer=request.user.pk))
    context = {
        "book": book,
        "max_addresses": MAX_ADDRESSES,
        "is_full": len(book) >= MAX_ADDRESSES,
    }
    return render(request, "orders/address_list.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Show the form of a new address, or save it."""
    if request.method != "POST":
        return _show_form(request, AddressForm())
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _show_form(request, form)
    try:
        run_transaction(save_address, customer=request.user, address=form.cleaned_data)
    except AddressBookFull as refusal:
        text = _("Your book has %(limit)d addresses already. Remove one to make room.")
        form.add_error(None, text % {"limit": refusal.limit})
        return _show_form(request, form)
    messages.success(request, _("The address is in your book."))
    return redirect("orders:addresses")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form of an address in the book, or overwrite it."""
    address = _own_address(request, pk)
    if request.method != "POST":
        return _show_form(request, AddressForm(initial=address.parts), address)
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _show_form(request, form, address)
    run_transaction(change_address, customer=request.user, address_id=pk, address=form.cleaned_data)
    messages.success(request, _("The address is changed. Orders on their way go where they went."))
    return redirect("orders:addresses")


@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete an address from the book on POST."""
    address = _own_address(request, pk)
    if request.method == "POST":
        run_transaction(remove_address, customer=request.user, address_id=address.pk)
        messages.success(request, _("The address is out of your book."))
    return redirect("orders:addresses")


def _own_address(request: HttpRequest, pk: int) -> Address:
    return get_object_or_404(Address, customer=request.user.pk, pk=pk)


def _show_form(
    request: HttpRequest, form: AddressForm, address: Address | None = None
) -> HttpResponse:
    context = {"form": form, "address": address}
    status = 422 if form.errors else 200
    return render(request, "orders/address_form.html", context, status=status)
