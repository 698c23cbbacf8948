"""Orders that are kept for the books and no longer tell whose they were.

What was bought, when and for how much stays, and of the shipping address only country
and region, which taxes and statistics need. The e-mail address, the rest of the address,
the reason that was given for cancelling and the carriers' numbers go.
"""

from collections.abc import Collection, Iterable

from django.db.models import F, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, JSONObject, Now

from orders.addresses import PARTS
from orders.models import Notice, Order

NOBODY = "nobody@account.invalid"  # a domain that never is (RFC 2606)
KEPT = ("country", "region")
# For a table's column `shipping_address`: the same parts, all but those that are kept empty.
ONLY_COUNTRY_AND_REGION = JSONObject(
    **{
        part: Coalesce(KT(f"shipping_address__{part}"), Value("")) if part in KEPT else Value("")
        for part in (*PARTS, "line2")
    }
)


def lock_orders_to_anonymise(customers: Iterable[int], *, most: int | None = None) -> list[int]:
    """Lock the customers' orders that are over, and return the keys of those to anonymise.

    What is to be told by mail is judged after the lock: a parcel that was just shipped
    left its notice in the transaction that we waited for.
    """
    own = Order.objects.filter(customer__in=customers).to_anonymise()
    locked = [order.pk for order in own.only("pk").lock()[:most]]
    return list(Order.objects.filter(pk__in=locked).to_anonymise().values_list("pk", flat=True))


def anonymise_orders(order_ids: Collection[int]) -> None:
    """Make locked orders, and what was told about them, tell nobody's name."""
    Order.objects.filter(pk__in=order_ids).update(
        email=NOBODY,
        shipping_address=ONLY_COUNTRY_AND_REGION,
        cancel_reason="",
        anonymised_at=Now(),
    )
    parcels = Notice.objects.filter(order__in=order_ids, details__has_key="tracking")
    parcels.update(details=JSONObject(items=F("details__items"), tracking=Value("")))
