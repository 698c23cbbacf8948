"""Erasure: the personal data of a closed account is deleted, and its orders are anonymised.

The row of the user stays, anonymised and without a password, so that orders keep their
customer. An order that is over is anonymised at once. An open order is anonymised by the
hourly sweep once it is over; until then its mails are sent and its parcels have an address.
"""

import secrets
from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Now

from cart.cart import lock_cart_of
from cart.models import Cart
from catalog.models import BackInStockRequest
from orders.checkout.stock_release import read_locked_lines, release_holds
from orders.erasure import anonymise_orders, lock_orders_to_anonymise
from orders.models import Address, Checkout, Order, ReturnRequest
from orders.newcomers import forget_closed_newcomers
from shop.accounts.exceptions import IsStaff
from shop.accounts.models import ApiToken, OAuthClient, User
from shop.accounts.sessions import end_sessions
from shop.accounts.signals import accounts_erased
from shop.core.api.idempotency import caller_of
from shop.core.models import IdempotencyRecord, OutgoingMail
from warehouses.erasure import anonymise_warehouse_orders
from warehouses.models import WarehouseOrder

BATCH_SIZE = 500


@transaction.atomic
def close_account(*, customer) -> None:
    """Delete the customer's personal data and anonymise their orders. Idempotent.

    The hold ends and its units go back on sale; cart, addresses, back-in-stock requests,
    tokens and sessions are deleted. The user's row is written last, because a concurrent
    order has a share lock on it and may be waiting for the cart. Raises IsStaff.
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
    _delete_copies(customer)
    _delete_personal_rows([customer.pk])
    _delete_answers_about(Order.objects.filter(customer=customer).values_list("pk", flat=True))
    _anonymise_user(customer)


@transaction.atomic
def anonymise_closed_accounts() -> int:
    """Anonymise up to BATCH_SIZE orders of closed accounts that are over by now.

    Also deletes rows that a concurrent request wrote while the account was being closed.
    Returns the number of anonymised orders.
    """
    closed = User.objects.exclude(closed_at=None).values_list("pk", flat=True)
    list(Cart.objects.filter(customer__in=closed).lock())
    orders = lock_orders_to_anonymise(closed, limit=BATCH_SIZE)
    anonymise_orders(orders)
    anonymise_warehouse_orders(orders)
    Cart.objects.filter(customer__in=closed).delete()
    _delete_personal_rows(closed)
    _delete_answers_about(orders)
    forget_closed_newcomers()
    return len(orders)


def _delete_personal_rows(customers) -> None:
    """Delete the rows that belong to the customers and that no order refers to."""
    Address.objects.filter(customer__in=customers).delete()
    BackInStockRequest.objects.filter(customer__in=customers).delete()
    OAuthClient.objects.filter(user__in=customers).delete()
    ApiToken.objects.filter(user__in=customers).delete()
    EmailAddress.objects.filter(user__in=customers).delete()
    accounts_erased.send(sender=User, user_ids=customers)


def _delete_copies(user: User) -> None:
    """Delete copies of the address: idempotency records, queued mails, sessions.

    The admin's log has none (shop.core.admin.impersonal_log).
    """
    IdempotencyRecord.objects.filter(caller=caller_of(user)).delete()
    addresses = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    for address in {user.email, *addresses}:
        OutgoingMail.objects.filter(to__iexact=address).delete()
    end_sessions(user_id=user.pk)


def _delete_answers_about(order_ids: Iterable[int]) -> None:
    """Delete the kept answers to others, as staff, whose routes name the orders or their parts.

    A route is as "POST /api/v1/orders/20260131-ABCD/cancel/".
    """
    orders = Order.objects.filter(pk__in=list(order_ids))
    parcels = WarehouseOrder.objects.filter(order__in=orders)
    returns = ReturnRequest.objects.filter(order__in=orders)
    names = {
        "orders": orders.values_list("number", flat=True),
        "warehouse-orders": parcels.values_list("pk", flat=True),
        "returns": returns.values_list("pk", flat=True),
    }
    records = IdempotencyRecord.objects.alias(kind=_part_of_route(4), name=_part_of_route(5))
    for kind, keys in names.items():
        records.filter(kind=kind, name__in=[str(key) for key in keys]).delete()


def _part_of_route(position: int) -> Func:
    return Func(
        F("route"),
        Value("/"),
        Value(position),
        function="split_part",
        output_field=TextField(),
    )


def _anonymise_user(user: User) -> None:
    """Free the e-mail address; its random replacement cannot be registered in advance."""
    replacement = f"closed-{user.pk}-{secrets.token_hex(4)}@account.invalid"
    User.objects.filter(pk=user.pk, closed_at=None).update(
        email=replacement,
        password=make_password(None),
        is_active=False,
        last_login=None,
        closed_at=Now(),
    )
