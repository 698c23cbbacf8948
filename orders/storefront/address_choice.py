"""What the pages that choose an address have in common."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from orders.addresses.book import save_address
from orders.exceptions import AddressBookFull
from shop.core.db.transactions import run_transaction


def keep_address(request: HttpRequest, address: dict[str, str]) -> None:
    """Save the address in the book; a full book is a message, not an error."""
    try:
        run_transaction(save_address, customer=request.user, address=address)
    except AddressBookFull as refusal:
        text = _("That address was not kept: your book has %(limit)d already.")
        messages.info(request, text % {"limit": refusal.limit})
