"""The scheduling of bulk jobs: round-robin, faults and deletion."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from shop.integrations.bulk import uploads, worker
from shop.integrations.bulk.jobs import iter_results
from shop.integrations.models import BulkChunk, BulkJob
from shop.retention import delete_old_rows
from tests.support.bulk_jobs import ITEMS, item, job_of, lines, send, work

pytestmark = pytest.mark.usefixtures("conserved")


def test_jobs_run_round_robin(staff, monkeypatch):
    monkeypatch.setattr(uploads, "CHUNK_LINES", 1)
    first = send(staff, ITEMS, lines(*map(item, "ABCD")))
    second = send(staff, ITEMS, lines(*map(item, "WXYZ")))
    BulkJob.objects.update(last_run_at=timezone.now() - timedelta(hours=1))
    worker.run_next_chunk()
    BulkJob.objects.filter(pk=job_of(first).pk).update(last_run_at=timezone.now())

    worker.run_next_chunk()

    assert (job_of(first).done, job_of(second).done) == (1, 1)


def test_a_fault_ends_its_job_and_no_other(staff, monkeypatch):
    monkeypatch.setattr(uploads, "CHUNK_LINES", 1)
    answer = send(staff, ITEMS, lines(item("A"), item("B")))
    worker.run_next_chunk()
    chunk = BulkChunk.objects.get(job=job_of(answer), number=1)
    BulkJob.objects.update(kind="nothing known")

    work()

    job = job_of(answer)
    assert (job.status, job.done) == ("failed", 1)
    assert chunk.finished_at is None
    rows = [line for chunk in iter_results(job) for line in chunk.splitlines()]
    statuses = [json.loads(line)["status"] for line in rows]
    assert statuses == ["created", "cancelled"]


def test_ended_jobs_are_deleted_after_a_week(staff, monkeypatch):
    monkeypatch.setattr("shop.integrations.bulk.retention.JOB_BATCH_SIZE", 1)
    old, new, waiting = (send(staff, ITEMS, lines(item(sku))) for sku in "ABC")
    long_ago = timezone.now() - timedelta(days=8)
    BulkJob.objects.filter(pk=job_of(old).pk).update(finished_at=long_ago)
    BulkJob.objects.filter(pk=job_of(new).pk).update(finished_at=timezone.now())

    delete_old_rows()

    kept = set(BulkJob.objects.values_list("pk", flat=True))
    assert kept == {new.json()["id"], waiting.json()["id"]}
