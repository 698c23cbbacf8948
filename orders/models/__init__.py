"""Tables of checkouts, orders, notifications and addresses."""

from orders.models.address import Address, AddressQuerySet
from orders.models.checkout import Checkout, CheckoutItem, CheckoutItemQuerySet, CheckoutQuerySet
from orders.models.notification import OrderNotification, OrderNotificationQuerySet
from orders.models.order import LONG_TEXTS, Order, OrderItem, OrderQuerySet

__all__ = [
    "LONG_TEXTS",
    "Address",
    "AddressQuerySet",
    "Checkout",
    "CheckoutItem",
    "CheckoutItemQuerySet",
    "CheckoutQuerySet",
    "Order",
    "OrderItem",
    "OrderNotification",
    "OrderNotificationQuerySet",
    "OrderQuerySet",
]
