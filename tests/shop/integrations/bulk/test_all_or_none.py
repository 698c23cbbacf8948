"""Bulk jobs that take every line or none."""

import pytest

from catalog.models import Item
from tests.support.bulk_jobs import (
    ITEMS,
    RECEIPTS,
    item,
    job_of,
    lines,
    receipt,
    results,
    send,
    work,
)
from tests.support.factories import given_stock, stock_left

pytestmark = pytest.mark.usefixtures("conserved")


@pytest.mark.usefixtures("chunks_of_two")
def test_a_job_that_takes_all_or_none_takes_none_when_a_line_is_bad(staff):
    body = lines(item("A"), item("B"), b"\n", item("C"), b"nonsense\n", item("A"))

    answer = send(staff, f"{ITEMS}?on_error=abort", body)
    work()

    job = job_of(answer)
    assert (job.status, job.succeeded, job.failed) == ("failed", 0, 2)
    assert job.failure == "Nothing was taken: 2 of 5 lines are bad."
    assert not Item.objects.exists()
    outcomes = [(result["line"], result["status"]) for result in results(staff, answer)]
    assert outcomes == [
        *[(1, "cancelled"), (2, "cancelled"), (4, "cancelled")],
        *[(5, "failed"), (6, "failed")],
    ]


@pytest.mark.usefixtures("chunks_of_two")
def test_a_job_that_takes_all_or_none_takes_all_when_none_is_bad(staff, lamp, seattle):
    given_stock({lamp: 1}, seattle)
    body = lines(*(receipt("LAMP", 2, reference=f"DN-{n}") for n in range(5)))

    answer = send(staff, f"{RECEIPTS}?on_error=abort", body)
    work()

    assert [result["status"] for result in results(staff, answer)] == ["received"] * 5
    assert stock_left(lamp) == (11,)
