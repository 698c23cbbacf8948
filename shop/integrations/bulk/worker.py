"""Working on bulk jobs: a chunk of the job whose turn it is, one transaction each."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from time import monotonic

from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from shop.core.db.transactions import Busy, run_transaction
from shop.integrations.bulk.kinds import KINDS
from shop.integrations.bulk.lines import BulkLineRefused, Line, Result, failed, flaw, read_line
from shop.integrations.bulk.uploads import Part, lines_of
from shop.integrations.models import BulkChunk, BulkJob

logger = logging.getLogger(__name__)

# Seconds after which a worker turns to other tasks: orders wait to be assigned.
TURN = 1.0
# For how long other jobs go before one that met somebody's lock.
PUT_OFF = timedelta(seconds=10)
AGAIN = flaw("An earlier line of the file is about the same.")


def work_on_jobs() -> None:
    """Take chunks for as long as a turn lasts and there are any."""
    ends = monotonic() + TURN
    while take_next_chunk() and monotonic() < ends:
        pass


def take_next_chunk() -> bool:
    """Take a chunk of the open job whose turn is longest ago, or check it.

    False if there is nothing to do. A job that meets somebody's lock, or takes too long,
    has had its turn: what it did was undone, so that is noted afterwards.
    """
    job_id = run_transaction(find_next_job)
    if job_id is None:
        return False
    try:
        run_transaction(take_chunk, job_id=job_id)
    except (Busy, OperationalError) as error:
        logger.warning("The bulk job %s is put off: %s", job_id, error)
        run_transaction(postpone_job, job_id=job_id)
    return True


@transaction.atomic
def find_next_job() -> int | None:
    """Return the open job whose turn is longest ago and that nobody is working on."""
    job = BulkJob.objects.open().lock(skip_locked=True).first()
    return None if job is None else job.pk


@transaction.atomic
def take_chunk(*, job_id: int) -> None:
    """Take a chunk of the job, unless it ended or somebody else works on it meanwhile."""
    job = BulkJob.objects.open().filter(pk=job_id).lock(skip_locked=True).first()
    if job is None:
        return
    try:
        with transaction.atomic():
            _go_on(job)
    except OperationalError:
        raise  # a deadlock, a lock that was not to be had, a database that is away
    except Exception:
        logger.exception("The bulk job %s cannot go on", job)
        _end(job, BulkJob.Status.FAILED, failure="The fault is ours and was written down.")


@transaction.atomic
def postpone_job(*, job_id: int) -> None:
    """Let all other jobs go first for a while; one that is alone goes on at once."""
    BulkJob.objects.filter(pk=job_id).update(worked_at=Now() + PUT_OFF)


def _go_on(job: BulkJob) -> None:
    chunks = job.chunks.order_by("number")
    if job.on_error == BulkJob.OnError.ABORT:
        if chunk := chunks.filter(checked_at=None).first():
            return _check(job, chunk)
        if bad := _found_bad(job):
            why = f"Nothing was taken: {bad} of {job.total} lines are bad."
            return _end(job, BulkJob.Status.FAILED, failure=why, done=bad, failed=bad)
    if chunk := chunks.filter(taken_at=None).first():
        return _take(job, chunk)
    _end(job, BulkJob.Status.DONE)


def _check(job: BulkJob, chunk: BulkChunk) -> None:
    """Look for bad lines, of which one is enough for a job that takes all or none."""
    good, bad = _read(job, chunk, keys_come_once=True)
    bad += [failed(number, why) for number, why in KINDS[job.kind].check(good).items()]
    _note(chunk, bad, checked_at=Now(), keys=_keys(job, good))
    _set_turn(job)


def _take(job: BulkJob, chunk: BulkChunk) -> None:
    kind = KINDS[job.kind]
    is_checked = chunk.checked_at is not None
    good, results = _read(job, chunk, keys_come_once=kind.keys_come_once and not is_checked)
    results += kind.take(good, job.owner)
    _note(chunk, results, taken_at=Now(), lines=b"", keys=_keys(job, good))
    bad = sum(result.is_failed for result in results)
    _set_turn(
        job,
        done=F("done") + len(results),
        succeeded=F("succeeded") + len(results) - bad,
        failed=F("failed") + bad,
    )


def _read(
    job: BulkJob, chunk: BulkChunk, *, keys_come_once: bool
) -> tuple[list[Line], list[Result]]:
    """Return the lines that make sense, and the results of those that do not."""
    kind = KINDS[job.kind]
    good: list[Line] = []
    bad: list[Result] = []
    for number, line in lines_of(Part(chunk.first_line, bytes(chunk.lines))):
        try:
            good.append(Line(number, read_line(kind.serializer, line)))
        except BulkLineRefused as refusal:
            bad.append(failed(number, refusal.errors))
    if not keys_come_once:
        return good, bad
    seen = _seen_before(chunk, _keys(job, good))
    first = {key: line for line in reversed(good) if (key := kind.key_of(line)) not in seen}
    once = list(reversed(first.values()))
    kept = {line.number for line in once}
    return once, bad + [failed(line.number, AGAIN) for line in good if line.number not in kept]


def _keys(job: BulkJob, lines: Sequence[Line]) -> list[str]:
    return [KINDS[job.kind].key_of(line) for line in lines]


def _seen_before(chunk: BulkChunk, keys: Sequence[str]) -> set[str]:
    """Which of the keys the chunks before this one have."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT key FROM integrations_bulkchunk, unnest(keys) AS key
             WHERE job_id = %s AND number < %s AND key = ANY(%s::text[])
            """,
            [chunk.job_id, chunk.number, list(keys)],
        )
        return {key for (key,) in cursor.fetchall()}


def _found_bad(job: BulkJob) -> int:
    """How many lines were found bad while nothing was taken yet."""
    if job.done:
        return 0
    told = job.chunks.exclude(results="").values_list("results", flat=True)
    return sum(results.count("\n") for results in told.iterator(chunk_size=10))


def _note(chunk: BulkChunk, results: Sequence[Result], **changes) -> None:
    ordered = sorted(results, key=lambda result: result.line)
    told = "".join(f"{result.as_json()}\n" for result in ordered)
    BulkChunk.objects.filter(pk=chunk.pk).update(results=told, **changes)


def _set_turn(job: BulkJob, **changes) -> None:
    """Note that the job had its turn, at the time of this statement."""
    if job.status == BulkJob.Status.QUEUED:
        changes |= {"status": BulkJob.Status.RUNNING, "started_at": Now()}
    BulkJob.objects.filter(pk=job.pk).update(worked_at=Now(), **changes)


def _end(job: BulkJob, status: BulkJob.Status, **changes) -> None:
    BulkJob.objects.filter(pk=job.pk).update(status=status, finished_at=Now(), **changes)
