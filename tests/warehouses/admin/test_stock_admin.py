"""Admin pages of warehouses, stock rows, warehouse orders, the ledger and shortfalls."""

from datetime import time

import pytest
from django.contrib.auth.models import Permission

from orders.cancellation import cancel_order
from shop.accounts.models import User
from tests.support.factories import ItemFactory, WarehouseFactory, given_stock, stock_left
from tests.support.stories import order_and_assign
from warehouses.inventory.adjustments import discard_stock
from warehouses.inventory.receiving import receive_stock
from warehouses.models import StockMovement, Warehouse, WarehouseOrder, WarehouseStock

WAREHOUSES = "/admin/warehouses/warehouse/"
STOCK = "/admin/warehouses/warehousestock/"
PARCELS = "/admin/warehouses/warehouseorder/"
LEDGER = "/admin/warehouses/stockmovement/"
SHORTFALLS = "/admin/warehouses/shortfall/"
LISTS = [WAREHOUSES, STOCK, PARCELS, LEDGER, SHORTFALLS]
RENO = {
    **{"code": "RNO1", "name": "Reno", "postal_code": "89431"},
    **{"priority": "2", "parcels_per_day": "", "handling_days": "0", "cutoff": "16:30"},
}

pytestmark = pytest.mark.usefixtures("conserved")


def act(desk, url: str, action: str, *rows, **answers):
    """Run an action on rows; with answers, also submit its confirmation."""
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return desk.post(url, {**chosen, **answers}, follow=True)


def each(**answers) -> dict:
    """Return the form data of answers by row, as in each(quantity={row: 5})."""
    return {
        f"row-{row.pk}-{name}": value
        for name, by_row in answers.items()
        for row, value in by_row.items()
    }


def messages_of(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def stock_row(item, warehouse) -> WarehouseStock:
    return WarehouseStock.objects.get(item=item, warehouse=warehouse)


@pytest.mark.parametrize("url", LISTS)
def test_lists_are_shown_to_staff_only(client, mallory, url):
    client.force_login(mallory)

    assert client.get(url).url.startswith("/admin/login/")


@pytest.mark.parametrize("url", LISTS)
def test_a_list_takes_few_queries_for_many_rows(
    desk, alice, seattle, url, django_assert_max_num_queries
):
    dallas = WarehouseFactory(code="DAL1")
    items = ItemFactory.create_batch(10)
    for warehouse in (seattle, dallas):
        given_stock(dict.fromkeys(items, 4), warehouse)
    for item in items:
        order_and_assign(alice, {item: 2})
        discard_stock(warehouse=dallas, item=item, quantity=4)

    with django_assert_max_num_queries(9):
        response = desk.get(url)

    assert response.status_code == 200


@pytest.mark.parametrize("url", LISTS)
def test_a_search_for_nonsense_finds_nothing_and_breaks_nothing(desk, lamp, seattle, url):
    given_stock({lamp: 1}, seattle)

    response = desk.get(url, {"q": "'\"\\%_💥" + "x" * 3000})

    assert response.status_code == 200
    assert not list(response.context["cl"].result_list)


@pytest.mark.parametrize("url", [STOCK, PARCELS, LEDGER, SHORTFALLS])
def test_rows_that_verbs_write_can_only_be_read(desk, alice, lamp, seattle, url):
    given_stock({lamp: 5}, seattle)
    order_and_assign(alice, {lamp: 1})
    discard_stock(warehouse=seattle, item=lamp, quantity=5)
    row = desk.get(url).context["cl"].result_list[0]

    assert desk.get(f"{url}add/").status_code == 403
    assert desk.get(f"{url}{row.pk}/change/").status_code == 200
    assert desk.post(f"{url}{row.pk}/change/", {"quantity": 9}).status_code == 403
    assert desk.post(f"{url}{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_permission_to_view_includes_no_actions(client, lamp, seattle):
    given_stock({lamp: 1}, seattle)
    viewer = User.objects.create_user("viewer@example.com", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_warehousestock"))
    client.force_login(viewer)

    answers = {"confirmed": "yes", "reason": "x", **each(quantity={stock_row(lamp, seattle): 1})}
    act(client, STOCK, "discard", stock_row(lamp, seattle), **answers)

    assert b"discard" not in client.get(STOCK).content
    assert stock_left(lamp) == (1,)


def test_a_warehouse_is_added_and_changed_but_keeps_its_code(desk):
    desk.post(f"{WAREHOUSES}add/", RENO)
    made = Warehouse.objects.get(code="RNO1")
    changed = {"code": "X", "name": "Reno East", "latitude": "39.5", "parcels_per_day": "200"}

    desk.post(f"{WAREHOUSES}{made.pk}/change/", RENO | changed)

    made.refresh_from_db()
    assert (made.code, made.name, made.latitude) == ("RNO1", "Reno East", 39.5)
    assert (made.priority, made.parcels_per_day, made.handling_days) == (2, 200, 0)
    assert made.cutoff == time(16, 30)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("latitude", "91"), ("latitude", "nan"), ("code", "SEA1"), ("code", "a b")],
        *[
            ("priority", "-1"),
            ("parcels_per_day", "-1"),
            ("handling_days", ""),
            ("cutoff", "25:00"),
        ],
    ],
)
def test_an_invalid_warehouse_is_refused_on_the_form(desk, seattle, field, value):
    response = desk.post(f"{WAREHOUSES}add/", RENO | {field: value})

    assert field in response.context["adminform"].form.errors
    assert Warehouse.objects.count() == 1


def test_units_of_an_item_new_to_the_warehouse_are_received(desk, clerk, lamp, seattle):
    answers = {"confirmed": "yes", "reference": "N1"}
    answers |= each(sku={seattle: "LAMP"}, quantity={seattle: 5})

    response = act(desk, WAREHOUSES, "receive", seattle, **answers)

    assert messages_of(response) == ["Brass desk lamp: received +5."]
    assert stock_left(lamp) == (5,)
    assert StockMovement.objects.get().author == clerk


def test_units_of_an_unknown_item_are_refused_on_the_page(desk, seattle):
    answers = {"confirmed": "yes", "reference": "N1"}
    answers |= each(sku={seattle: "NONE"}, quantity={seattle: 5})

    response = act(desk, WAREHOUSES, "receive", seattle, **answers)

    assert "There is no item with this SKU." in response.content.decode()


def test_receiving_asks_for_confirmation(desk, lamp, seattle):
    given_stock({lamp: 1}, seattle)

    response = act(desk, STOCK, "receive", stock_row(lamp, seattle))

    assert "Delivery note" in response.content.decode()
    assert stock_left(lamp) == (1,)


def test_units_are_received_once_under_a_delivery_note(desk, lamp, rug, seattle):
    given_stock({lamp: 1, rug: 1}, seattle)
    rows = [stock_row(lamp, seattle), stock_row(rug, seattle)]
    answers = {"confirmed": "yes", "reference": "N1"}
    answers |= each(quantity={rows[0]: 5, rows[1]: 2})

    act(desk, STOCK, "receive", *rows, **answers)
    again = act(desk, STOCK, "receive", *rows, **answers)

    assert stock_left(lamp, rug) == (6, 3)
    assert messages_of(again) == [
        "Brass desk lamp: 'N1' was received before; nothing changed.",
        "Wool rug: 'N1' was received before; nothing changed.",
    ]


def test_a_refused_row_stays_on_the_page_and_the_others_are_done(desk, lamp, rug, seattle):
    given_stock({lamp: 1, rug: 1}, seattle)
    receive_stock(warehouse=seattle, item=lamp, quantity=4, reference="N1")
    rows = [stock_row(lamp, seattle), stock_row(rug, seattle)]
    answers = {"confirmed": "yes", "reference": "N1"}
    answers |= each(quantity={rows[0]: 5, rows[1]: 2})

    response = act(desk, STOCK, "receive", *rows, **answers)

    assert [row for row, _, _ in response.context["row_forms"]] == [rows[0]]
    assert "was received before with 4 units" in response.content.decode()
    assert stock_left(lamp, rug) == (5, 3)


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "9999999999", "many", ""])
def test_an_invalid_quantity_is_refused_on_the_page(desk, lamp, seattle, quantity):
    given_stock({lamp: 3}, seattle)
    row = stock_row(lamp, seattle)
    answers = {"confirmed": "yes", "reason": "x", **each(quantity={row: quantity})}

    response = act(desk, STOCK, "discard", row, **answers)

    assert response.context["row_forms"][0][2].errors
    assert stock_left(lamp) == (3,)


def test_units_are_discarded_with_a_reason(desk, lamp, seattle):
    given_stock({lamp: 3}, seattle)
    row = stock_row(lamp, seattle)
    answers = {"confirmed": "yes", "reason": "Broken", **each(quantity={row: 2})}

    response = act(desk, STOCK, "discard", row, **answers)

    assert messages_of(response) == ["Brass desk lamp: discarded -2."]
    assert StockMovement.objects.first().reference == "Broken"
    assert stock_left(lamp) == (1,)


def test_more_units_than_on_the_shelves_are_not_discarded(desk, lamp, seattle):
    given_stock({lamp: 3}, seattle)
    row = stock_row(lamp, seattle)
    answers = {"confirmed": "yes", "reason": "Broken", **each(quantity={row: 4})}

    response = act(desk, STOCK, "discard", row, **answers)

    assert "There are 3 units on the shelves, not 4." in response.content.decode()
    assert stock_left(lamp) == (3,)


def test_a_count_corrects_the_stock(desk, lamp, seattle):
    given_stock({lamp: 3}, seattle)
    row = stock_row(lamp, seattle)
    answers = {"confirmed": "yes", **each(physical_stock={row: 7}, expected={row: 3})}

    act(desk, STOCK, "recount", row, **answers)

    assert stock_row(lamp, seattle).physical_stock == 7
    assert stock_left(lamp) == (7,)


def test_a_count_of_stock_that_has_changed_is_refused(desk, lamp, seattle):
    given_stock({lamp: 3}, seattle)
    row = stock_row(lamp, seattle)
    receive_stock(warehouse=seattle, item=lamp, quantity=1)
    answers = {"confirmed": "yes", **each(physical_stock={row: 7}, expected={row: 3})}

    response = act(desk, STOCK, "recount", row, **answers)

    assert "The stock is 4 by now, not 3." in response.content.decode()
    assert stock_left(lamp) == (4,)


def test_an_action_takes_at_most_fifty_rows(desk, seattle):
    given_stock(dict.fromkeys(ItemFactory.create_batch(51), 1), seattle)

    response = act(desk, STOCK, "discard", *WarehouseStock.objects.all(), select_across="1")

    assert messages_of(response) == ["Choose at most 50 rows at a time."]


def test_a_warehouse_order_shows_why_its_warehouse_was_chosen(desk, alice, lamp, seattle, dallas):
    given_stock({lamp: 3}, seattle)
    _, [parcel] = order_and_assign(alice, {lamp: 1})
    WarehouseOrder.objects.filter(pk=parcel.pk).update(
        decision={
            "strategy": "fewest_parcels",
            "version": "1",
            "reason": "SEA1 has it all.",
            "rejected": [{"warehouse": "DAL1", "why": "<b>farther</b>"}],
        }
    )

    page = desk.get(f"{PARCELS}{parcel.pk}/change/").content.decode()

    assert "SEA1 has it all." in page
    assert "<td>DAL1</td>" in page
    assert "&lt;b&gt;farther" in page


def test_warehouse_orders_are_picked_by_name_and_shipped_with_tracking(desk, alice, lamp, seattle):
    given_stock({lamp: 3}, seattle)
    _, [parcel] = order_and_assign(alice, {lamp: 1})

    act(desk, PARCELS, "pick", parcel, confirmed="yes", assigned_to="Sam")
    act(desk, PARCELS, "ship", parcel, confirmed="yes", **each(tracking={parcel: "1Z"}))
    again = act(desk, PARCELS, "ship", parcel, confirmed="yes", **each(tracking={parcel: "2Z"}))

    parcel.refresh_from_db()
    assert (parcel.status, parcel.assigned_to, parcel.tracking) == ("shipped", "Sam", "1Z")
    assert "It was shipped before with no carrier" in again.content.decode()
    assert stock_row(lamp, seattle).physical_stock == 2


def test_picking_needs_a_name(desk, alice, lamp, seattle):
    given_stock({lamp: 3}, seattle)
    _, [parcel] = order_and_assign(alice, {lamp: 1})

    response = act(desk, PARCELS, "pick", parcel, confirmed="yes", assigned_to=" ")

    parcel.refresh_from_db()
    assert response.context["shared_form"].errors
    assert parcel.status == "assigned"


def test_a_cancelled_warehouse_order_is_not_shipped(desk, alice, lamp, seattle):
    given_stock({lamp: 3}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 1})
    cancel_order(order_id=placed.pk)

    response = act(desk, PARCELS, "ship", parcel, confirmed="yes")

    assert "so it is neither picked nor shipped" in response.content.decode()
    assert stock_row(lamp, seattle).physical_stock == 3


def test_a_warehouse_is_closed_and_opened(desk, lamp, seattle):
    given_stock({lamp: 5}, seattle)

    act(desk, WAREHOUSES, "close", seattle)
    while_closed = stock_left(lamp)
    act(desk, WAREHOUSES, "reopen", seattle)

    assert (while_closed, stock_left(lamp)) == ((0,), (5,))


def test_the_timeline_of_no_row_is_the_list(desk, db):
    data = {"action": "trace", "_selected_action": ["999999999"]}

    assert desk.post(STOCK, data, follow=True).redirect_chain == [(STOCK, 302)]


def test_the_timeline_of_an_item_is_shown_to_staff_only(desk, client, mallory, lamp, seattle):
    given_stock({lamp: 5}, seattle)

    page = act(desk, STOCK, "trace", stock_row(lamp, seattle)).content.decode()
    client.force_login(mallory)

    assert "received" in page
    assert "This adds up." in page
    assert client.get(f"{STOCK}trace/{lamp.pk}/").status_code == 302
