"""Uploads of bulk jobs: their scopes, sizes and compression."""

import gzip
import json
from io import BytesIO

import pytest
from django.db import connection

from shop.integrations.bulk import uploads
from shop.integrations.bulk.exceptions import UploadBroken
from shop.integrations.models import BulkChunk, BulkJob
from shop.wsgi import application
from tests.support.api import client_of, problem_of
from tests.support.bulk_jobs import ITEMS, NDJSON, RECEIPTS, item, lines, results, send, work

pytestmark = pytest.mark.usefixtures("conserved")


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
        (b"{}\n" + b"\n" * 200_000, NDJSON, (413, "too-large")),
    ],
    ids=range(10),
)
def test_a_file_that_cannot_be_taken_begins_nothing(staff, body, content_type, problem):
    assert problem_of(staff.generic("POST", ITEMS, body, content_type)) == problem
    assert not BulkJob.objects.exists()


def test_a_file_that_ends_early_is_refused():
    with pytest.raises(UploadBroken, match="Only 3 of 4 bytes"):
        uploads.Upload(BytesIO(b"{}\n"), size=4)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "content_type", [NDJSON, "Application/X-NDJSON; charset=base64", f" {NDJSON}; charset=zz"]
)
def test_a_file_in_chunks_is_read_whole(staff, content_type):
    statuses = []

    body = application(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": ITEMS,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(lines(*(item(f"N{n:06d}" * 8) for n in range(30_000)))),
            "HTTP_TRANSFER_ENCODING": "chunked",
            "HTTP_AUTHORIZATION": staff._credentials["HTTP_AUTHORIZATION"],
            "CONTENT_TYPE": content_type,
        },
        lambda status, headers: statuses.append(status),
    )
    job = json.loads(b"".join(body))
    connection.close()

    assert statuses == ["202 Accepted"]
    assert job["total"] == 30_000


def test_another_meaning_of_an_error_is_refused(staff):
    answer = send(staff, f"{ITEMS}?on_error=explode", lines(item("A")))

    assert problem_of(answer) == (422, "validation-error")


def test_a_long_file_is_kept_in_chunks_that_are_emptied(staff):
    body = lines(*(item(f"N{n}") for n in range(1201)))

    answer = send(staff, ITEMS, body, packed=True)
    stored = b"".join(bytes(chunk.lines) for chunk in BulkChunk.objects.all())
    work()

    assert stored == body
    assert [result["line"] for result in results(staff, answer)] == list(range(1, 1202))
    assert {bytes(chunk.lines) for chunk in BulkChunk.objects.all()} == {b""}


def test_blank_lines_are_no_chunks_and_count_as_lines(staff, chunks_of_two):
    body = b"\n" * 7 + lines(item("A")) + b"\n" * 20 + lines(item("B")) + b" \n" * 5

    answer = send(staff, ITEMS, body)
    chunks = BulkChunk.objects.count()
    work()

    assert chunks == 2
    outcomes = [(result["line"], result["status"]) for result in results(staff, answer)]
    assert outcomes == [(8, "created"), (29, "created")]


def test_a_user_with_the_maximum_of_open_jobs_begins_no_other(staff, mallory, monkeypatch):
    monkeypatch.setattr("shop.integrations.bulk.jobs.MAX_OPEN_JOBS", 2)
    for sku in "AB":
        send(staff, ITEMS, lines(item(sku)))

    refused = send(staff, ITEMS, lines(item("C")))
    of_another = send(client_of(mallory, "catalog:write"), ITEMS, lines(item("D")))
    work()
    afterwards = send(staff, ITEMS, lines(item("C")))

    assert problem_of(refused) == (409, "too-many-jobs")
    assert refused.json()["limit"] == 2
    assert (of_another.status_code, afterwards.status_code) == (202, 202)
    assert BulkJob.objects.count() == 4
