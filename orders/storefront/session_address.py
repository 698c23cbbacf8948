"""The shipping address of a checkout, kept in the session."""

from django.http import HttpRequest

from orders.models import Order

SESSION_KEY = "shipping_address"


def get_address(request: HttpRequest) -> dict[str, str]:
    """Return the address of the session, or {}."""
    return request.session.get(SESSION_KEY) or {}


def set_address(request: HttpRequest, address: dict[str, str]) -> None:
    """Make this the address of the session."""
    request.session[SESSION_KEY] = address


def last_used_address(request: HttpRequest) -> dict[str, str]:
    """Return the address of the session, or else of the customer's last order, or {}."""
    orders = Order.objects.filter(customer=request.user.pk)
    addresses = orders.values_list("shipping_address", flat=True)
    return get_address(request) or addresses.first() or {}
