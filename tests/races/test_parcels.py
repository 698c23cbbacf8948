"""Two people at once on every verb about a parcel: one wins, and the other is told.

The watcher of locks runs in every thread, and every test ends with the audit.
"""

from functools import partial

import pytest

from orders.cancellation import cancel_items, cancel_order
from orders.exceptions import OrderAlreadyPicked
from orders.models import Order, OrderNotification
from orders.readdressing import change_shipping_address
from shop.core.authors import THE_SHOP
from tests.support.concurrency import at_once, refusals, verb
from tests.support.factories import given_stock
from tests.support.stories import ADDRESS, let_the_workers_act, order_and_assign
from warehouses.assignment.overruling import move_warehouse_order
from warehouses.exceptions import AlreadyPicked, AlreadyShipped
from warehouses.fulfilment.picking import pick_warehouse_order, unpick_warehouse_order
from warehouses.fulfilment.shipping import correct_tracking, ship_warehouse_order
from warehouses.inventory.adjustments import discard_stock, recount_stock
from warehouses.inventory.shortfalls import resolve_shortfall
from warehouses.inventory.warehouses import close_warehouse
from warehouses.models import StockMovement
from warehouses.tasks import reoptimize_orders

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("conserved")]

ROUNDS = 4


@pytest.fixture
def stories(alice, lamp, seattle):
    """Return a function that assigns ROUNDS orders of two lamps each, one after the other."""
    given_stock({lamp: 4 * ROUNDS}, seattle)

    def generate():
        for _ in range(ROUNDS):
            placed, [parcel] = order_and_assign(alice, {lamp: 2})
            yield placed, parcel

    return generate


def test_two_pickers_of_one_parcel(stories):
    for _, parcel in stories():
        pick = partial(verb, pick_warehouse_order, warehouse_order_id=parcel.pk)

        results = at_once(pick(assigned_to="Ann"), pick(assigned_to="Ben"))

        assert refusals(results) == [AlreadyPicked]


def test_two_short_picks_of_one_parcel_take_off_what_is_lost_once(stories, lamp, seattle):
    for _, parcel in stories():
        pick = verb(
            pick_warehouse_order,
            warehouse_order_id=parcel.pk,
            assigned_to="Ann",
            found={lamp.pk: 1},
        )

        refusals(at_once(pick, pick))
        let_the_workers_act()

        assert list(parcel.lines.values_list("quantity", flat=True)) == [1]


def test_a_short_pick_while_the_count_misses_the_same_unit(stories, lamp, seattle):
    for _, parcel in stories():
        physical = seattle.stock_rows.get().physical_stock
        refusals(
            at_once(
                verb(
                    pick_warehouse_order,
                    warehouse_order_id=parcel.pk,
                    assigned_to="Ann",
                    found={lamp.pk: 1},
                ),
                verb(
                    recount_stock,
                    warehouse=seattle,
                    item=lamp,
                    physical_stock=physical - 1,
                    expected=physical,
                ),
                verb(resolve_shortfall, item_id=lamp.pk),
            )
        )
        let_the_workers_act()


def test_unpicking_while_it_ships(stories):
    for _, parcel in stories():
        pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Ann")

        refusals(
            at_once(
                verb(unpick_warehouse_order, warehouse_order_id=parcel.pk),
                verb(ship_warehouse_order, warehouse_order_id=parcel.pk),
            )
        )

        parcel.refresh_from_db()
        assert parcel.status == "shipped"


def test_two_trucks_ship_one_parcel(stories):
    for _, parcel in stories():
        ship = partial(verb, ship_warehouse_order, warehouse_order_id=parcel.pk)

        results = at_once(
            ship(carrier="UPS", tracking="1Z"), ship(carrier="DHL", tracking="9"), ship()
        )

        assert refusals(results) in ([AlreadyShipped], [AlreadyShipped] * 2)
        movements = StockMovement.objects.filter(warehouse_order=parcel, kind="shipped")
        assert movements.count() == 1


def test_two_corrections_of_one_number_are_both_told(stories):
    for placed, parcel in stories():
        ship_warehouse_order(warehouse_order_id=parcel.pk, tracking="1Z")
        correct = partial(verb, correct_tracking, warehouse_order_id=parcel.pk)

        assert refusals(at_once(correct(tracking="2Z"), correct(tracking="3Z"))) == []

        mails = OrderNotification.objects.filter(order=placed, kind="tracking")
        parcel.refresh_from_db()
        assert mails.order_by("pk").last().details["tracking"] == parcel.tracking


def test_the_rest_is_cancelled_while_it_ships(alice, lamp, rug, seattle, dallas):
    for _ in range(ROUNDS):
        given_stock({lamp: 1}, seattle)
        given_stock({rug: 1}, dallas)
        placed, parcels = order_and_assign(alice, {lamp: 1, rug: 1})
        ship_warehouse_order(warehouse_order_id=parcels[0].pk)
        left = parcels[1].lines.get().item_id

        results = at_once(
            verb(ship_warehouse_order, warehouse_order_id=parcels[1].pk),
            verb(cancel_items, order_id=placed.pk, quantities={left: 1}),
        )

        assert len(refusals(results)) == 1
        assert Order.objects.get(pk=placed.pk).status == "shipped"
        for item in (lamp, rug):
            for row in item.warehouse_stock.filter(available_stock__gt=0):
                discard_stock(warehouse=row.warehouse, item=item, quantity=row.available_stock)


def test_a_short_pick_while_the_order_is_cancelled(stories, lamp):
    for placed, parcel in stories():
        refusals(
            at_once(
                verb(
                    pick_warehouse_order,
                    warehouse_order_id=parcel.pk,
                    assigned_to="Ann",
                    found={lamp.pk: 0},
                ),
                verb(cancel_order, order_id=placed.pk),
            )
        )
        let_the_workers_act()

        assert Order.objects.get(pk=placed.pk).status == "cancelled"


def test_two_people_move_one_parcel(alice, lamp, seattle, dallas):
    given_stock({lamp: 8}, seattle)
    given_stock({lamp: 8}, dallas)
    for _ in range(ROUNDS):
        placed, [parcel] = order_and_assign(alice, {lamp: 2})
        other = dallas if parcel.warehouse == seattle else seattle
        move = verb(
            move_warehouse_order,
            warehouse_order_id=parcel.pk,
            warehouse=other,
            reason="Closer",
            author=THE_SHOP,
        )

        results = at_once(move, move)

        assert len(refusals(results)) == 1
        assert [p.warehouse for p in placed.warehouse_orders.open()] == [other]


def test_a_move_while_it_is_picked_and_its_target_closes(alice, lamp, seattle, dallas):
    given_stock({lamp: 8}, seattle)
    for _ in range(2):
        _, [parcel] = order_and_assign(alice, {lamp: 2})
        given_stock({lamp: 2}, dallas)
        refusals(
            at_once(
                verb(
                    move_warehouse_order,
                    warehouse_order_id=parcel.pk,
                    warehouse=dallas,
                    reason="Closer",
                    author=THE_SHOP,
                ),
                verb(pick_warehouse_order, warehouse_order_id=parcel.pk, assigned_to="Ann"),
                verb(close_warehouse, warehouse_id=dallas.pk),
                reoptimize_orders,
            )
        )
        let_the_workers_act()


def test_an_address_changes_while_the_parcel_is_picked(stories):
    for placed, parcel in stories():
        elsewhere = {**ADDRESS, "line1": "1 Pine St"}

        results = at_once(
            verb(change_shipping_address, order_id=placed.pk, shipping_address=elsewhere),
            verb(pick_warehouse_order, warehouse_order_id=parcel.pk, assigned_to="Ann"),
        )

        parcel.refresh_from_db()
        assert refusals(results) in ([], [OrderAlreadyPicked])
        assert parcel.shipping_address == Order.objects.get(pk=placed.pk).shipping_address
