"""Closing a customer's account: the orders stay in the books, the person does not.

What is left of the user is a shell that nobody can sign in to, so that orders keep their
customer. An order that is over is anonymised at once, one that is on its way when it is
over, by the hourly sweep; until then its mails go out and its parcels have an address.
"""

import secrets

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models.functions import Now

from cart.cart import lock_cart_of
from cart.models import Cart
from catalog.models import BackInStockRequest
from orders.checkout.stock_release import read_locked_lines, release_holds
from orders.erasure import anonymise_orders, lock_orders_to_anonymise
from orders.models import Address, Checkout
from shop.accounts.models import ApiToken, OAuthClient, User
from shop.accounts.sessions import end_sessions
from shop.accounts.signals import accounts_erased
from shop.core.api.idempotency import caller_of
from shop.core.models import IdempotencyRecord, OutgoingMail
from warehouses.erasure import anonymise_warehouse_orders

BATCH_SIZE = 500


class IsStaff(Exception):
    """The account is one of the staff's: another administrator takes its rights first."""


@transaction.atomic
def close_account(*, customer) -> None:
    """Forget the customer and keep their orders. Closing again changes nothing.

    The hold ends and its units go back on sale; cart, addresses, waits for items, tokens
    and sessions are deleted. The user's row is written last: who orders at this moment
    has a share in it, and may be waiting for the cart. Raises IsStaff.
    """
    if customer.is_staff or customer.is_superuser:
        raise IsStaff
    cart = lock_cart_of(customer)
    holds = list(Checkout.objects.filter(customer=customer).held().lock())
    orders = lock_orders_to_anonymise([customer.pk])
    release_holds(holds, read_locked_lines(holds))
    anonymise_orders(orders)
    anonymise_warehouse_orders(orders)
    if cart:
        cart.delete()
    _forget([customer.pk])
    _delete_traces(customer)
    _leave_a_shell(customer)


@transaction.atomic
def anonymise_closed_accounts() -> int:
    """Anonymise up to BATCH_SIZE orders of closed accounts that are over by now.

    Also deletes what a request wrote that was on its way while the account was closed.
    Returns how many orders were anonymised.
    """
    closed = User.objects.exclude(closed_at=None).values_list("pk", flat=True)
    list(Cart.objects.filter(customer__in=closed).lock())
    orders = lock_orders_to_anonymise(closed, most=BATCH_SIZE)
    anonymise_orders(orders)
    anonymise_warehouse_orders(orders)
    Cart.objects.filter(customer__in=closed).delete()
    _forget(closed)
    return len(orders)


def _forget(customers) -> None:
    """Delete what is theirs alone and nobody counts on."""
    Address.objects.filter(customer__in=customers).delete()
    BackInStockRequest.objects.filter(customer__in=customers).delete()
    OAuthClient.objects.filter(user__in=customers).delete()
    ApiToken.objects.filter(user__in=customers).delete()
    EmailAddress.objects.filter(user__in=customers).delete()
    accounts_erased.send(sender=User, user_ids=customers)


def _delete_traces(customer: User) -> None:
    """Delete where else the address stands: kept answers, waiting mails, the admin's log."""
    IdempotencyRecord.objects.filter(caller=caller_of(customer)).delete()
    OutgoingMail.objects.filter(to__iexact=customer.email).delete()
    about = {"content_type": ContentType.objects.get_for_model(User), "object_id": customer.pk}
    LogEntry.objects.filter(**about).update(object_repr=f"closed account {customer.pk}")
    end_sessions(user_id=customer.pk)


def _leave_a_shell(customer: User) -> None:
    """The e-mail address is free again; the one instead cannot be guessed and taken before."""
    shell = f"closed-{customer.pk}-{secrets.token_hex(4)}@account.invalid"
    User.objects.filter(pk=customer.pk, closed_at=None).update(
        email=shell,
        password=make_password(None),
        is_active=False,
        last_login=None,
        closed_at=Now(),
    )
