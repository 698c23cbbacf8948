"""Bulk jobs of items: by sku, only the fields of each line, and every bad line reported."""

import json

import pytest

from catalog.models import AggregatedStock, Item
from tests.support.bulk_jobs import ITEMS, item, job_of, lines, results, send, work
from tests.support.factories import ItemFactory

pytestmark = pytest.mark.usefixtures("conserved")


def test_a_job_is_accepted_processed_and_reported(staff, lamp):
    changed = item("LAMP", name=lamp.name, price="59.95", category="Lighting")

    answer = send(staff, ITEMS, lines(item("NEW", brand="Ardo"), changed))
    queued = answer.json()
    work()

    assert answer.status_code == 202
    assert answer["Location"] == queued["url"]
    assert (queued["kind"], queued["status"], queued["total"]) == ("items", "queued", 2)
    done = staff.get(queued["url"]).json()
    assert (done["status"], done["done"], done["succeeded"], done["failed"]) == ("done", 2, 2, 0)
    assert done["created_at"] <= done["started_at"] <= done["finished_at"]
    new = Item.objects.get(sku="NEW")
    assert results(staff, answer) == [
        {"line": 1, "status": "created", "id": new.pk, "errors": []},
        {"line": 2, "status": "updated", "id": lamp.pk, "errors": []},
    ]
    assert (new.brand, AggregatedStock.objects.get(item=new).stock) == ("Ardo", 0)
    lamp.refresh_from_db()
    assert str(lamp.price) == "59.95"


def test_the_same_items_again_are_unchanged(staff):
    body = lines(item("A"), item("B"))
    send(staff, ITEMS, body)
    work()

    again = send(staff, ITEMS, body)
    work()

    assert [result["status"] for result in results(staff, again)] == ["unchanged", "unchanged"]


def test_fields_that_a_line_leaves_out_stay_as_they_are(staff):
    fields = {"description": "Of brass.", "brand": "Ardo", "category": "Lighting"}
    ItemFactory(sku="OFF", is_active=False, **fields)

    answer = send(staff, ITEMS, lines(item("OFF", price="7.00"), item("NEW", brand="Other")))
    work()

    assert [result["status"] for result in results(staff, answer)] == ["updated", "created"]
    off = Item.objects.get(sku="OFF")
    assert (str(off.price), off.is_active) == ("7.00", False)
    assert {name: getattr(off, name) for name in fields} == fields
    new = Item.objects.get(sku="NEW")
    assert (new.description, new.brand, new.category) == ("", "Other", "")
    assert new.is_active


def test_empty_fields_of_a_line_are_emptied(staff):
    ItemFactory(sku="LAMP", description="Of brass.", is_active=False)

    send(staff, ITEMS, lines(item("LAMP", description="", is_active=True)))
    work()

    lamp = Item.objects.get(sku="LAMP")
    assert (lamp.description, lamp.is_active) == ("", True)


BAD_LINES = [
    (b"nonsense\n", "#", "not JSON"),
    (b'{"sku": "X"\n', "#", "not JSON"),
    (b"[1]\n", "#", "not a JSON object"),
    (b'"text"\n', "#", "not a JSON object"),
    (b'{"sku": NaN}\n', "#", "not JSON"),
    (b'{"sku": %s}\n' % (b"9" * 5000), "#", "not JSON"),
    (b"[" * 100_000 + b"\n", "#", "not JSON"),
    (b'{"sku": "\xff"}\n', "#", "not UTF-8"),
    (b"x" * 10 * 2**20 + b"\n", "#", "more than 1048576 bytes"),
    (item("X", colour="red"), "#/colour", "Unknown field"),
    ({"sku": "X", "price": "5"}, "#/name", "required"),
    (item("X", price="much"), "#/price", "number"),
    (item("X", price="-1"), "#/price", "greater than or equal to 0"),
    (item("X", price=[1]), "#/price", "number"),
    (item("X", name={"en": "Thing"}), "#/name", "valid string"),
    (item("X", name="nul \x00"), "#/name", "Null characters"),
    (item("X", name="half \ud800"), "#", "surrogate"),
    ({**item("X"), "\ud800": 1}, "#", "surrogate"),
    (item("X" * 65), "#/sku", "64 characters"),
    (item("A"), "#", "earlier line"),
]


@pytest.mark.parametrize(("bad", "pointer", "reason"), BAD_LINES)
def test_a_bad_line_is_reported_and_the_good_ones_are_taken(staff, bad, pointer, reason):
    answer = send(staff, ITEMS, lines(item("A"), bad, item("B")))
    work()

    first, second, third = results(staff, answer)
    statuses = (first["status"], second["status"], third["status"])
    assert statuses == ("created", "failed", "created")
    assert second["line"] == 2
    errors = second["errors"]
    assert any(e["pointer"] == pointer and reason in e["detail"] for e in errors), errors
    assert set(Item.objects.values_list("sku", flat=True)) == {"A", "B"}
    job = job_of(answer)
    assert (job.status, job.done, job.succeeded, job.failed) == ("done", 3, 2, 1)


@pytest.mark.usefixtures("chunks_of_two")
def test_a_sku_that_came_in_an_earlier_chunk_is_refused(staff):
    answer = send(staff, ITEMS, lines(*map(item, ["A", "B", "C", "A", "B", "D"])))
    work()

    statuses = [result["status"] for result in results(staff, answer)]
    assert statuses == ["created", "created", "created", "failed", "failed", "created"]


@pytest.mark.parametrize("key", ["\ud800", "\ud800" * 500, "ключ" * 500, "\x00"])
def test_the_results_of_odd_keys_are_json(staff, key):
    answer = send(staff, ITEMS, lines({key: 1, **item("A")}, item("B")))
    work()

    bad, good = results(staff, answer)

    assert (bad["status"], good["status"]) == ("failed", "created")
    assert len(json.dumps(bad)) < 5000
    assert job_of(answer).status == "done"
