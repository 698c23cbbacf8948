"""The worker of bulk jobs: one chunk of one job a transaction, round-robin over the jobs."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from time import monotonic

from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from shop.core.authors import Author
from shop.core.db.transactions import Busy, run_transaction
from shop.integrations.bulk.job_kinds import KINDS
from shop.integrations.bulk.lines import (
    BulkLineRefused,
    Line,
    Result,
    failed_result,
    read_line,
    single_error,
)
from shop.integrations.bulk.uploads import FileChunk, iter_lines
from shop.integrations.models import BulkChunk, BulkJob

logger = logging.getLogger(__name__)

# Afterwards the worker runs other tasks, because orders wait to be assigned.
RUN_SECONDS = 1.0
# A job that met a lock runs after the other jobs for this time.
POSTPONEMENT = timedelta(seconds=10)
DUPLICATE = single_error("An earlier line of the file is about the same.")


def run_jobs() -> None:
    """Run chunks for RUN_SECONDS, or until no job is open."""
    deadline = monotonic() + RUN_SECONDS
    while run_next_chunk() and monotonic() < deadline:
        pass


def run_next_chunk() -> bool:
    """Run a chunk of the least recently run job; returns False if no job is open.

    A job that meets a lock, or takes too long, is postponed. Its transaction was rolled
    back, so another one postpones it.
    """
    job_id = run_transaction(find_next_job)
    if job_id is None:
        return False
    try:
        run_transaction(run_chunk, job_id=job_id)
    except (Busy, OperationalError) as error:
        logger.warning("The bulk job %s is postponed: %s", job_id, error)
        run_transaction(postpone_job, job_id=job_id)
    return True


@transaction.atomic
def find_next_job() -> int | None:
    """Return the id of the least recently run open job whose row no worker locks."""
    job = BulkJob.objects.open().lock(skip_locked=True).first()
    return None if job is None else job.pk


@transaction.atomic
def run_chunk(*, job_id: int) -> None:
    """Validate or process a chunk of the job, unless it has ended or another worker locks it.

    An unexpected exception fails the job and no other.
    """
    job = BulkJob.objects.open().filter(pk=job_id).lock(skip_locked=True).first()
    if job is None:
        return
    try:
        with transaction.atomic():
            _continue_job(job)
    except (Busy, OperationalError):
        raise  # a deadlock, a lock timeout, stale rows, no connection: it can continue later
    except Exception:
        logger.exception("The bulk job %s cannot continue", job)
        _end_job(job, BulkJob.Status.FAILED, failure="The fault is ours and was written down.")


@transaction.atomic
def postpone_job(*, job_id: int) -> None:
    """Put a job behind the others for a while; the only open job continues at once."""
    BulkJob.objects.filter(pk=job_id).update(last_run_at=Now() + POSTPONEMENT)


def _continue_job(job: BulkJob) -> None:
    """Validate or process the job's next chunk, or end the job after the last one."""
    chunks = job.chunks.order_by("number")
    if job.on_error == BulkJob.OnError.ABORT:
        if chunk := chunks.filter(validated_at=None).first():
            return _validate_chunk(job, chunk)
        if bad := _count_bad_lines(job):
            failure = f"Nothing was taken: {bad} of {job.total} lines are bad."
            return _end_job(job, BulkJob.Status.FAILED, failure=failure, done=bad, failed=bad)
    if chunk := chunks.filter(finished_at=None).first():
        return _run_lines(job, chunk)
    _end_job(job, BulkJob.Status.DONE)


def _validate_chunk(job: BulkJob, chunk: BulkChunk) -> None:
    """Save the errors of the invalid lines, and the keys of the valid ones."""
    good, bad = _read_chunk(job, chunk, keys_come_once=True)
    errors_by_line = KINDS[job.kind].validate(good)
    bad += [failed_result(number, errors) for number, errors in errors_by_line.items()]
    _save_results(chunk, bad, validated_at=Now(), keys=KINDS[job.kind].keys_of(good))
    _save_progress(job)


def _run_lines(job: BulkJob, chunk: BulkChunk) -> None:
    """Process the lines, and save their results and the job's progress."""
    kind = KINDS[job.kind]
    is_validated = chunk.validated_at is not None
    good, results = _read_chunk(job, chunk, keys_come_once=kind.keys_come_once and not is_validated)
    results += kind.run_lines(good, Author(job.owner))
    _save_results(chunk, results, finished_at=Now(), lines=b"", keys=kind.keys_of(good))
    bad = sum(result.is_failed for result in results)
    _save_progress(
        job,
        done=F("done") + len(results),
        succeeded=F("succeeded") + len(results) - bad,
        failed=F("failed") + bad,
    )


def _read_chunk(
    job: BulkJob, chunk: BulkChunk, *, keys_come_once: bool
) -> tuple[list[Line], list[Result]]:
    """Return the valid lines, and the results of the others."""
    kind = KINDS[job.kind]
    good: list[Line] = []
    bad: list[Result] = []
    for number, line in iter_lines(FileChunk(chunk.first_line, bytes(chunk.lines))):
        try:
            good.append(Line(number, read_line(kind.serializer, line)))
        except BulkLineRefused as refusal:
            bad.append(failed_result(number, refusal.errors))
    if not keys_come_once:
        return good, bad
    keys = kind.keys_of(good)
    earlier = _keys_in_earlier_chunks(chunk, keys)
    pairs = zip(reversed(keys), reversed(good), strict=True)
    first = {key: line for key, line in pairs if key not in earlier}
    unique = list(reversed(first.values()))
    numbers = {line.number for line in unique}
    duplicates = [line for line in good if line.number not in numbers]
    return unique, bad + [failed_result(line.number, DUPLICATE) for line in duplicates]


def _keys_in_earlier_chunks(chunk: BulkChunk, keys: Sequence[str]) -> set[str]:
    """Return those of the keys that earlier chunks of the job have."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT key FROM integrations_bulkchunk, unnest(keys) AS key
             WHERE job_id = %s AND number < %s AND key = ANY(%s::text[])
            """,
            [chunk.job_id, chunk.number, list(keys)],
        )
        return {key for (key,) in cursor.fetchall()}


def _count_bad_lines(job: BulkJob) -> int:
    """Return the number of invalid lines; 0 once lines are processed."""
    if job.done:
        return 0
    texts = job.chunks.exclude(results="").values_list("results", flat=True)
    return sum(text.count("\n") for text in texts.iterator(chunk_size=10))


def _save_results(chunk: BulkChunk, results: Sequence[Result], **changes) -> None:
    ordered = sorted(results, key=lambda result: result.line)
    text = "".join(f"{result.as_json()}\n" for result in ordered)
    BulkChunk.objects.filter(pk=chunk.pk).update(results=text, **changes)


def _save_progress(job: BulkJob, **changes) -> None:
    """Save changes of the job, and the time of this statement as its last run."""
    if job.status == BulkJob.Status.QUEUED:
        changes |= {"status": BulkJob.Status.RUNNING, "started_at": Now()}
    BulkJob.objects.filter(pk=job.pk).update(last_run_at=Now(), **changes)


def _end_job(job: BulkJob, status: BulkJob.Status, **changes) -> None:
    BulkJob.objects.filter(pk=job.pk).update(status=status, finished_at=Now(), **changes)
