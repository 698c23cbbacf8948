"""Anonymisation of orders, which stay in the books without their customer's data.

Items, times and prices stay, and of the shipping address only country and region, which
taxes and statistics need. The e-mail address, the rest of the address, the reason for a
cancellation and the carriers' tracking numbers are erased.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, JSONObject, Now

from orders.models import Order, OrderNotification, OrderQuerySet
from orders.models.address import ADDRESS_PARTS

ANONYMOUS_EMAIL = "nobody@account.invalid"  # .invalid is reserved and never exists (RFC 2606)
UNSENT_MAIL_RETENTION = timedelta(days=7)  # an older unsent mail does not delay anonymisation
RETAINED_PARTS = ("country", "region")
# An expression for a column `shipping_address`: all its parts, those not in RETAINED_PARTS empty.
ONLY_COUNTRY_AND_REGION = JSONObject(
    **{
        part: Coalesce(KT(f"shipping_address__{part}"), Value(""))
        if part in RETAINED_PARTS
        else Value("")
        for part in ADDRESS_PARTS
    }
)


def lock_orders_to_anonymise(customers: Iterable[int], *, limit: int | None = None) -> list[int]:
    """Lock up to `limit` finished orders of the customers; return the ids of those to anonymise.

    Unsent notifications are read again after the lock: the transaction that held the lock
    may have shipped a parcel and written one.
    """
    own = _to_anonymise(Order.objects.filter(customer__in=customers))
    locked = [order.pk for order in own.only("pk").lock()[:limit]]
    return list(_to_anonymise(Order.objects.filter(pk__in=locked)).values_list("pk", flat=True))


def anonymise_orders(order_ids: Collection[int]) -> None:
    """Erase the customer's data from locked orders and from their notifications."""
    Order.objects.filter(pk__in=order_ids).update(
        email=ANONYMOUS_EMAIL,
        shipping_address=ONLY_COUNTRY_AND_REGION,
        cancel_reason="",
        anonymised_at=Now(),
    )
    parcels = OrderNotification.objects.filter(order__in=order_ids, details__has_key="tracking")
    parcels.update(details=JSONObject(items=F("details__items"), tracking=Value("")))


def _to_anonymise(orders: OrderQuerySet) -> OrderQuerySet:
    """Return the finished orders without an unsent mail younger than UNSENT_MAIL_RETENTION."""
    unsent = OrderNotification.objects.filter(order=OuterRef("pk"), sent_at=None)
    unsent = unsent.filter(created_at__gt=Now() - UNSENT_MAIL_RETENTION)
    return orders.filter(~Exists(unsent), status__in=Order.FINAL_STATUSES, anonymised_at=None)
