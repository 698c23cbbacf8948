"""What staff do with orders in the admin, each act with its author in the history."""

import pytest
from django.contrib.auth.models import Permission

from orders.models import Order
from shop.core.admin.confirm import SENT_TWICE
from tests.support.factories import UserFactory, given_stock, stock_left
from tests.support.stories import ADDRESS, order_and_assign
from warehouses.fulfilment.picking import pick_warehouse_order
from warehouses.fulfilment.shipping import ship_warehouse_order

ORDERS = "/admin/orders/order/"

pytestmark = pytest.mark.usefixtures("conserved")


@pytest.fixture
def lamp_has_left(alice, lamp, rug, seattle, dallas) -> Order:
    """An order of a lamp, which has shipped from Seattle, and of two rugs, in Dallas."""
    given_stock({lamp: 1}, seattle)
    given_stock({rug: 2}, dallas)
    placed, parcels = order_and_assign(alice, {lamp: 1, rug: 2})
    [in_seattle] = [parcel for parcel in parcels if parcel.warehouse == seattle]
    ship_warehouse_order(warehouse_order_id=in_seattle.pk)
    return placed


def act(browser, action: str, placed: Order, **answers):
    """Choose an action for one order; answers are those of the row's form and of the shared one."""
    data = {
        (f"row-{placed.pk}-{name}" if name.startswith("item-") or name in ADDRESS else name): value
        for name, value in answers.items()
    }
    return browser.post(
        ORDERS, {"action": action, "_selected_action": [placed.pk], **data}, follow=True
    )


def confirm(browser, action: str, placed: Order, **answers):
    return act(browser, action, placed, confirmed="yes", **answers)


def units(item) -> str:
    return f"item-{item.pk}"


def last_change(placed: Order):
    return placed.changes.select_related("author").last()


def test_units_that_have_not_shipped_are_cancelled(desk, clerk, lamp_has_left, rug):
    response = confirm(
        desk, "cancel_units", lamp_has_left, reason="Out of print", **{units(rug): 1}
    )

    change = last_change(lamp_has_left)
    assert "1 units of order" in response.content.decode()
    assert (change.kind, change.quantity, change.author) == ("cancelled", 1, clerk)
    assert (change.author_kind, change.reason) == ("staff", "Out of print")
    assert stock_left(rug) == (1,)


def test_a_page_that_is_sent_twice_cancels_once(desk, lamp_has_left, rug):
    page = act(desk, "cancel_units", lamp_has_left).context["page_form"]["page"].value()
    answers = {"page": str(page), units(rug): 1}

    confirm(desk, "cancel_units", lamp_has_left, **answers)
    again = confirm(desk, "cancel_units", lamp_has_left, **answers)

    [(_, _, form)] = again.context["row_forms"]
    assert form.non_field_errors() == [SENT_TWICE]
    assert again.context["page_form"]["page"].value() != page
    assert lamp_has_left.lines.get(item=rug).cancelled_quantity == 1


@pytest.mark.parametrize("key", ["x", "", "\x00", "-1", "1.5", "²", "9" * 5000])
def test_a_row_that_cannot_be_is_refused_politely(desk, lamp_has_left, key):
    data = {"action": "cancel_units", "_selected_action": [lamp_has_left.pk, key]}

    page = desk.post(ORDERS, data, follow=True)

    assert page.status_code == 200
    assert "There is no such row." in page.content.decode()


def test_a_page_that_was_refused_can_be_sent_again(desk, lamp_has_left, rug):
    page = act(desk, "cancel_units", lamp_has_left).context["page_form"]["page"].value()
    confirm(desk, "cancel_units", lamp_has_left, page=str(page), **{units(rug): 9})

    confirm(desk, "cancel_units", lamp_has_left, page=str(page), **{units(rug): 1})

    assert lamp_has_left.lines.get(item=rug).cancelled_quantity == 1


@pytest.mark.parametrize("page", ["", "x", "\x00", "9" * 500])
def test_a_page_without_a_key_acts_all_the_same(desk, lamp_has_left, rug, page):
    confirm(desk, "cancel_units", lamp_has_left, page=page, **{units(rug): 1})

    assert lamp_has_left.lines.get(item=rug).cancelled_quantity == 1


def test_only_units_that_have_not_shipped_are_offered(desk, lamp_has_left, lamp, rug):
    page = act(desk, "cancel_units", lamp_has_left).content.decode()

    assert f"{rug.name} (at most 2)" in page
    assert f"{units(lamp)}" not in page


@pytest.mark.parametrize("quantity", ["3", "-1", "1.5", "many", ""])
def test_a_number_that_cannot_be_cancelled_is_shown_again(desk, lamp_has_left, rug, quantity):
    response = confirm(desk, "cancel_units", lamp_has_left, **{units(rug): quantity})

    [(_, _, form)] = response.context["row_forms"]
    assert form.errors
    assert form[units(rug)].value() == quantity
    assert lamp_has_left.lines.get(item=rug).cancelled_quantity == 0


def test_an_order_without_units_to_cancel_says_so(desk, lamp_has_left, rug):
    confirm(desk, "cancel_units", lamp_has_left, **{units(rug): 2})

    again = confirm(desk, "cancel_units", lamp_has_left, **{units(rug): 2})

    assert "Nothing of this order is left to cancel." in again.content.decode()


def test_an_address_is_changed_until_something_is_picked(desk, clerk, alice, lamp, seattle):
    given_stock({lamp: 1}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 1})
    elsewhere = {**ADDRESS, "line1": "1 Pine St"}

    confirm(desk, "readdress", placed, **elsewhere)
    parcel.refresh_from_db()
    assert parcel.shipping_address["line1"] == "1 Pine St"
    assert last_change(placed).author == clerk

    pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Ann")
    refused = confirm(desk, "readdress", placed, **{**ADDRESS, "line1": "2 Oak St"})
    assert "its address cannot change any more" in refused.content.decode()
    assert 'value="2 Oak St"' in refused.content.decode()


def test_an_invalid_address_is_shown_again(desk, lamp_has_left):
    response = confirm(desk, "readdress", lamp_has_left, **{**ADDRESS, "postal_code": "X"})

    [(_, _, form)] = response.context["row_forms"]
    assert "postal_code" in form.errors


def test_a_return_is_requested_for_the_customer(desk, clerk, lamp_has_left, lamp, rug):
    page = act(desk, "request_return", lamp_has_left).content.decode()
    confirm(desk, "request_return", lamp_has_left, reason="On the phone", **{units(lamp): 1})

    request = lamp_has_left.return_requests.get()
    assert f"{lamp.name} (at most 1)" in page
    assert rug.name not in page
    assert (request.author, request.reason) == (clerk, "On the phone")


def test_the_page_shows_units_money_and_history(desk, clerk, lamp_has_left, rug):
    confirm(desk, "cancel_units", lamp_has_left, reason="Out of print", **{units(rug): 1})

    page = desk.get(f"{ORDERS}{lamp_has_left.pk}/change/").content.decode()

    assert "169.95" in page  # due
    assert "289.95" in page  # price
    assert "1 × Wool rug" in page
    assert "Out of print" in page
    assert clerk.email in page


def test_the_log_of_the_admin_names_the_order(desk, lamp_has_left, rug):
    confirm(desk, "cancel_units", lamp_has_left, **{units(rug): 1})

    log = desk.get(f"{ORDERS}{lamp_has_left.pk}/history/").content.decode()

    assert "1 units of order" in log


@pytest.mark.parametrize("action", ["cancel", "cancel_units", "readdress", "request_return"])
def test_staff_without_the_right_to_change_orders_cannot_act(client, lamp_has_left, rug, action):
    viewer = UserFactory(is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_order"))
    client.force_login(viewer)

    page = client.get(ORDERS).content.decode()
    confirm(client, action, lamp_has_left, **{units(rug): 1, **ADDRESS})

    assert f'value="{action}"' not in page
    assert list(lamp_has_left.changes.values_list("kind", flat=True)) == ["shipped"]
    assert not lamp_has_left.return_requests.exists()


def test_a_page_of_an_order_takes_the_same_statements_for_any_history(
    desk, alice, lamp, seattle, django_assert_max_num_queries
):
    given_stock({lamp: 9}, seattle)
    placed, _ = order_and_assign(alice, {lamp: 9})
    for _ in range(6):
        confirm(desk, "cancel_units", placed, **{units(lamp): 1})

    with django_assert_max_num_queries(16):
        desk.get(f"{ORDERS}{placed.pk}/change/")
