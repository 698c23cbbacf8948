"""Authorisation by scopes alone. A view names its scopes in `required_scope`.

A call has the scopes of its token that the token's user holds now, so that a token never
outlives the rights that it was made from. The token is the object in `request.auth`; this
module reads nothing of it but `scopes`.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import TextChoices
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:  # the views import this module through the settings
    from rest_framework.views import APIView


class Scope(TextChoices):
    """A set of calls of the API that a token allows."""

    SHOPPER = "shopper"
    CATALOG_WRITE = "catalog:write"
    STOCK_WRITE = "stock:write"
    FULFILMENT_WRITE = "fulfilment:write"
    ORDERS_READ = "orders:read"
    ORDERS_WRITE = "orders:write"


# The rights of which a member of staff needs each, to hold a scope that nobody granted.
STAFF_RIGHTS: dict[str, tuple[str, ...]] = {
    Scope.CATALOG_WRITE: ("catalog.add_item", "catalog.change_item"),
    Scope.STOCK_WRITE: (
        *("warehouses.change_warehousestock", "warehouses.add_transfer"),
        "warehouses.change_transfer",
    ),
    Scope.FULFILMENT_WRITE: (
        *("warehouses.view_warehouseorder", "warehouses.change_warehouseorder"),
        "orders.change_returnrequest",
    ),
    Scope.ORDERS_READ: ("orders.view_order",),
    Scope.ORDERS_WRITE: ("orders.view_order", "orders.change_order"),
}
# The required_scope of a view that any token may call.
ANY_SCOPE = tuple(Scope.values)
# The scopes that read the orders of every customer; who may change them may read them.
ALL_ORDERS = (Scope.ORDERS_READ.value, Scope.ORDERS_WRITE.value)


class HasRequiredScope(BasePermission):
    """Permission by the view's `required_scope`.

    That is one scope, a sequence of scopes any of which suffices, or a mapping of methods
    to either. The entry for GET counts for every safe method. The methods in the view's
    `outlives_sessions` also need, in a session, a proof of identity from the last minutes.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Return whether the token has a scope that the view needs. Raises NotAuthenticated."""
        needed = scopes_needed(view, request.method)
        if not needed:
            return True
        if not request.user.is_authenticated:
            raise NotAuthenticated("This needs a token: Authorization: Bearer TOKEN.")
        if _outlives_unproved_session(request, view):
            self.message = "A session makes this only within minutes of the password typed again."
            return False
        self.message = f"This needs the scope {' or '.join(needed)}."
        return not scopes_of(request).isdisjoint(needed)


def _outlives_unproved_session(request: Request, view: "APIView") -> bool:
    """Return whether a session would make what outlives it, without a recent proof of identity."""
    from allauth.account.internal.flows.reauthentication import (  # noqa: PLC0415 -- has models
        did_recently_reauthenticate,
    )

    is_lasting = request.method in getattr(view, "outlives_sessions", ())
    return is_lasting and request.auth is None and not did_recently_reauthenticate(request)


def scopes_needed(view: "APIView", method: str | None) -> tuple[str, ...]:
    """Return the scopes of which a token needs any one to call the view by this method."""
    required = getattr(view, "required_scope", ())
    if isinstance(required, dict):
        required = required.get("GET" if method in SAFE_METHODS else method, ())
    return (required,) if isinstance(required, str) else tuple(required)


def scopes_of(request: Request) -> set[str]:
    """Return the token's scopes; for a session `shopper`, and for a superuser's every scope.

    Of a token's scopes those count that its user holds now. A superuser whom the settings
    ask for a second factor has to have one for the scopes of a session.
    """
    if request.auth is not None:
        return held_scopes(request.user, request.auth.scopes)  # type: ignore[union-attr]
    if getattr(request.user, "is_superuser", False) and not lacks_second_factor(request.user):
        return set(Scope.values)
    return {Scope.SHOPPER.value}


def held_scopes(user: Any, scopes: Iterable[str]) -> set[str]:
    """Return those of the scopes that a user holds now, as a grant or by rights as staff."""
    granted = {Scope.SHOPPER.value, *user.granted_scopes}
    return {scope for scope in scopes if scope in granted or _has_rights(user, scope)}


def _has_rights(user: Any, scope: str) -> bool:
    return user.is_superuser or (user.is_staff and user.has_perms(STAFF_RIGHTS[scope]))


def lacks_second_factor(user: Any) -> bool:
    """Return whether staff need a second factor here, and this user has none."""
    from allauth.mfa.models import Authenticator  # noqa: PLC0415 -- the models import this module

    factors = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    own = Authenticator.objects.filter(user=user.pk, type__in=factors)
    return settings.STAFF_SECOND_FACTOR and not own.exists()
