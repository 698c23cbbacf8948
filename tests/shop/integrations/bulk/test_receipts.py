"""Bulk jobs of receipts: each received once, and every bad one reported."""

import pytest

from tests.support.bulk_jobs import RECEIPTS, job_of, lines, receipt, results, send, work
from tests.support.factories import stock_left
from warehouses.models import StockMovement

pytestmark = pytest.mark.usefixtures("conserved")


def test_receipts_are_received_once(staff, lamp, rug, seattle):
    by_id = {name: value for name, value in receipt("", 7).items() if name != "sku"}
    body = lines(receipt("LAMP", 5, item_id=lamp.pk), {**by_id, "item_id": rug.pk})

    answers = [send(staff, RECEIPTS, body) for _ in range(2)]
    work()

    first, again = (results(staff, answer) for answer in answers)
    assert [result["status"] for result in first] == ["received", "received"]
    assert [result["status"] for result in again] == ["repeated", "repeated"]
    assert [result["id"] for result in first] == [result["id"] for result in again]
    assert stock_left(lamp, rug) == (5, 7)
    assert StockMovement.objects.get(item=lamp).author == job_of(answers[0]).owner


@pytest.mark.parametrize(
    ("bad", "pointer"),
    [
        (receipt("GONE"), "#/sku"),
        (receipt("LAMP", warehouse="MOON"), "#/warehouse"),
        (receipt("LAMP", item_id=1), "#/sku"),
        ({"warehouse": "SEA1", "quantity": 1, "reference": "R", "item_id": 1}, "#/item_id"),
        ({"warehouse": "SEA1", "quantity": 1, "reference": "R"}, "#/item_id"),
        ({**receipt("LAMP"), "reference": ""}, "#/reference"),
        (receipt("LAMP", 0), "#/quantity"),
        (receipt("LAMP", 1.5), "#/quantity"),
        (receipt("LAMP", True), "#/quantity"),
        (receipt("LAMP", 10**12), "#/quantity"),
        (receipt("LAMP", 4), "#/reference"),
    ],
)
@pytest.mark.parametrize("on_error", ["continue", "abort"])
def test_a_bad_receipt_is_reported(staff, lamp, seattle, bad, pointer, on_error):
    good = receipt("LAMP", 3)

    answer = send(staff, f"{RECEIPTS}?on_error={on_error}", lines(good, bad))
    work()

    first, second = results(staff, answer)
    is_abort = on_error == "abort"
    assert first["status"] == ("cancelled" if is_abort else "received")
    assert second["status"] == "failed"
    # A job that takes all or none refuses a repeated receipt before a conflict can arise.
    assert is_abort or second["errors"][0]["pointer"] == pointer
    assert stock_left(lamp) == (0 if is_abort else 3,)
