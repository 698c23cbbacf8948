"""Anonymisation of orders, which stay in the books without their customer's data.

Items, times and prices stay, and of the shipping address only country and region, which
taxes and statistics need. The e-mail address, the rest of the address, the reasons for
cancellations and returns, the names of API tokens and the tracking numbers are erased.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta

from django.db.models import Exists, OuterRef, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, JSONObject, Now

from orders.models import (
    Order,
    OrderChange,
    OrderNotification,
    OrderQuerySet,
    ReturnRequest,
)
from orders.models.address import ADDRESS_PARTS

ANONYMOUS_EMAIL = "nobody@account.invalid"  # .invalid is reserved and never exists (RFC 2606)
UNSENT_MAIL_RETENTION = timedelta(days=7)  # an older unsent mail does not delay anonymisation
RETAINED_PARTS = ("country", "region")
PERSONAL_DETAILS = ("tracking", "tracking_url", "reason")  # of notifications
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
    OrderChange.objects.filter(order__in=order_ids).update(reason="", token="")
    ReturnRequest.objects.filter(order__in=order_ids).update(reason="", refusal_reason="")
    _anonymise_notifications(order_ids)


def _anonymise_notifications(order_ids: Collection[int]) -> None:
    notifications = OrderNotification.objects.filter(
        order__in=order_ids, details__has_any_keys=PERSONAL_DETAILS
    )
    changed = list(notifications)
    for notification in changed:
        notification.details |= {key: "" for key in PERSONAL_DETAILS if key in notification.details}
    OrderNotification.objects.bulk_update(changed, ["details"])


def _to_anonymise(orders: OrderQuerySet) -> OrderQuerySet:
    """Return the orders that are over: without an open return, or an unsent mail.

    A mail that is older than UNSENT_MAIL_RETENTION does not count.
    """
    unsent = OrderNotification.objects.filter(order=OuterRef("pk"), sent_at=None)
    unsent = unsent.filter(created_at__gt=Now() - UNSENT_MAIL_RETENTION)
    returns = ReturnRequest.objects.open().filter(order=OuterRef("pk"))
    return orders.filter(
        ~Exists(unsent), ~Exists(returns), status__in=Order.FINAL_STATUSES, anonymised_at=None
    )
