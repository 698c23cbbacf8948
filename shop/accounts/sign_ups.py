"""Receivers of allauth's signals of the sign-up: a new customer is written, then confirmed."""

from typing import Any

from allauth.account.signals import email_confirmed, user_signed_up
from django.dispatch import receiver
from django.http import HttpRequest

from orders.newcomers import confirm_newcomer, record_newcomer
from shop.accounts.models import User
from shop.core.db.transactions import run_transaction
from shop.core.http.client_address import client_network


@receiver(user_signed_up)
def record_sign_up(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Write that the user signed up alone, from the network of the request."""
    run_transaction(record_newcomer, customer=user, network=client_network(request))


@receiver(email_confirmed)
def record_confirmation(email_address: Any, **kwargs: Any) -> None:
    """Write that the user has confirmed an address."""
    run_transaction(confirm_newcomer, customer_id=email_address.user_id)
