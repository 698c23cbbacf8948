"""Scopes alone authorise. A view names what it needs in `required_scope`.

The token is whatever stands in `request.auth`: all that is asked of it are its `scopes`.
"""

from typing import TYPE_CHECKING

from django.db.models import TextChoices
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:  # the views import this module through the settings
    from rest_framework.views import APIView


class Scope(TextChoices):
    """What a token may do."""

    SHOPPER = "shopper"
    CATALOG_WRITE = "catalog:write"
    STOCK_WRITE = "stock:write"
    FULFILMENT_WRITE = "fulfilment:write"
    ORDERS_READ = "orders:read"


# For views that any token opens, whatever its scopes.
ANY_SCOPE = tuple(Scope.values)


class HasRequiredScope(BasePermission):
    """`required_scope` is a scope, several of which any will do, or those by method."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        needed = scopes_needed(view, request.method)
        if not needed:
            return True
        if not request.user.is_authenticated:
            raise NotAuthenticated("This needs a token: Authorization: Bearer TOKEN.")
        self.message = f"This needs the scope {' or '.join(needed)}."
        return not scopes_of(request).isdisjoint(needed)


def scopes_needed(view: "APIView", method: str | None) -> tuple[str, ...]:
    """Return the scopes any of which lets a token call the view by this method."""
    required = getattr(view, "required_scope", ())
    if isinstance(required, dict):
        required = required.get("GET" if method in SAFE_METHODS else method, ())
    return (required,) if isinstance(required, str) else tuple(required)


def scopes_of(request: Request) -> set[str]:
    """Return a token's scopes. In the browser everybody may shop, and superusers may do all."""
    if request.auth is not None:
        return set(request.auth.scopes)  # type: ignore[union-attr]  # DRF's own has none
    if getattr(request.user, "is_superuser", False):
        return set(Scope.values)
    return {Scope.SHOPPER.value}
