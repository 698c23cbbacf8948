"""Bulk jobs over the API: sent, followed, cancelled, and never somebody else's."""

import gzip
import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.utils import timezone

from catalog.models import AggregatedStock, Item
from shop.bulk import uploads, working
from shop.bulk.models import BulkChunk, BulkJob
from shop.forgetting import forget_old_rows
from shop.wsgi import application
from tests.api import client_of, problem_of
from tests.factories import given_stock, stock_left
from tests.shop.bulk.jobs import (
    ITEMS,
    NDJSON,
    RECEIPTS,
    item,
    job_of,
    lines,
    receipt,
    results,
    send,
    work,
)
from warehouses.models import StockMovement

pytestmark = pytest.mark.usefixtures("conserved")


@pytest.fixture
def chunks_of_two(monkeypatch):
    monkeypatch.setattr(uploads, "CHUNK_LINES", 2)


def test_a_job_is_accepted_taken_and_told(staff, lamp):
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

    assert [one["status"] for one in results(staff, again)] == ["unchanged", "unchanged"]


def test_receipts_are_received_once(staff, lamp, rug, seattle):
    body = lines(receipt("LAMP", 5), {**receipt("", 7), "item_id": rug.pk, "sku": None})
    body = body.replace(b'"sku": null, ', b"")

    answers = [send(staff, RECEIPTS, body) for _ in range(2)]
    work()

    first, again = (results(staff, answer) for answer in answers)
    assert [one["status"] for one in first] == ["received", "received"]
    assert [one["status"] for one in again] == ["repeated", "repeated"]
    assert [one["id"] for one in first] == [one["id"] for one in again]
    assert stock_left(lamp, rug) == (5, 7)
    assert StockMovement.objects.get(item=lamp).author == job_of(answers[0]).owner


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
    (item("X", name="half \ud800"), "#/name", "Surrogate"),
    (item("X" * 65), "#/sku", "64 characters"),
    (item("A"), "#", "earlier line"),
]


@pytest.mark.parametrize(("bad", "pointer", "reason"), BAD_LINES)
def test_a_bad_line_is_told_and_the_good_ones_are_taken(staff, bad, pointer, reason):
    answer = send(staff, ITEMS, lines(item("A"), bad, item("B")))
    work()

    one, two, three = results(staff, answer)
    assert (one["status"], two["status"], three["status"]) == ("created", "failed", "created")
    assert two["line"] == 2
    assert any(e["pointer"] == pointer and reason in e["detail"] for e in two["errors"]), two
    assert set(Item.objects.values_list("sku", flat=True)) == {"A", "B"}
    job = job_of(answer)
    assert (job.status, job.done, job.succeeded, job.failed) == ("done", 3, 2, 1)


@pytest.mark.parametrize(
    ("bad", "pointer"),
    [
        (receipt("GONE"), "#/sku"),
        (receipt("LAMP", warehouse="MOON"), "#/warehouse"),
        (receipt("LAMP", item_id=1), "#"),
        ({"warehouse": "SEA1", "quantity": 1, "reference": "R"}, "#"),
        ({**receipt("LAMP"), "reference": ""}, "#/reference"),
        (receipt("LAMP", 0), "#/quantity"),
        (receipt("LAMP", 1.5), "#/quantity"),
        (receipt("LAMP", True), "#/quantity"),
        (receipt("LAMP", 10**12), "#/quantity"),
        (receipt("LAMP", 4), "#/reference"),
    ],
)
@pytest.mark.parametrize("on_error", ["continue", "abort"])
def test_a_bad_receipt_is_told(staff, lamp, seattle, bad, pointer, on_error):
    good = receipt("LAMP", 3)

    answer = send(staff, f"{RECEIPTS}?on_error={on_error}", lines(good, bad))
    work()

    one, two = results(staff, answer)
    is_abort = on_error == "abort"
    assert one["status"] == ("cancelled" if is_abort else "received")
    assert two["status"] == "failed"
    # Of a receipt told twice, one that takes all or none says so before it has a conflict.
    assert is_abort or two["errors"][0]["pointer"] == pointer
    assert stock_left(lamp) == (0 if is_abort else 3,)


@pytest.mark.usefixtures("chunks_of_two")
def test_a_job_that_takes_all_or_none_takes_none_when_a_line_is_bad(staff):
    body = lines(item("A"), item("B"), b"\n", item("C"), b"nonsense\n", item("A"))

    answer = send(staff, f"{ITEMS}?on_error=abort", body)
    work()

    job = job_of(answer)
    assert (job.status, job.succeeded, job.failed) == ("failed", 0, 2)
    assert job.failure == "Nothing was taken: 2 of 5 lines are bad."
    assert not Item.objects.exists()
    told = [(one["line"], one["status"]) for one in results(staff, answer)]
    assert told == [
        *[(1, "cancelled"), (2, "cancelled"), (4, "cancelled")],
        *[(5, "failed"), (6, "failed")],
    ]


@pytest.mark.usefixtures("chunks_of_two")
def test_a_job_that_takes_all_or_none_takes_all_when_none_is_bad(staff, lamp, seattle):
    given_stock({lamp: 1}, seattle)
    body = lines(*(receipt("LAMP", 2, reference=f"DN-{n}") for n in range(5)))

    answer = send(staff, f"{RECEIPTS}?on_error=abort", body)
    work()

    assert [one["status"] for one in results(staff, answer)] == ["received"] * 5
    assert stock_left(lamp) == (11,)


@pytest.mark.usefixtures("chunks_of_two")
def test_a_sku_that_came_in_an_earlier_chunk_is_told(staff):
    answer = send(staff, ITEMS, lines(*map(item, ["A", "B", "C", "A", "B", "D"])))
    work()

    told = [one["status"] for one in results(staff, answer)]
    assert told == ["created", "created", "created", "failed", "failed", "created"]


@pytest.mark.usefixtures("chunks_of_two")
def test_progress_is_seen_and_cancelling_takes_effect_between_chunks(staff):
    answer = send(staff, ITEMS, lines(*map(item, ["A", "B", "C", "D", "E"])))
    url = answer.json()["url"]
    working.take_next_chunk()

    running = staff.get(url).json()
    so_far = results(staff, answer)
    cancelled = [staff.post(f"{url}cancel/") for _ in range(2)]
    work()

    assert (running["status"], running["done"], len(so_far)) == ("running", 2, 2)
    assert [one.json()["status"] for one in cancelled] == ["cancelled", "cancelled"]
    told = [(one["line"], one["status"]) for one in results(staff, answer)]
    assert told == [
        *[(1, "created"), (2, "created")],
        *[(3, "cancelled"), (4, "cancelled"), (5, "cancelled")],
    ]
    assert set(Item.objects.values_list("sku", flat=True)) == {"A", "B"}


def test_a_job_that_is_over_cannot_be_cancelled(staff):
    answer = send(staff, ITEMS, lines(item("A")))
    work()

    refused = staff.post(f"{answer.json()['url']}cancel/")

    assert problem_of(refused) == (409, "job-over")
    assert job_of(answer).status == "done"


def test_somebody_elses_job_is_not_there(staff, mallory):
    answer = send(staff, ITEMS, lines(item("A")))
    url = answer.json()["url"]
    other = client_of(mallory, "catalog:write", "stock:write")

    answers = [other.get(url), other.get(f"{url}results/"), other.post(f"{url}cancel/")]

    assert [problem_of(one) for one in answers] == [(404, "not-found")] * 3
    assert other.get("/api/v1/jobs/").json()["results"] == []
    assert job_of(answer).status == "queued"
    assert len(staff.get("/api/v1/jobs/").json()["results"]) == 1


@pytest.mark.parametrize(("url", "scope"), [(ITEMS, "stock:write"), (RECEIPTS, "catalog:write")])
def test_each_kind_needs_its_scope(alice, client, url, scope):
    assert problem_of(send(client_of(alice, scope), url, b"{}")) == (403, "permission-denied")
    assert client.generic("POST", url, b"{}", NDJSON).status_code == 401
    assert not BulkJob.objects.exists()


@pytest.mark.parametrize("packed", [False, True])
def test_the_same_key_begins_one_job(staff, packed):
    body, key = lines(item("A")), {"Idempotency-Key": "k"}

    first, again = (send(staff, ITEMS, body, packed=packed, **key) for _ in range(2))
    other = send(staff, ITEMS, lines(item("B")), **key)
    differently = send(staff, f"{ITEMS}?on_error=abort", body, **key)

    assert (first.json(), again["Idempotency-Replayed"]) == (again.json(), "true")
    assert problem_of(other) == problem_of(differently) == (422, "idempotency-key-reused")
    assert BulkJob.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "content_type", "problem"),
    [
        (b"", NDJSON, (422, "validation-error")),
        (b"\n \n", NDJSON, (422, "validation-error")),
        (b"{}", "application/json", (415, "unsupported-media-type")),
        (gzip.compress(b"{}\n" * 1000)[:-9], NDJSON, (400, "malformed-json")),
        (gzip.compress(b"{}\n" * 1000)[:20] + b"no gzip", NDJSON, (400, "malformed-json")),
        (b"{}\n" * 100_001, NDJSON, (413, "too-large")),
        (b" " * (64 * 2**20 + 1), NDJSON, (413, "too-large")),
        (gzip.compress(b" " * (64 * 2**20 + 1)), NDJSON, (413, "too-large")),
        (gzip.compress(b"\n" * (64 * 2**20 + 1)), NDJSON, (413, "too-large")),
    ],
    ids=range(9),
)
def test_a_file_that_cannot_be_taken_begins_nothing(staff, body, content_type, problem):
    assert problem_of(staff.generic("POST", ITEMS, body, content_type)) == problem
    assert not BulkJob.objects.exists()


def test_a_file_that_ends_early_is_not_taken_for_whole():
    with pytest.raises(uploads.UploadBroken, match="Only 3 of 4 bytes"):
        uploads.Upload(BytesIO(b"{}\n"), size=4)


@pytest.mark.django_db(transaction=True)
def test_a_file_in_chunks_is_read_whole(staff):
    answered = []

    parts = application(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": ITEMS,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(lines(*(item(f"N{n:06d}" * 8) for n in range(30_000)))),
            "HTTP_TRANSFER_ENCODING": "chunked",
            "HTTP_AUTHORIZATION": staff._credentials["HTTP_AUTHORIZATION"],
            "CONTENT_TYPE": NDJSON,
        },
        lambda status, headers: answered.append(status),
    )
    told = json.loads(b"".join(parts))
    connection.close()

    assert answered == ["202 Accepted"]
    assert told["total"] == 30_000


def test_another_meaning_of_an_error_is_refused(staff):
    answer = send(staff, f"{ITEMS}?on_error=explode", lines(item("A")))

    assert problem_of(answer) == (422, "validation-error")


def test_a_long_file_is_kept_in_chunks_that_are_emptied(staff):
    body = lines(*(item(f"N{n}") for n in range(1201)))

    answer = send(staff, ITEMS, body, packed=True)
    kept = b"".join(bytes(chunk.lines) for chunk in BulkChunk.objects.all())
    work()

    assert kept == body
    told = results(staff, answer)
    assert [one["line"] for one in told] == list(range(1, 1202))
    assert {bytes(chunk.lines) for chunk in BulkChunk.objects.all()} == {b""}


def test_jobs_take_turns(staff, monkeypatch):
    monkeypatch.setattr(uploads, "CHUNK_LINES", 1)
    first = send(staff, ITEMS, lines(*map(item, "ABCD")))
    second = send(staff, ITEMS, lines(*map(item, "WXYZ")))
    BulkJob.objects.update(worked_at=timezone.now() - timedelta(hours=1))
    working.take_next_chunk()
    BulkJob.objects.filter(pk=job_of(first).pk).update(worked_at=timezone.now())

    working.take_next_chunk()

    assert (job_of(first).done, job_of(second).done) == (1, 1)


def test_a_fault_ends_its_job_and_no_other(staff, monkeypatch):
    monkeypatch.setattr(uploads, "CHUNK_LINES", 1)
    answer = send(staff, ITEMS, lines(item("A"), item("B")))
    working.take_next_chunk()
    chunk = BulkChunk.objects.get(job=job_of(answer), number=1)
    BulkJob.objects.update(kind="nothing known")

    work()

    job = job_of(answer)
    assert (job.status, job.done) == ("failed", 1)
    assert chunk.taken_at is None
    assert [one["status"] for one in results(staff, answer)] == ["created", "cancelled"]


def test_ended_jobs_are_forgotten_after_a_week(staff):
    old, new, waiting = (send(staff, ITEMS, lines(item(sku))) for sku in "ABC")
    long_ago = timezone.now() - timedelta(days=8)
    BulkJob.objects.filter(pk=job_of(old).pk).update(finished_at=long_ago)
    BulkJob.objects.filter(pk=job_of(new).pk).update(finished_at=timezone.now())

    forget_old_rows()

    kept = set(BulkJob.objects.values_list("pk", flat=True))
    assert kept == {new.json()["id"], waiting.json()["id"]}


def test_staff_follow_jobs_in_the_admin_and_cancel_them(desk, staff):
    answer = send(staff, ITEMS, lines(item("A")))

    page = desk.get("/admin/shop/bulkjob/").content.decode()
    desk.post(
        "/admin/shop/bulkjob/", {"action": "cancel", "_selected_action": [answer.json()["id"]]}
    )

    assert "0 of 1 lines" in page
    assert desk.get(f"/admin/shop/bulkjob/{answer.json()['id']}/change/").status_code == 200
    assert job_of(answer).status == "cancelled"


def test_the_results_are_json_whatever_was_sent(staff):
    answer = send(staff, ITEMS, lines({"\ud800" * 500: 1, **item("A")}))
    work()

    [told] = results(staff, answer)

    assert len(json.dumps(told)) < 5000
