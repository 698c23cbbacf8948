"""Bulk jobs when workers die, several work at once, or a job is cancelled meanwhile."""

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from catalog.models import Item
from orders.models import OrderItem
from shop.embedded.shop_programs import worker
from shop.integrations.bulk import uploads
from shop.integrations.bulk.jobs import begin_job, cancel_job, iter_results
from shop.integrations.bulk.worker import run_next_chunk
from shop.integrations.models import BulkChunk, BulkJob
from shop.integrations.tasks import run_bulk_jobs
from tests.journeys.test_restarts import (
    PATIENCE,
    is_lock_awaited,
    lock_table,
    run_program,
    wait_until,
)
from tests.support.bulk_jobs import item, receipt, upload_of, work
from tests.support.concurrency import at_once
from tests.support.factories import given_stock, stock_left
from tests.support.stories import order
from warehouses.inventory.adjustments import discard_stock
from warehouses.inventory.shortfalls import resolve_shortfall
from warehouses.models import StockMovement

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("conserved")]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(uploads, "CHUNK_LINES", 10)


def begin(owner, kind, *objects) -> BulkJob:
    return begin_job(owner=owner, kind=kind, on_error="continue", upload=upload_of(*objects))


def line_numbers(job) -> list[int]:
    return [result["line"] for result in read_results(job)]


def read_results(job) -> list[dict]:
    job.refresh_from_db()
    return [json.loads(line) for chunk in iter_results(job) for line in chunk.splitlines()]


def test_the_chunk_of_a_killed_worker_is_processed_by_another(clerk, lamp, seattle):
    receipts = [receipt("LAMP", 2, reference=f"DN-{n}") for n in range(50)]
    job = begin(clerk, "receipts", *receipts)
    run_next_chunk()

    with run_program(worker()) as first:
        with lock_table("warehouses_warehousestock"):
            run_bulk_jobs.delay()
            wait_until(is_lock_awaited)
            os.killpg(first.pid, signal.SIGKILL)
            first.wait(PATIENCE)
        job.refresh_from_db()
        assert job.done == 10
    with run_program(worker()):
        run_bulk_jobs.delay()  # as beat does every second
        wait_until(lambda: not BulkJob.objects.open().exists())

    assert [(result["line"], result["status"]) for result in read_results(job)] == [
        (n, "received") for n in range(1, 51)
    ]
    assert (job.status, job.done, job.succeeded) == ("done", 50, 50)
    assert stock_left(lamp) == (100,)
    assert StockMovement.objects.count() == 50


def test_workers_at_once_take_each_line_once(clerk, lamp, seattle):
    receipts = [receipt("LAMP", 1, reference=f"DN-{n}") for n in range(60)]
    jobs = [begin(clerk, "receipts", *receipts[start::2]) for start in (0, 1)]

    at_once(work, work, work)
    work()  # a worker that finds every job in use stops

    for job in jobs:
        assert line_numbers(job) == list(range(1, 31))
    assert stock_left(lamp) == (60,)


def test_jobs_about_the_same_items_do_not_deadlock(clerk, monkeypatch):
    monkeypatch.setattr(
        "shop.core.db.transactions.MAX_ATTEMPTS", 1
    )  # a deadlock is not tried again
    skus = [f"N{n:03}" for n in range(60)]
    jobs = [
        begin(clerk, "items", *(item(sku, price="1.00") for sku in skus)),
        begin(clerk, "items", *(item(sku, price="2.00") for sku in reversed(skus))),
    ]

    at_once(work, work)
    work()

    assert [len(read_results(job)) for job in jobs] == [60, 60]
    assert Item.objects.count() == 60


def test_a_job_that_meets_a_lock_lets_the_others_go_first(clerk, lamp, monkeypatch):
    options = connections.settings["default"]["OPTIONS"]
    monkeypatch.setitem(options, "options", "-c lock_timeout=100")  # of the worker's connection
    waiting = begin(clerk, "items", item("LAMP", price="1.00"))
    others = [begin(clerk, "items", *(item(f"{a}{n}") for n in range(30))) for a in "AB"]

    with transaction.atomic():
        Item.objects.select_for_update().get(pk=lamp.pk)
        at_once(lambda: [run_next_chunk() for _ in range(7)])

    statuses = [BulkJob.objects.get(pk=job.pk).done for job in (waiting, *others)]
    assert statuses == [0, 30, 30]
    work()
    assert [result["status"] for result in read_results(waiting)] == ["updated"]
    assert {BulkJob.objects.get(pk=job.pk).status for job in (waiting, *others)} == {"done"}


def test_jobs_begun_at_once_do_not_exceed_the_maximum(clerk, monkeypatch):
    monkeypatch.setattr("shop.integrations.bulk.jobs.MAX_OPEN_JOBS", 2)

    begun = at_once(*[lambda: begin(clerk, "items", item("A"))] * 5)

    assert (
        sorted(type(outcome).__name__ for outcome in begun) == ["BulkJob"] * 2 + ["TooManyJobs"] * 3
    )
    assert BulkJob.objects.count() == 2


def test_a_job_is_cancelled_while_a_worker_processes_it(clerk):
    job = begin(clerk, "items", *(item(f"N{n}") for n in range(600)))

    _, cancelled = at_once(work, lambda: cancel_when_begun(job.pk))

    assert cancelled.status == "cancelled"
    statuses = [result["status"] for result in read_results(job)]
    taken = job.done
    assert 0 < taken < 600
    assert statuses == ["created"] * taken + ["cancelled"] * (600 - taken)
    assert Item.objects.count() == taken


def cancel_when_begun(job_id) -> BulkJob:
    wait_until(BulkChunk.objects.exclude(finished_at=None).exists)
    return cancel_job(job_id=job_id)


def test_a_chunk_whose_units_are_wanted_meanwhile_is_processed_again(clerk, alice, lamp, seattle):
    given_stock({lamp: 3}, seattle)
    order(alice, {lamp: 3})
    discard_stock(warehouse=seattle, item=lamp, quantity=2)
    job = begin(clerk, "receipts", receipt("LAMP", 2))

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            resolve_shortfall(item_id=lamp.pk)  # the order has short units from its commit on
            chunk = threads.submit(run_and_disconnect)
            wait_until(is_this_transaction_awaited)
        assert chunk.result(PATIENCE)
    work()

    assert [result["status"] for result in read_results(job)] == ["received"]
    assert OrderItem.objects.get().short_quantity == 0
    assert stock_left(lamp) == (0,)


def run_and_disconnect() -> bool:
    """Run a chunk in a thread of its own."""
    try:
        return run_next_chunk()
    finally:
        connections.close_all()


def is_this_transaction_awaited() -> bool:
    """Return whether another transaction waits for the end of this thread's."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted
                              AND transactionid = pg_current_xact_id()::xid)
            """
        )
        return cursor.fetchone()[0]
