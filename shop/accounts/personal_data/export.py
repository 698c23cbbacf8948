"""The export of a user's own data (GDPR, article 20), as one JSON document.

It has what the user wrote or did, in the words of the REST API, and no secret and no hash.
"""

import json
from collections.abc import Generator, Iterable, Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.serializers.json import DjangoJSONEncoder

from cart.models import CartItem, SavedItem
from catalog.models import BackInStockRequest
from orders.api.serializers import OrderSerializer
from orders.models import Address, Checkout, Order, ReturnRequest
from orders.models.address import ADDRESS_PARTS
from orders.state.timeline import read_with_arrivals, with_progress
from shop.accounts.identity.open_sessions import list_sessions
from shop.accounts.models import ApiToken, OAuthClient, User
from shop.accounts.signals import personal_data_exported
from shop.core.db.keyset import in_batches

Rows = Iterable[dict[str, Any]]


def export_personal_data(user: User) -> Generator[str, None, None]:
    """Yield the parts of a JSON document; the orders come last, in batches."""
    yield "{\n"
    for name, rows in _sections(user):
        yield f"{json.dumps(name)}: {_encode(list(rows))},\n"
    yield '"orders": ['
    separator = ""
    for order in _orders(user):
        yield f"{separator}\n{_encode(order)}"
        separator = ","
    yield "\n]}\n"


def _sections(user: User) -> Iterator[tuple[str, Rows]]:
    """Yield everything but the orders, by name."""
    own = {"user": user.pk}
    yield "account", _values(User, {"pk": user.pk}, "email", "date_joined", "last_login")
    yield "email_addresses", _values(EmailAddress, own, "email", "verified", "primary")
    yield "second_factors", _values(Authenticator, own, "type", "created_at", "last_used_at")
    yield "sessions", _sessions(user)
    times = ("created_at", "expires_at", "last_used_at", "revoked_at")
    yield "tokens", _values(ApiToken, {**own, "client": None}, "name", "scopes", *times)
    yield "programs", _values(OAuthClient, own, "name", "client_id", "scopes", "created_at")
    own = {"customer": user.pk}
    yield "addresses", _values(Address, own, *ADDRESS_PARTS)
    item = ("item__sku", "item__name")
    yield "cart", _values(CartItem, {"cart__customer": user.pk}, *item, "quantity")
    yield "saved_items", _values(SavedItem, {"cart__customer": user.pk}, *item, "quantity")
    yield "back_in_stock_requests", _values(BackInStockRequest, own, *item, "requested_at")
    yield "checkouts", _values(Checkout, own, "pk", "status", "created_at", "ended_at")
    asked = ("pk", "order__number", "status", "reason", "requested_at", "closed_at")
    yield "returns", _values(ReturnRequest, {"order__customer": user.pk}, *asked)
    answers: list[tuple[Any, Any]] = personal_data_exported.send(sender=User, user=user)
    for _, sections in answers:
        yield from sections.items()


def _values(model: Any, own: dict[str, Any], *fields: str) -> Rows:
    """Return the user's rows with these columns; `item__sku` is named `item_sku`."""
    rows = model.objects.filter(**own).order_by("pk").values(*fields)
    return ({name.replace("__", "_"): value for name, value in row.items()} for row in rows)


def _sessions(user: User) -> Rows:
    return (
        {
            "browser": session.browser,
            "address": session.address,
            "signed_in_at": session.signed_in_at,
            "last_seen_at": session.last_seen_at,
        }
        for session in list_sessions(user=user, current_key=None)
    )


def _orders(user: User) -> Iterator[dict[str, Any]]:
    orders, serializer = with_progress(Order.objects.filter(customer=user)), OrderSerializer()
    for batch in in_batches(orders, read=read_with_arrivals):
        for order in batch:
            yield serializer.to_representation(order)


def _encode(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
