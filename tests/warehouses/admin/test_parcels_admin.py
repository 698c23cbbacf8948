"""What staff do with warehouse orders in the admin, and with shortfalls that wait for a picker."""

import pytest
from django.contrib.auth.models import Permission

from tests.support.factories import UserFactory, given_stock
from tests.support.stories import let_the_workers_act, order_and_assign
from warehouses.fulfilment.picking import pick_warehouse_order
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.inventory.adjustments import recount_stock
from warehouses.models import Carrier, Shortfall, WarehouseOrder, WarehouseStock

PARCELS = "/admin/warehouses/warehouseorder/"
SHORTFALLS = "/admin/warehouses/shortfall/"

pytestmark = pytest.mark.usefixtures("conserved")


@pytest.fixture
def parcel(alice, lamp, seattle) -> WarehouseOrder:
    given_stock({lamp: 2}, seattle)
    _, [parcel] = order_and_assign(alice, {lamp: 2})
    return parcel


@pytest.fixture
def ups():
    return Carrier.objects.create(name="UPS", tracking_url="https://ups.example/{tracking}")


def show(browser, action: str, parcel: WarehouseOrder, **answers):
    """Choose an action for a parcel; `row_…` answers are those of the row's own form."""
    data = {
        (f"row-{parcel.pk}-{name[4:].replace('_', '-', 1)}" if "row_" in name else name): value
        for name, value in answers.items()
    }
    return browser.post(
        PARCELS, {"action": action, "_selected_action": [parcel.pk], **data}, follow=True
    )


def act(browser, action: str, parcel: WarehouseOrder, **answers):
    return show(browser, action, parcel, confirmed="yes", **answers)


def found(lamp, quantity) -> dict:
    return {f"row_found_{lamp.pk}": quantity}


def row_errors(response) -> dict:
    [(_, _, form)] = response.context["row_forms"]
    return form.errors


def test_a_second_picker_reads_the_name_of_the_first(desk, parcel):
    act(desk, "pick", parcel, assigned_to="Ann")

    response = act(desk, "pick", parcel, assigned_to="Ben")

    parcel.refresh_from_db()
    assert "It was picked already by Ann." in response.content.decode()
    assert parcel.assigned_to == "Ann"


def test_a_short_pick_counts_what_was_not_found_off_the_shelf(desk, clerk, parcel, lamp):
    page = show(desk, "pick_short", parcel).content.decode()
    act(desk, "pick_short", parcel, assigned_to="Ann", **found(lamp, 1))

    parcel.refresh_from_db()
    movement = WarehouseStock.objects.get()
    assert "found of 2" in page
    assert (parcel.status, parcel.lines.get().quantity) == ("picked", 1)
    assert movement.physical_stock == 1


def test_a_parcel_of_which_nothing_was_found_is_cancelled(desk, parcel, lamp):
    response = act(desk, "pick_short", parcel, assigned_to="Ann", **found(lamp, 0))

    parcel.refresh_from_db()
    assert "Nothing of" in response.content.decode()
    assert parcel.is_cancelled


@pytest.mark.parametrize("quantity", ["3", "-1", "1.5", ""])
def test_a_number_that_cannot_be_found_is_shown_again(desk, parcel, lamp, quantity):
    response = act(desk, "pick_short", parcel, assigned_to="Ann", **found(lamp, quantity))

    parcel.refresh_from_db()
    assert row_errors(response)
    assert parcel.status == "assigned"


def test_a_picked_parcel_is_unpicked_and_a_shipped_one_is_not(desk, parcel):
    pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Ann")
    act(desk, "unpick", parcel)
    parcel.refresh_from_db()
    assert parcel.status == "assigned"

    ship_warehouse_order(warehouse_order_id=parcel.pk)
    response = act(desk, "unpick", parcel)
    assert row_errors(response)


def test_a_parcel_ships_with_a_carrier_and_its_page_has_the_link(desk, parcel, ups):
    act(desk, "ship", parcel, row_carrier=ups.pk, row_tracking="1Z")

    page = desk.get(f"{PARCELS}{parcel.pk}/change/").content.decode()
    assert 'href="https://ups.example/1Z"' in page


def test_a_tracking_number_is_corrected(desk, clerk, parcel, ups):
    act(desk, "ship", parcel, row_tracking="1Z")
    page = show(desk, "correct", parcel).content.decode()
    act(desk, "correct", parcel, row_carrier=ups.pk, row_tracking="2Z")

    parcel.refresh_from_db()
    assert 'value="1Z"' in page
    assert (parcel.carrier, parcel.tracking) == (ups, "2Z")
    assert parcel.order.changes.get(kind="tracking").author == clerk


def test_what_has_not_shipped_is_not_corrected(desk, parcel):
    assert row_errors(act(desk, "correct", parcel, row_tracking="2Z"))


def test_moving_shows_cost_and_day_of_both_warehouses(desk, clerk, parcel, lamp, seattle, dallas):
    given_stock({lamp: 2}, dallas)

    page = show(desk, "move", parcel).content.decode()
    nameless = act(desk, "move", parcel, row_warehouse=dallas.pk, reason="")
    act(desk, "move", parcel, row_warehouse=dallas.pk, reason="The dock is full")

    moved = parcel.order.warehouse_orders.open().get()
    change = parcel.order.changes.get(kind="moved")
    assert "Now from SEA1 Seattle: $" in page
    assert "DAL1 Dallas: $" in page
    assert "arrives" in page
    assert "The customer can read it" in page
    assert "This field is required" in nameless.content.decode()
    assert (moved.warehouse, moved.is_overruled) == (dallas, True)
    assert (change.author, change.reason) == (clerk, "The dock is full")


def test_a_warehouse_without_the_units_is_not_offered(desk, parcel, dallas):
    page = show(desk, "move", parcel).content.decode()
    response = act(desk, "move", parcel, row_warehouse=dallas.pk, reason="Closer")

    assert "No other warehouse has all of its units free." in page
    assert "warehouse" in row_errors(response)


@pytest.mark.parametrize("action", ["pick", "pick_short", "unpick", "move", "ship", "correct"])
def test_staff_without_the_right_to_change_parcels_cannot_act(client, parcel, action):
    viewer = UserFactory(is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_warehouseorder"))
    client.force_login(viewer)

    page = client.get(PARCELS).content.decode()
    act(client, action, parcel, assigned_to="Ann", row_tracking="1Z", reason="Why not")

    parcel.refresh_from_db()
    assert f'value="{action}"' not in page
    assert parcel.status == "assigned"


def test_the_list_takes_the_same_statements_for_any_length(
    desk, alice, lamp, seattle, ups, django_assert_num_queries
):
    given_stock({lamp: 9}, seattle)
    for _ in range(4):
        _, [parcel] = order_and_assign(alice, {lamp: 1})
        ship_warehouse_order(warehouse_order_id=parcel.pk, carrier="UPS", tracking="1Z")
        with django_assert_num_queries(4):
            desk.get(PARCELS)


# Shortfalls


def test_a_shortfall_of_a_picked_parcel_names_who_can_end_it(desk, parcel, lamp, seattle):
    pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Ann")
    recount_stock(warehouse=seattle, item=lamp, physical_stock=1, expected=2)
    let_the_workers_act()

    waiting = desk.get(SHORTFALLS).content.decode()
    act(desk, "pick_short", parcel, assigned_to="Ann", **found(lamp, 1))
    let_the_workers_act()
    ended = desk.get(f"{SHORTFALLS}{Shortfall.objects.first().pk}/change/").content.decode()

    assert f"Ann, who picked parcel {parcel.pk}" in waiting
    assert f"{PARCELS}{parcel.pk}/change/" in waiting
    assert not Shortfall.objects.filter(resolved_at=None).exists()
    assert "nothing" in ended


def test_the_trace_shows_units_in_transit_and_short_ones(desk, parcel, lamp, seattle):
    recount_stock(warehouse=seattle, item=lamp, physical_stock=1, expected=2)
    let_the_workers_act()

    page = desk.get(f"/admin/warehouses/warehousestock/trace/{lamp.pk}/").content.decode()

    assert "promised in transit" in page
    assert "1 short: their customers are first in line." in page
    assert "This adds up." in page


# Carriers


@pytest.mark.parametrize(
    ("pattern", "is_valid"),
    [
        ("https://ups.example/{tracking}", True),
        ("", True),
        ("javascript:alert({tracking})", False),
        ("https://ups.example/", False),
        ("https://ups.example/{tracking}{tracking}", False),
    ],
)
def test_the_page_of_a_carrier_has_one_place_for_the_number(desk, pattern, is_valid):
    desk.post("/admin/warehouses/carrier/add/", {"name": "UPS", "tracking_url": pattern})

    assert Carrier.objects.filter(name="UPS").exists() == is_valid


def test_a_carrier_is_named_once_in_any_case(desk, ups):
    response = desk.post("/admin/warehouses/carrier/add/", {"name": "ups", "tracking_url": ""})

    assert response.context["adminform"].form.errors
    assert Carrier.objects.count() == 1
