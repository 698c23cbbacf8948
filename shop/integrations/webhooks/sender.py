"""Sending what is due: many at a time, each outside of any transaction.

Threads speak HTTP and nothing else; this thread alone speaks to the database. A slow
endpoint keeps a few threads busy and the others get the rest.
"""

import json
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.db import DatabaseError

from shop.core.api.serializers import utc
from shop.core.db.advisory_locks import acquire_first_free, release
from shop.core.db.transactions import Busy, run_transaction
from shop.integrations.models import WebhookDelivery
from shop.integrations.webhooks.http_client import Answer, post
from shop.integrations.webhooks.leases import FAILING, claim_due
from shop.integrations.webhooks.outcomes import Pace, record_failure, record_successes
from shop.integrations.webhooks.signing import signed_headers

logger = logging.getLogger(__name__)

THREADS = 32
THREADS_FOR_FAILING = 8
RUN_SECONDS = 10.0  # after which nothing new is taken: a worker has other tasks as well
LOOK_SECONDS = 0.2
GATHER_SECONDS = 0.01
SENDER_SLOTS = 0x776562  # the namespace of the places of senders

NOT_UNDERSTOOD = "The answer could not be understood."
NOT_SENT = "The message could not be sent."

Landed = list[tuple[WebhookDelivery, Answer]]


class Sender:
    """Keeps messages on their way until none is due, or its time is up."""

    def __init__(self, pool: ThreadPoolExecutor, pace: Pace, seconds: float):
        self._pool, self._pace = pool, pace
        self._until = time.monotonic() + seconds
        self._flying: dict[Future[Answer], WebhookDelivery] = {}

    def run(self) -> int:
        """Return how many attempts were made."""
        made = 0
        while self._take() or self._flying:
            if not self._flying:
                time.sleep(GATHER_SECONDS)
            wait(self._flying, LOOK_SECONDS, return_when=FIRST_COMPLETED)
            landed, _ = wait(self._flying, GATHER_SECONDS)  # several are one look for more
            self._note([(self._flying.pop(future), _answer_of(future)) for future in landed])
            made += len(landed)
        return made

    def _take(self) -> bool:
        """Take as many messages as threads are free, of failing endpoints only a few.

        Returns whether to look again even if none is on its way.
        """
        if time.monotonic() > self._until:
            return False
        found = self._claim(THREADS - len(self._flying))
        room = THREADS - len(self._flying)
        failing = sum(one.endpoint.failures >= FAILING for one in self._flying.values())
        return self._claim(min(room, THREADS_FOR_FAILING - failing), is_failing=True) or found

    def _claim(self, most: int, *, is_failing: bool = False) -> bool:
        try:
            taken = run_transaction(
                claim_due, most=most, is_failing=is_failing, lease=self._pace.lease
            )
        except Busy:
            return True
        for delivery in taken:
            self._flying[self._pool.submit(attempt, delivery)] = delivery
        return bool(taken)

    def _note(self, landed: Landed) -> None:
        """Note what came of attempts, each failure by itself."""
        if taken := [one for one in landed if one[1].is_success]:
            _unless_busy(record_successes, landed=taken)
        for delivery, answer in landed:
            if not answer.is_success:
                self._record_failure(delivery, answer)

    def _record_failure(self, delivery: WebhookDelivery, answer: Answer) -> None:
        """Note a failure; of an answer that breaks us, that it is one, and the log says why."""
        of = {"delivery": delivery, "scale": self._pace.scale}
        try:
            _unless_busy(record_failure, answer=answer, **of)
        except Exception:
            logger.exception("The answer to message %s cannot be noted", delivery.pk)
            plain = Answer(answer.duration_ms, error=NOT_UNDERSTOOD)
            _unless_busy(record_failure, answer=plain, **of)


def _answer_of(landed: Future[Answer]) -> Answer:
    """What is wrong with one message must not end the run for the others."""
    if error := landed.exception():
        logger.error("A message cannot be sent", exc_info=error)
        return Answer(0, error=NOT_SENT)
    return landed.result()


def _unless_busy(note: Callable[..., Any], **said: Any) -> None:
    """Call the verb; where a lock is not to be had, the lease runs out and it is sent again."""
    try:
        run_transaction(note, **said)
    except Busy as error:
        logger.warning("What came of some messages is not noted: %s", error)


def send_due(*, pace: Pace = Pace(), seconds: float = RUN_SECONDS) -> int:  # noqa: B008 -- frozen
    """Send what is due until nothing is, or the time is up; returns how many attempts."""
    with ThreadPoolExecutor(THREADS, thread_name_prefix="webhook") as pool:
        return Sender(pool, pace, seconds).run()


def attempt(delivery: WebhookDelivery) -> Answer:
    """Send one message, signed, to its endpoint."""
    body = body_of(delivery)
    at = delivery.attempted_at
    assert at is not None  # noqa: S101 -- it was claimed
    keys = [delivery.endpoint.secret]
    until = delivery.endpoint.old_secret_until
    if delivery.endpoint.old_secret and until and at < until:
        keys.append(delivery.endpoint.old_secret)
    said = signed_headers(delivery.message_id, at, body, keys)
    kind = {"Content-Type": "application/json", "User-Agent": "shop-webhooks/1"}
    return post(delivery.endpoint.url, headers={**kind, **said}, body=body.encode())


def body_of(delivery: WebhookDelivery) -> str:
    said = {
        "type": delivery.type,
        "timestamp": utc(delivery.happened_at),
        "resource": delivery.resource,
        "data": delivery.data,
    }
    return json.dumps(said, separators=(",", ":"))


@contextmanager
def sender_slot() -> Iterator[bool]:
    """Take one of the few places of senders; whoever gets none leaves the work to the others."""
    place = acquire_first_free((SENDER_SLOTS, number) for number in range(settings.WEBHOOK_SENDERS))
    try:
        yield place is not None
    finally:
        if place is not None:
            with suppress(DatabaseError):  # then it is free with the connection's end
                release([place])
