"""Verbs of bulk jobs: begin, cancel, and read the results of the lines."""

import json
from collections.abc import Generator
from itertools import islice

from django.db import transaction
from django.db.models.functions import Now

from shop.core.db.advisory_locks import serialize_on
from shop.integrations.bulk.exceptions import JobNotFound, JobOver, TooManyJobs
from shop.integrations.bulk.uploads import FileChunk, Upload, iter_lines
from shop.integrations.models import BulkChunk, BulkJob

BATCH_SIZE = 20
MAX_OPEN_JOBS = 20  # per owner


@transaction.atomic
def begin_job(*, owner, kind: str, on_error: str, upload: Upload) -> BulkJob:
    """Store an upload as a queued job with its chunks. Raises TooManyJobs."""
    serialize_on(f"bulk jobs of {owner.pk}")
    if BulkJob.objects.open().filter(owner=owner).count() >= MAX_OPEN_JOBS:
        raise TooManyJobs(MAX_OPEN_JOBS)
    job = BulkJob.objects.create(owner=owner, kind=kind, on_error=on_error, total=upload.total)
    job.refresh_from_db()
    chunks = (
        BulkChunk(job=job, number=number, first_line=chunk.first_line, lines=chunk.lines)
        for number, chunk in enumerate(upload.chunks())
    )
    while batch := list(islice(chunks, BATCH_SIZE)):
        BulkChunk.objects.bulk_create(batch)
    return job


@transaction.atomic
def cancel_job(*, job_id: int) -> BulkJob:
    """Cancel a job: its remaining lines are not processed. Raises JobNotFound or JobOver.

    A cancelled job may be cancelled again.
    """
    job = BulkJob.objects.filter(pk=job_id).lock().first()
    if job is None:
        raise JobNotFound
    if job.is_open:
        job.status = BulkJob.Status.CANCELLED
        BulkJob.objects.filter(pk=job_id).update(status=job.status, finished_at=Now())
        job.refresh_from_db()
    if job.status != BulkJob.Status.CANCELLED:
        raise JobOver(job.status)
    return job


def iter_results(job: BulkJob) -> Generator[str, None, None]:
    """Yield the results in the order of the lines, as JSON lines, chunk by chunk.

    An open job has results of its processed lines; an ended one, of every line.
    """
    number = -1
    while chunk := BulkChunk.objects.filter(job=job, number__gt=number).first():
        if chunk.finished_at:
            yield chunk.results
        elif job.is_open:
            return
        else:
            yield _results_of_unprocessed(chunk)
        number = chunk.number


def _results_of_unprocessed(chunk: BulkChunk) -> str:
    """Return the errors of lines that were found invalid; the other lines are cancelled."""
    invalid = {json.loads(result)["line"]: result for result in chunk.results.splitlines()}
    return "".join(
        invalid.get(number, json.dumps({"line": number, "status": "cancelled", "errors": []}))
        + "\n"
        for number, _ in iter_lines(FileChunk(chunk.first_line, bytes(chunk.lines)))
    )
