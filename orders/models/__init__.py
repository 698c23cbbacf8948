"""Tables of checkouts, new customers, orders, their history, returns, notifications, addresses."""

from orders.models.address import Address, AddressQuerySet
from orders.models.change import OrderChange
from orders.models.checkout import Checkout, CheckoutItem, CheckoutItemQuerySet, CheckoutQuerySet
from orders.models.newcomer import Newcomer
from orders.models.notification import OrderNotification, OrderNotificationQuerySet
from orders.models.order import LONG_TEXTS, Order, OrderItem, OrderQuerySet, UnitCounts
from orders.models.returns import ReturnRequest, ReturnRequestItem, ReturnRequestQuerySet

__all__ = [
    "LONG_TEXTS",
    "Address",
    "AddressQuerySet",
    "Checkout",
    "CheckoutItem",
    "CheckoutItemQuerySet",
    "CheckoutQuerySet",
    "Newcomer",
    "Order",
    "OrderChange",
    "OrderItem",
    "OrderNotification",
    "OrderNotificationQuerySet",
    "OrderQuerySet",
    "ReturnRequest",
    "ReturnRequestItem",
    "ReturnRequestQuerySet",
    "UnitCounts",
]
