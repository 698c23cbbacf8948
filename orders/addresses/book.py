"""The addresses that a customer keeps, so that nobody types the same one twice."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models.functions import Now

from orders.addresses.rules import digest_of
from orders.exceptions import AddressBookFull
from orders.models import Address

MAX_ADDRESSES = 50


@transaction.atomic
def keep_address(*, customer, address: Mapping[str, str]) -> None:
    """Put a clean address in the customer's book, as the one used last.

    One that is there already is kept once. Raises AddressBookFull.
    """
    book, digest = _lock_book(customer), digest_of(address)
    if book.filter(digest=digest).update(used_at=Now()):
        return
    if book.count() >= MAX_ADDRESSES:
        raise AddressBookFull(MAX_ADDRESSES)
    kept = Address(customer=customer, digest=digest, **address)
    Address.objects.bulk_create([kept], ignore_conflicts=True)


@transaction.atomic
def change_address(*, customer, address_id: int, address: Mapping[str, str]) -> None:
    """Write an address of the book anew; the same one elsewhere in it takes its place.

    What is not in the book stays out of it.
    """
    book, digest = _lock_book(customer), digest_of(address)
    if book.filter(digest=digest).exclude(pk=address_id).exists():
        book.filter(pk=address_id).delete()
    else:
        book.filter(pk=address_id).update(**address, digest=digest)


@transaction.atomic
def use_address(*, customer, address_id: int) -> None:
    """Make an address of the book the one used last."""
    Address.objects.filter(customer=customer, pk=address_id).update(used_at=Now())


@transaction.atomic
def remove_address(*, customer, address_id: int) -> None:
    """Take an address out of the book; one that is not in it changes nothing."""
    Address.objects.filter(customer=customer, pk=address_id).delete()


def _lock_book(customer):
    """Wait for whoever else writes in the customer's book, so that 49 become 50 and not 51."""
    book = Address.objects.filter(customer=customer)
    list(book.lock())
    return book
