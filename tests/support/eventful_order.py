"""An order with everything happening to it, each by its verb."""

from orders.cancellation import cancel_items
from orders.models import Order
from orders.readdressing import change_shipping_address
from orders.returns import refuse_return, request_return
from shop.core.authors import Author
from tests.support.factories import ItemFactory, WarehouseFactory, given_stock
from tests.support.stories import ADDRESS, order_and_assign
from warehouses.assignment.assigning import assign_order
from warehouses.assignment.overruling import move_warehouse_order
from warehouses.fulfilment.picking import pick_warehouse_order
from warehouses.fulfilment.shipping import correct_tracking, ship_warehouse_order
from warehouses.inventory.receiving import receive_stock
from warehouses.inventory.returns import ReturnedUnits, receive_return
from warehouses.inventory.shortfalls import resolve_shortfall
from warehouses.models import Carrier, WarehouseOrder

NEW_ADDRESS = ADDRESS | {"line1": "1000 Fourth Ave", "postal_code": "98104"}


def eventful_order(customer, clerk) -> Order:
    """Return an order of three items.

    Of 5 lamps 3 were shipped, 1 of these was returned, 1 is still to come and 1 short; of 2
    rugs 1 is cancelled; 1 kettle was moved to another warehouse and is still to come.
    """
    staff = Author(clerk)
    lamp = ItemFactory(name="Brass desk lamp with a linen shade", price="49.95")
    rug = ItemFactory(name="Wool rug, 170 × 240 cm, hand-knotted", price="120.00")
    kettle = ItemFactory(name="Gooseneck kettle", price="35.50")
    seattle, dallas = WarehouseFactory(name="Seattle"), WarehouseFactory(name="Dallas")
    given_stock({lamp: 5, rug: 2}, seattle)
    given_stock({kettle: 1}, dallas)
    order, parcels = order_and_assign(customer, {lamp: 5, rug: 2, kettle: 1})
    change_shipping_address(
        order_id=order.pk, shipping_address=NEW_ADDRESS, author=Author(customer)
    )
    reason = {"reason": "One is enough after all", "author": Author(customer)}
    cancel_items(order_id=order.pk, quantities={rug.pk: 1}, **reason)
    _move(parcels, kettle, staff)
    from_seattle = next(parcel for parcel in parcels if parcel.warehouse_id == seattle.pk)
    _ship_short(from_seattle, lamp, staff)
    receive_stock(warehouse=dallas, item=lamp, quantity=1)
    assign_order(order_id=order.pk)
    _send_back(order, lamp, rug, seattle, Author(customer), staff)
    return Order.objects.get(pk=order.pk)


def _move(parcels: list[WarehouseOrder], kettle, staff: Author) -> None:
    """Move the parcel of the kettle to a third warehouse."""
    atlanta = WarehouseFactory(name="Atlanta")
    given_stock({kettle: 1}, atlanta)
    [parcel] = [parcel for parcel in parcels if parcel.lines.filter(item=kettle).exists()]
    move_warehouse_order(
        warehouse_order_id=parcel.pk,
        warehouse=atlanta,
        reason="Dallas is snowed in",
        author=staff,
    )


def _ship_short(parcel: WarehouseOrder, lamp, staff: Author) -> None:
    """Pick 3 of the 5 lamps, ship them, and correct the tracking."""
    Carrier.objects.create(
        name="United Parcel Service", tracking_url="https://example.com/track?n={tracking}"
    )
    pick_warehouse_order(
        warehouse_order_id=parcel.pk, assigned_to="Wanda Wrap", found={lamp.pk: 3}, author=staff
    )
    resolve_shortfall(item_id=lamp.pk)
    carrier = {"carrier": "United Parcel Service", "author": staff}
    ship_warehouse_order(warehouse_order_id=parcel.pk, tracking="1Z999AA1", **carrier)
    correct_tracking(warehouse_order_id=parcel.pk, tracking="1Z999AA10123456784", **carrier)


def _send_back(order: Order, lamp, rug, warehouse, customer: Author, staff: Author) -> None:
    """Return a broken lamp, have the return of the rug refused, and ask for another lamp's."""
    broken = request_return(
        order_id=order.pk, quantities={lamp.pk: 1}, reason="The shade is torn", author=customer
    )
    receive_return(
        return_id=broken.pk,
        warehouse=warehouse,
        units={lamp.pk: ReturnedUnits(damaged=1)},
        author=staff,
    )
    refused = request_return(order_id=order.pk, quantities={rug.pk: 1}, author=customer)
    refuse_return(return_id=refused.pk, reason="Rugs that were cut to size stay with you")
    request_return(
        order_id=order.pk, quantities={lamp.pk: 1}, reason="Wrong colour", author=customer
    )
