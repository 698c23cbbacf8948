"""Reading the event log over the API, without missing an event."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from catalog.items import update_item
from shop.integrations.events.retention import delete_old_events
from shop.integrations.models import Event
from shop.retention import delete_old_rows
from tests.support.api import client_of, problem_of
from tests.support.concurrency import at_once
from tests.support.events import settle
from tests.support.factories import given_stock
from tests.support.stories import expire_hold, hold, order
from warehouses.assignment.assigning import assign_order

EVENTS = "/api/v1/events/"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("conserved")]


@pytest.fixture
def shopper(alice):
    return client_of(alice, "shopper")


def read_types(client, url=EVENTS) -> list[str]:
    """Return the types of all events from the address on, read page by page."""
    settle()
    types = []
    while True:
        page = client.get(url).json()
        types += [event["type"] for event in page["results"]]
        url = page["next"]
        if not page["has_more"]:
            return types


def test_events_are_listed_oldest_first_and_next_goes_on_from_there(shopper, alice, lamp):
    given_stock({lamp: 9})
    settle()
    first = shopper.get(EVENTS).json()
    placed = order(alice, {lamp: 1})
    settle()

    then = shopper.get(first["next"]).json()

    assert [event["type"] for event in first["results"]] == ["item.updated", "stock.changed"]
    assert [event["type"] for event in then["results"]] == ["stock.changed", "order.submitted"]
    assert then["results"][1]["resource"] == f"order:{placed.number}"
    assert then["results"][1]["data"] == {"order": placed.number, "status": "submitted"}
    assert shopper.get(then["next"]).json()["results"] == []


def test_pages_of_any_size_hold_the_same(shopper, alice, lamp):
    given_stock({lamp: 9})
    for _ in range(4):
        order(alice, {lamp: 1})

    assert read_types(shopper, EVENTS + "?limit=3") == read_types(shopper)


def test_a_query_for_a_type_returns_only_that_type(shopper, alice, lamp):
    given_stock({lamp: 9})
    order(alice, {lamp: 1})

    assert read_types(shopper, EVENTS + "?type=order.submitted") == ["order.submitted"]
    two = EVENTS + "?type=order.submitted&type=item.updated&limit=1"
    assert read_types(shopper, two) == ["item.updated", "order.submitted"]


@pytest.mark.parametrize("query", ["type=nonsense", "limit=0", "limit=101", "cursor=abc"])
def test_an_invalid_query_is_refused(shopper, query):
    assert problem_of(shopper.get(f"{EVENTS}?{query}")) == (422, "validation-error")


def test_each_scope_reads_its_own_events(alice, bob, clerk, lamp, client):
    given_stock({lamp: 9})
    placed = order(alice, {lamp: 1})
    assign_order(order_id=placed.pk)
    expire_hold(hold(alice, {lamp: 1}))
    hold(bob, {lamp: 8})  # takes what alice's hold is done with

    mine = {"order.submitted", "order.assigned", "checkout.expired"}
    assert mine <= set(read_types(client_of(alice, "shopper")))
    public = {"stock.changed", "stock.low", "item.updated"}
    assert set(read_types(client_of(bob, "shopper"))) == public
    assert set(read_types(client_of(clerk, "stock:write"))) == public
    assert set(read_types(client_of(alice, "stock:write"))) == public
    orders = {"order.submitted", "order.assigned"}
    for scope in ("orders:read", "orders:write"):
        assert set(read_types(client_of(clerk, scope))) == public | orders
    assert problem_of(client.get(EVENTS)) == (401, "not-authenticated")


def test_an_event_whose_transaction_commits_late_is_not_skipped(shopper, lamp, rug):
    is_written, may_commit = threading.Event(), threading.Event()

    def slow():
        try:
            with transaction.atomic():
                update_item(item_id=lamp.pk, name="Late lamp")
                is_written.set()
                may_commit.wait(timeout=20)
        finally:
            connection.close()

    settle()
    url = shopper.get(EVENTS).json()["next"]
    thread = threading.Thread(target=slow)
    thread.start()
    assert is_written.wait(timeout=20)
    update_item(item_id=rug.pk, name="Quick rug")
    meanwhile = shopper.get(url).json()
    may_commit.set()
    thread.join()
    settle()
    after = shopper.get(meanwhile["next"]).json()

    assert meanwhile["results"] == []
    skus = [event["data"]["sku"] for event in after["results"]]
    assert skus == ["LAMP", "RUG"]


def test_a_reader_of_a_busy_shop_misses_nothing_and_sees_nothing_twice(shopper, lamp, rug):
    """Four writers whose transactions overlap and end in any order, and one reader."""
    url = shopper.get(EVENTS).json()["next"]
    stop = threading.Event()
    seen: list[str] = []

    def write(number: int):
        fields = {"type": Event.Type.ITEM_UPDATED, "resource": f"item:{number}"}
        try:
            for step in range(25):
                with transaction.atomic():
                    Event.objects.create(**fields, data={"step": step})
                    with connection.cursor() as cursor:
                        cursor.execute("SELECT pg_sleep(random() * 0.01)")
        finally:
            connection.close()

    def follow():
        nonlocal url
        is_last = False
        try:
            while not is_last:
                is_last = stop.is_set()
                if is_last:
                    settle()
                page = shopper.get(url + "&limit=7&type=item.updated").json()
                seen.extend(event["id"] for event in page["results"])
                url = page["next"].split("&")[0]
                is_last = is_last and not page["has_more"]
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=[n]) for n in range(4)]
    reader = threading.Thread(target=follow)
    for thread in [*writers, reader]:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    reader.join()

    written = Event.objects.filter(data__has_key="step").in_order()
    ids = [f"evt_{event.pk}" for event in written]
    assert [key for key in seen if key in set(ids)] == ids


def test_old_events_are_deleted_and_a_cursor_before_it_has_expired(shopper, lamp):
    settle()
    early = shopper.get(EVENTS + "?limit=1").json()["next"].replace("limit=1&", "")
    start = early.split("cursor=")[0] + "cursor=1-0"
    update_item(item_id=lamp.pk, name="Old")
    Event.objects.update(at=Now() - timedelta(days=8))
    update_item(item_id=lamp.pk, name="New")
    settle()

    delete_old_rows()

    assert read_types(shopper) == ["item.updated"]
    assert problem_of(shopper.get(start)) == (410, "cursor-expired")
    assert problem_of(shopper.get(early)) == (410, "cursor-expired")
    fresh = shopper.get(EVENTS).json()["next"]
    assert shopper.get(fresh).status_code == 200


def test_a_read_during_a_deletion_is_refused_and_skips_nothing(shopper, lamp):
    settle()
    url = shopper.get(EVENTS + "?limit=1").json()["next"]
    update_item(item_id=lamp.pk, name="Old")
    settle()
    Event.objects.update(at=Now() - timedelta(days=8))
    settle()

    def delete_before_events_are_read(execute, sql, *rest):
        if 'FROM "integrations_event"' in sql:
            at_once(delete_old_events)  # in a connection of its own
        return execute(sql, *rest)

    with connection.execute_wrapper(delete_before_events_are_read):
        answer = shopper.get(url)

    assert problem_of(answer) == (410, "cursor-expired")


def test_a_cursor_behind_all_deleted_events_stays_valid(shopper, lamp):
    update_item(item_id=lamp.pk, name="Old")
    settle()
    url = shopper.get(EVENTS).json()["next"]
    Event.objects.update(at=Now() - timedelta(days=8))
    settle()

    assert delete_old_events() > 0

    assert shopper.get(url).json()["results"] == []


def test_a_cursor_of_another_databases_future_has_expired(shopper):
    url = f"{EVENTS}?cursor={10**17}-1"

    assert problem_of(shopper.get(url)) == (410, "cursor-expired")


def test_one_page_scans_a_bounded_number_of_events(shopper, lamp, monkeypatch):
    monkeypatch.setattr("shop.integrations.events.reader.MAX_SCANNED", 5)
    given_stock({lamp: 1})
    Event.objects.bulk_create(
        Event(type="order.submitted", resource="order:x", user_id=0, data={}) for _ in range(12)
    )
    update_item(item_id=lamp.pk, name="Last")
    settle()

    page = shopper.get(EVENTS + "?type=order.submitted").json()

    assert (page["results"], page["has_more"]) == ([], True)
    assert read_types(shopper) == ["item.updated", "stock.changed", "item.updated"]
