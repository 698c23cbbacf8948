"""Transfers in the admin: drafted on a form; sent, received and cancelled by actions."""

import pytest
from django.contrib.auth.models import Permission

from tests.support.factories import UserFactory, given_stock, stock_left
from tests.support.stories import order
from warehouses.inventory.transfers import create_transfer, send_transfer
from warehouses.inventory.warehouses import close_warehouse
from warehouses.models import Transfer, TransferItem, WarehouseStock

TRANSFERS = "/admin/warehouses/transfer/"

pytestmark = pytest.mark.usefixtures("conserved")


def draft(browser, origin, destination, *lines, **fields):
    """Post the form of a draft; each line is a pair of SKU and units."""
    data = {
        "origin": origin.pk,
        "destination": destination.pk,
        "reference": "T-1",
        "lines-TOTAL_FORMS": max(2, len(lines)),
        "lines-INITIAL_FORMS": 0,
        **fields,
    }
    for number, (sku, quantity) in enumerate(lines):
        data |= {f"lines-{number}-sku": sku, f"lines-{number}-quantity": quantity}
    return browser.post(f"{TRANSFERS}add/", data, follow=True)


def act(browser, action: str, transfer: Transfer, **answers):
    data = {f"row-{transfer.pk}-{name.replace('_', '-', 1)}": v for name, v in answers.items()}
    data |= {f"row-{transfer.pk}-{name}": v for name, v in answers.items()}
    return browser.post(
        TRANSFERS,
        {"action": action, "_selected_action": [transfer.pk], "confirmed": "yes", **data},
        follow=True,
    )


@pytest.fixture
def sent(lamp, seattle, dallas) -> Transfer:
    given_stock({lamp: 4}, seattle)
    transfer = create_transfer(origin=seattle, destination=dallas, quantities={lamp.pk: 3})
    return send_transfer(transfer_id=transfer.pk)


def test_a_transfer_is_drafted_by_sku(desk, clerk, lamp, rug, seattle, dallas):
    response = draft(desk, seattle, dallas, ("LAMP", 2), ("RUG", 1))

    transfer = Transfer.objects.get()
    lines = TransferItem.objects.values_list("item__sku", "quantity")
    assert response.status_code == 200
    assert (transfer.status, transfer.author, transfer.reference) == ("draft", clerk, "T-1")
    assert dict(lines) == {"LAMP": 2, "RUG": 1}


@pytest.mark.parametrize(
    "lines",
    [
        [("GONE", 1)],
        [("LAMP", 0)],
        [("LAMP", -1)],
        [("LAMP", "1.5")],
        [("LAMP", "")],
        [("LAMP", 1), ("LAMP", 2)],
        [("LAMP", 2**40)],
        [],
    ],
)
def test_bad_lines_are_shown_again(desk, lamp, seattle, dallas, lines):
    response = draft(desk, seattle, dallas, *lines)

    page = response.content.decode()
    assert "errorlist" in page or "errornote" in page
    assert 'value="T-1"' in page
    assert not Transfer.objects.exists()


def test_a_transfer_to_the_same_or_a_closed_warehouse_is_refused(desk, lamp, seattle, dallas):
    same = draft(desk, seattle, seattle, ("LAMP", 1))
    close_warehouse(warehouse_id=dallas.pk)
    closed = draft(desk, seattle, dallas, ("LAMP", 1))

    assert "The goods are in that warehouse already." in same.content.decode()
    assert "Select a valid choice" in closed.content.decode()
    assert not Transfer.objects.exists()


def test_a_transfer_is_sent_and_received(desk, clerk, lamp, seattle, dallas):
    given_stock({lamp: 4}, seattle)
    draft(desk, seattle, dallas, ("LAMP", 3))
    transfer = Transfer.objects.get()

    act(desk, "send", transfer)
    assert stock_left(lamp) == (1,)
    act(desk, "receive", transfer, **{f"arrived_{lamp.pk}": 3})

    transfer.refresh_from_db()
    assert (transfer.status, transfer.closed_by, stock_left(lamp)) == ("arrived", clerk, (4,))


def test_what_does_not_arrive_is_written_off_with_a_reason(desk, sent, lamp):
    answers = {f"arrived_{lamp.pk}": 1, "is_complete": "on", "reason": "Fell off the truck"}
    act(desk, "receive", sent, **answers)

    sent.refresh_from_db()
    page = desk.get(f"{TRANSFERS}{sent.pk}/change/").content.decode()
    assert (sent.status, sent.lines.get().lost_quantity) == ("arrived", 2)
    assert "Fell off the truck" in page


@pytest.mark.parametrize("quantity", [4, -1, "", 0, "many"])
def test_what_cannot_have_arrived_is_shown_again(desk, sent, lamp, quantity):
    response = act(desk, "receive", sent, **{f"arrived_{lamp.pk}": quantity})

    [(_, _, form)] = response.context["row_forms"]
    sent.refresh_from_db()
    assert form.errors
    assert sent.status == "sent"


def test_more_than_is_free_does_not_leave(desk, alice, lamp, seattle, dallas):
    given_stock({lamp: 2}, seattle)
    transfer = create_transfer(origin=seattle, destination=dallas, quantities={lamp.pk: 3})

    response = act(desk, "send", transfer)

    assert "are free there" in response.content.decode()
    assert WarehouseStock.objects.get().physical_stock == 2


def test_the_page_shows_what_customers_wait_for(desk, alice, lamp, seattle, dallas):
    given_stock({lamp: 3}, seattle)
    order(alice, {lamp: 2})
    transfer = create_transfer(origin=seattle, destination=dallas, quantities={lamp.pk: 3})
    send_transfer(transfer_id=transfer.pk)

    page = desk.get(f"{TRANSFERS}{transfer.pk}/change/").content.decode()

    assert "Promised in transit" in page or "promised in transit" in page
    assert TransferItem.objects.get().promised_quantity == 2


def test_a_repeated_click_is_refused_politely(desk, sent, lamp):
    again = act(desk, "send", sent)
    cancelled = act(desk, "cancel", sent)
    act(desk, "receive", sent, **{f"arrived_{lamp.pk}": 3})
    late = act(desk, "receive", sent, is_complete="on")

    assert "was sent already" in again.content.decode()
    assert "The transfer is sent." in cancelled.content.decode()
    assert "The transfer is arrived." in late.content.decode()


def test_a_draft_is_cancelled(desk, clerk, lamp, seattle, dallas):
    draft(desk, seattle, dallas, ("LAMP", 3))
    transfer = Transfer.objects.get()

    act(desk, "cancel", transfer)

    transfer.refresh_from_db()
    assert (transfer.status, transfer.closed_by) == ("cancelled", clerk)


def test_staff_without_the_right_to_change_transfers_cannot_act(client, sent, seattle, dallas):
    viewer = UserFactory(is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_transfer"))
    client.force_login(viewer)

    page = client.get(TRANSFERS).content.decode()
    refused = draft(client, seattle, dallas, ("LAMP", 1))
    act(client, "receive", sent, is_complete="on")

    sent.refresh_from_db()
    assert 'value="receive"' not in page
    assert refused.status_code == 403
    assert sent.status == "sent"


def test_the_list_takes_the_same_statements_for_any_length(
    desk, lamp, seattle, dallas, django_assert_num_queries
):
    for _ in range(4):
        create_transfer(origin=seattle, destination=dallas, quantities={lamp.pk: 1})
        with django_assert_num_queries(6):
            desk.get(TRANSFERS)
