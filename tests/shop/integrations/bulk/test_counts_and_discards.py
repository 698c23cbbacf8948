"""Bulk jobs of counts, which compare and set, and of discards."""

import pytest

from orders.models import OrderItem
from shop.integrations.bulk import uploads
from tests.support.bulk_jobs import RECEIPTS, job_of, lines, receipt, results, send, work
from tests.support.factories import ItemFactory, given_stock, stock_left
from tests.support.stories import order, order_and_assign
from warehouses.models import Shortfall, StockMovement, WarehouseStock
from warehouses.tasks import resolve_shortfall

pytestmark = pytest.mark.usefixtures("conserved")

COUNTS, DISCARDS = "/api/v1/counts/bulk/", "/api/v1/discards/bulk/"


def count(sku: str, physical_stock: int, expected: int, **fields) -> dict:
    numbers = {"physical_stock": physical_stock, "expected": expected}
    return {"warehouse": "SEA1", "sku": sku, **numbers, **fields}


def discard(sku: str, quantity: int = 1, **fields) -> dict:
    return {"warehouse": "SEA1", "sku": sku, "quantity": quantity, "reason": "broken", **fields}


def physical(item, warehouse) -> int:
    return WarehouseStock.objects.get(item=item, warehouse=warehouse).physical_stock


@pytest.fixture
def stocked(lamp, rug, seattle, dallas):
    given_stock({lamp: 9, rug: 5}, seattle)
    given_stock({lamp: 1}, dallas)


def test_counts_correct_what_differs(staff, stocked, lamp, rug, seattle, dallas):
    body = lines(
        count("LAMP", 7, 9),
        count("RUG", 5, 5),
        {"warehouse": "DAL1", "item_id": lamp.pk, "physical_stock": 4, "expected": 1},
        count("RUG", 2, 0, warehouse="DAL1"),
    )

    answer = send(staff, COUNTS, body)
    work()

    job = job_of(answer)
    assert (answer.status_code, job.kind, job.status) == (202, "counts", "done")
    outcomes = results(staff, answer)
    assert [result["status"] for result in outcomes] == [
        *("corrected", "unchanged", "corrected", "corrected")
    ]
    assert (physical(lamp, seattle), physical(lamp, dallas)) == (7, 4)
    assert (physical(rug, seattle), physical(rug, dallas)) == (5, 2)
    assert stock_left(lamp, rug) == (11, 7)
    entry = StockMovement.objects.get(pk=outcomes[0]["id"])
    assert (entry.kind, entry.physical_change, entry.author) == ("recounted", -2, job.owner)


def test_a_count_that_is_stale_is_reported_and_the_others_are_made(
    staff, stocked, lamp, rug, seattle
):
    answer = send(staff, COUNTS, lines(count("LAMP", 7, 8), count("RUG", 4, 5)))
    work()

    first, second = results(staff, answer)
    assert (first["status"], second["status"]) == ("failed", "corrected")
    assert first["errors"] == [{"pointer": "#/expected", "detail": "The stock is 9 by now, not 8."}]
    assert (physical(lamp, seattle), physical(rug, seattle)) == (9, 4)


def test_the_same_file_again_corrects_nothing_twice(staff, stocked, lamp, seattle):
    body = lines(count("LAMP", 7, 9))

    answers = [send(staff, COUNTS, body) for _ in range(2)]
    work()

    assert results(staff, answers[0])[0]["status"] == "corrected"
    assert results(staff, answers[1])[0]["status"] == "failed"
    assert physical(lamp, seattle) == 7


def test_lost_units_of_orders_are_owed_and_found_ones_make_them_good(
    staff, alice, bob, lamp, seattle
):
    given_stock({lamp: 5}, seattle)
    order_and_assign(alice, {lamp: 3})
    order(bob, {lamp: 2})

    answer = send(staff, COUNTS, lines(count("LAMP", 1, 5)))
    work()
    shortfall = Shortfall.objects.get()
    again = send(staff, COUNTS, lines(count("LAMP", 5, 1)))
    work()

    assert results(staff, answer)[0]["status"] == "corrected"
    assert (shortfall.missing, shortfall.promised) == (2, 2)
    assert results(staff, again)[0]["status"] == "corrected"
    assert not Shortfall.objects.filter(resolved_at=None).exists()
    assert stock_left(lamp) == (0,)


def test_found_units_go_to_short_lines_first(staff, alice, lamp, seattle):
    given_stock({lamp: 3}, seattle)
    order(alice, {lamp: 3})
    send(staff, DISCARDS, lines(discard("LAMP", 2)))
    work()
    resolve_shortfall(lamp.pk)
    assert OrderItem.objects.get().short_quantity == 2

    send(staff, COUNTS, lines(count("LAMP", 6, 1)))
    work()

    assert OrderItem.objects.get().short_quantity == 0
    assert stock_left(lamp) == (3,)


def test_units_that_moved_between_shelves_are_missed_by_nobody(
    staff, alice, stocked, lamp, seattle, dallas
):
    order(alice, {lamp: 10})
    body = lines(count("LAMP", 4, 9), count("LAMP", 6, 1, warehouse="DAL1"))

    send(staff, COUNTS, body)
    work()

    assert (physical(lamp, seattle), physical(lamp, dallas)) == (4, 6)
    assert not Shortfall.objects.exists()


def test_a_shelf_is_counted_once_in_a_file(staff, stocked, lamp, seattle):
    answer = send(staff, COUNTS, lines(count("LAMP", 7, 9), count("LAMP", 6, 7)))
    work()

    assert [result["status"] for result in results(staff, answer)] == ["corrected", "failed"]
    assert physical(lamp, seattle) == 7


def test_a_shelf_is_counted_once_however_its_item_is_named(staff, stocked, lamp, seattle):
    by_id = {"warehouse": "SEA1", "item_id": lamp.pk, "physical_stock": 6, "expected": 7}
    by_both = count("LAMP", 5, 6, item_id=lamp.pk)

    answer = send(staff, COUNTS, lines(count("LAMP", 7, 9), by_id, by_both))
    work()

    assert [result["status"] for result in results(staff, answer)] == [
        *("corrected", "failed", "failed")
    ]
    assert physical(lamp, seattle) == 7


def test_discards_leave_the_shelves(staff, stocked, lamp, rug, seattle):
    body = lines(discard("LAMP", 2), discard("LAMP", 1, reason=""), discard("RUG", 5))

    answer = send(staff, DISCARDS, body)
    work()

    outcomes = results(staff, answer)
    assert [result["status"] for result in outcomes] == ["discarded"] * 3
    assert stock_left(lamp, rug) == (7, 0)
    entry = StockMovement.objects.get(pk=outcomes[0]["id"])
    assert (entry.kind, entry.physical_change, entry.reference) == ("discarded", -2, "broken")


def test_discards_of_a_shelf_are_counted_together(staff, stocked, lamp, seattle):
    answer = send(staff, DISCARDS, lines(*[discard("LAMP", 4) for _ in range(3)]))
    work()

    outcomes = results(staff, answer)
    assert [result["status"] for result in outcomes] == ["discarded", "discarded", "failed"]
    assert outcomes[2]["errors"] == [
        {"pointer": "#/quantity", "detail": "There are 1 units on the shelves, not 4."}
    ]
    assert physical(lamp, seattle) == 1


@pytest.mark.parametrize(
    ("url", "bad", "pointer"),
    [
        (COUNTS, count("GONE", 1, 1), "#/sku"),
        (COUNTS, count("LAMP", 1, 1, warehouse="MOON"), "#/warehouse"),
        (COUNTS, count("LAMP", 1, 1, warehouse="a\x00b"), "#/warehouse"),
        (COUNTS, count("LAMP", 1, 1, item_id=1), "#/sku"),
        (COUNTS, count("LAMP", -1, 9), "#/physical_stock"),
        (COUNTS, count("LAMP", 1.5, 9), "#/physical_stock"),
        (COUNTS, count("LAMP", 10**12, 9), "#/physical_stock"),
        (COUNTS, count("LAMP", 1, True), "#/expected"),
        (COUNTS, count("LAMP", 1, None), "#/expected"),
        (COUNTS, {"warehouse": "SEA1", "sku": "LAMP", "physical_stock": 1}, "#/expected"),
        (COUNTS, {"sku": "LAMP", "physical_stock": 1, "expected": 9}, "#/warehouse"),
        (COUNTS, count("LAMP", 1, 8), "#/expected"),
        (COUNTS, count("LAMP", 1, 9, colour="red"), "#/colour"),
        (DISCARDS, discard("GONE"), "#/sku"),
        (DISCARDS, discard("LAMP", warehouse="MOON"), "#/warehouse"),
        (DISCARDS, discard("LAMP", 0), "#/quantity"),
        (DISCARDS, discard("LAMP", -1), "#/quantity"),
        (DISCARDS, discard("LAMP", 1.5), "#/quantity"),
        (DISCARDS, discard("LAMP", 10), "#/quantity"),
        (DISCARDS, discard("LAMP", reason="x" * 201), "#/reason"),
        (DISCARDS, discard("LAMP", reason="a\x00b"), "#/reason"),
        (DISCARDS, {"warehouse": "SEA1", "quantity": 1}, "#/item_id"),
    ],
)
@pytest.mark.parametrize("on_error", ["continue", "abort"])
def test_a_bad_line_is_reported(staff, stocked, lamp, rug, seattle, url, bad, pointer, on_error):
    good = count("RUG", 4, 5) if url == COUNTS else discard("RUG")

    answer = send(staff, f"{url}?on_error={on_error}", lines(good, bad))
    work()

    first, second = results(staff, answer)
    is_abort = on_error == "abort"
    assert first["status"] in ({"cancelled"} if is_abort else {"corrected", "discarded"})
    assert second["status"] == "failed"
    assert [error["pointer"] for error in second["errors"]] == [pointer]
    assert (physical(lamp, seattle), physical(rug, seattle)) == (9, 5 if is_abort else 4)


@pytest.mark.parametrize("url", [COUNTS, DISCARDS])
def test_all_or_none_has_each_shelf_once(staff, stocked, lamp, seattle, url):
    line = count("LAMP", 9, 9) if url == COUNTS else discard("LAMP", 5)

    answer = send(staff, f"{url}?on_error=abort", lines(line, line))
    work()

    assert job_of(answer).status == "failed"
    assert physical(lamp, seattle) == 9


@pytest.mark.parametrize("url", [COUNTS, DISCARDS, RECEIPTS])
def test_all_or_none_has_each_shelf_once_however_its_item_is_named(
    staff, stocked, lamp, rug, seattle, url, monkeypatch
):
    monkeypatch.setattr(uploads, "CHUNK_LINES", 1)
    line, of_rug = {
        COUNTS: (count("LAMP", 8, 9), count("RUG", 4, 5)),
        DISCARDS: (discard("LAMP", 5), discard("RUG", 1)),
        RECEIPTS: (receipt("LAMP", 5), receipt("RUG", 1)),
    }[url]
    by_id = {name: value for name, value in line.items() if name != "sku"} | {"item_id": lamp.pk}
    changed = {"quantity": 6} if url == RECEIPTS else {}

    answer = send(staff, f"{url}?on_error=abort", lines(of_rug, line, by_id | changed))
    work()

    assert job_of(answer).status == "failed"
    assert (physical(lamp, seattle), physical(rug, seattle)) == (9, 5)


def test_a_retry_with_the_same_key_is_one_job(staff, stocked, lamp):
    answers = [
        send(staff, DISCARDS, lines(discard("LAMP", 2)), **{"Idempotency-Key": "k"})
        for _ in range(2)
    ]
    work()

    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert stock_left(lamp) == (8,)


def test_a_chunk_takes_the_same_statements_for_any_number_of_lines(
    staff, seattle, django_assert_max_num_queries
):
    items = ItemFactory.create_batch(60)
    given_stock(dict.fromkeys(items, 9), seattle)
    counts = [count(item.sku, 8 + n % 3, 9) for n, item in enumerate(items)]
    answer = send(staff, COUNTS, lines(*counts))

    with django_assert_max_num_queries(47):
        work()

    assert job_of(answer).succeeded == 60
