"""Beginning a bulk job, ending it early, and reading what became of its lines."""

import json
from collections.abc import Generator
from itertools import islice

from django.db import transaction
from django.db.models.functions import Now

from shop.core.db.advisory_locks import serialize_on
from shop.integrations.bulk.exceptions import JobNotFound, JobOver, TooManyJobs
from shop.integrations.bulk.uploads import Part, Upload, lines_of
from shop.integrations.models import BulkChunk, BulkJob

BATCH_SIZE = 20
MAX_OPEN_JOBS = 20  # of one owner


@transaction.atomic
def begin_job(*, owner, kind: str, on_error: str, upload: Upload) -> BulkJob:
    """Keep the file, for the workers to take. Raises TooManyJobs."""
    serialize_on(f"bulk jobs of {owner.pk}")
    if BulkJob.objects.open().filter(owner=owner).count() >= MAX_OPEN_JOBS:
        raise TooManyJobs(MAX_OPEN_JOBS)
    job = BulkJob.objects.create(owner=owner, kind=kind, on_error=on_error, total=upload.total)
    job.refresh_from_db()
    chunks = (
        BulkChunk(job=job, number=number, first_line=part.first_line, lines=part.lines)
        for number, part in enumerate(upload.parts())
    )
    while some := list(islice(chunks, BATCH_SIZE)):
        BulkChunk.objects.bulk_create(some)
    return job


@transaction.atomic
def cancel_job(*, job_id: int) -> BulkJob:
    """Take no more of the job. Cancelled again, it stays so. Raises JobNotFound or JobOver."""
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


def results_of(job: BulkJob) -> Generator[str, None, None]:
    """What became of the lines, in their order, a JSON object each, some at a time.

    Of a job that is still open only what is done; of one that has ended, every line.
    """
    number = -1
    while chunk := BulkChunk.objects.filter(job=job, number__gt=number).first():
        if chunk.taken_at:
            yield chunk.results
        elif job.is_open:
            return
        else:
            yield _of_untaken(chunk)
        number = chunk.number


def _of_untaken(chunk: BulkChunk) -> str:
    """Lines that were looked at and are bad say why, the others were never taken."""
    told = {json.loads(result)["line"]: result for result in chunk.results.splitlines()}
    return "".join(
        told.get(number, json.dumps({"line": number, "status": "cancelled", "errors": []})) + "\n"
        for number, _ in lines_of(Part(chunk.first_line, bytes(chunk.lines)))
    )
