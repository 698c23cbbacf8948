"""Orders that are kept for the books and no longer tell whose they were.

What was bought, when and for how much stays, and of the shipping address only country
and region, which taxes and statistics need. The e-mail address, the rest of the address,
the reason that was given for cancelling and the carriers' numbers go.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, JSONObject, Now

from orders.models import Order, OrderNotification, OrderQuerySet
from orders.models.address import ADDRESS_PARTS

NOBODY = "nobody@account.invalid"  # a domain that never is (RFC 2606)
UNSENT_MAIL_RETENTION = timedelta(days=7)  # before an order is anonymised all the same
KEPT_PARTS = ("country", "region")
# For a table's column `shipping_address`: the same parts, all but those that are kept empty.
ONLY_COUNTRY_AND_REGION = JSONObject(
    **{
        part: Coalesce(KT(f"shipping_address__{part}"), Value(""))
        if part in KEPT_PARTS
        else Value("")
        for part in ADDRESS_PARTS
    }
)


def lock_orders_to_anonymise(customers: Iterable[int], *, most: int | None = None) -> list[int]:
    """Lock the customers' orders that are over, and return the keys of those to anonymise.

    What is to be told by mail is judged after the lock: a parcel that was just shipped
    left its notice in the transaction that we waited for.
    """
    own = _to_anonymise(Order.objects.filter(customer__in=customers))
    locked = [order.pk for order in own.only("pk").lock()[:most]]
    return list(_to_anonymise(Order.objects.filter(pk__in=locked)).values_list("pk", flat=True))


def anonymise_orders(order_ids: Collection[int]) -> None:
    """Make locked orders, and what was told about them, tell nobody's name."""
    Order.objects.filter(pk__in=order_ids).update(
        email=NOBODY,
        shipping_address=ONLY_COUNTRY_AND_REGION,
        cancel_reason="",
        anonymised_at=Now(),
    )
    parcels = OrderNotification.objects.filter(order__in=order_ids, details__has_key="tracking")
    parcels.update(details=JSONObject(items=F("details__items"), tracking=Value("")))


def _to_anonymise(orders: OrderQuerySet) -> OrderQuerySet:
    """Over, with nothing left to tell by mail, or with a mail that no server took for long."""
    untold = OrderNotification.objects.filter(order=OuterRef("pk"), sent_at=None)
    untold = untold.filter(created_at__gt=Now() - UNSENT_MAIL_RETENTION)
    return orders.filter(~Exists(untold), status__in=Order.OVER, anonymised_at=None)
