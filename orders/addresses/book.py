"""The address book of a customer, so that an address is typed once."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models.functions import Now

from orders.addresses.rules import digest_of
from orders.exceptions import AddressBookFull
from orders.models import Address

MAX_ADDRESSES = 50


@transaction.atomic
def save_address(*, customer, address: Mapping[str, str]) -> None:
    """Save a clean address in the customer's book and mark it as used last.

    An address that the book has already is not saved twice. Raises AddressBookFull.
    """
    book, digest = _lock_book(customer), digest_of(address)
    if book.filter(digest=digest).update(used_at=Now()):
        return
    if book.count() >= MAX_ADDRESSES:
        raise AddressBookFull(MAX_ADDRESSES)
    new = Address(customer=customer, digest=digest, **address)
    Address.objects.bulk_create([new], ignore_conflicts=True)


@transaction.atomic
def change_address(*, customer, address_id: int, address: Mapping[str, str]) -> None:
    """Overwrite an address of the book; if the book has the new address already, delete it.

    An id that is not in the book changes nothing.
    """
    book, digest = _lock_book(customer), digest_of(address)
    if book.filter(digest=digest).exclude(pk=address_id).exists():
        book.filter(pk=address_id).delete()
    else:
        book.filter(pk=address_id).update(**address, digest=digest)


@transaction.atomic
def use_address(*, customer, address_id: int) -> None:
    """Mark an address of the book as used last."""
    Address.objects.filter(customer=customer, pk=address_id).update(used_at=Now())


@transaction.atomic
def remove_address(*, customer, address_id: int) -> None:
    """Delete an address from the book; idempotent."""
    Address.objects.filter(customer=customer, pk=address_id).delete()


def _lock_book(customer):
    """Lock the customer's addresses, so that concurrent writes cannot exceed MAX_ADDRESSES."""
    book = Address.objects.filter(customer=customer)
    list(book.lock())
    return book
