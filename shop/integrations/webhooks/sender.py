"""The sender: a pool of threads that sends due deliveries, each outside of any transaction.

The threads use HTTP only; the calling thread alone uses the database. A slow endpoint
occupies at most MAX_IN_FLIGHT threads, and the others serve the rest.
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
from shop.integrations.webhooks.http_client import Outcome, post
from shop.integrations.webhooks.leases import FAILING_THRESHOLD, claim_due
from shop.integrations.webhooks.outcomes import Timing, record_failure, record_successes
from shop.integrations.webhooks.signing import signed_headers

logger = logging.getLogger(__name__)

THREADS = 32
THREADS_FOR_FAILING = 8
RUN_SECONDS = 10.0  # then nothing new is claimed, because a worker has other tasks as well
POLL_SECONDS = 0.2
GATHER_SECONDS = 0.01
SENDER_SLOTS = 0x776562  # the number of the semaphore of senders

UNREADABLE_RESPONSE = "The answer could not be understood."
NOT_SENT = "The message could not be sent."

Outcomes = list[tuple[WebhookDelivery, Outcome]]


class Sender:
    """Keeps the pool's threads busy until no delivery is due, or the time is up."""

    def __init__(self, pool: ThreadPoolExecutor, timing: Timing, seconds: float):
        self._pool, self._timing = pool, timing
        self._until = time.monotonic() + seconds
        self._in_flight: dict[Future[Outcome], WebhookDelivery] = {}

    def run(self) -> int:
        """Send due deliveries; returns the number of attempts."""
        attempts = 0
        while self._claim_due() or self._in_flight:
            if not self._in_flight:
                time.sleep(GATHER_SECONDS)
            wait(self._in_flight, POLL_SECONDS, return_when=FIRST_COMPLETED)
            finished, _ = wait(self._in_flight, GATHER_SECONDS)  # several share one claim
            self._record(
                [(self._in_flight.pop(future), _outcome_of(future)) for future in finished]
            )
            attempts += len(finished)
        return attempts

    def _claim_due(self) -> bool:
        """Claim a delivery for each free thread, of failing endpoints only a few.

        Returns whether to claim again even if none is in flight.
        """
        if time.monotonic() > self._until:
            return False
        has_claimed = self._claim(THREADS - len(self._in_flight))
        free = THREADS - len(self._in_flight)
        failing = sum(
            delivery.endpoint.failures >= FAILING_THRESHOLD for delivery in self._in_flight.values()
        )
        return self._claim(min(free, THREADS_FOR_FAILING - failing), is_failing=True) or has_claimed

    def _claim(self, limit: int, *, is_failing: bool = False) -> bool:
        try:
            deliveries = run_transaction(
                claim_due, limit=limit, is_failing=is_failing, lease=self._timing.lease
            )
        except Busy:
            return True
        for delivery in deliveries:
            self._in_flight[self._pool.submit(send_delivery, delivery)] = delivery
        return bool(deliveries)

    def _record(self, attempts: Outcomes) -> None:
        """Record the outcomes, all successes together and each failure by itself."""
        if successes := [attempt for attempt in attempts if attempt[1].is_success]:
            _run_unless_busy(record_successes, attempts=successes)
        for delivery, outcome in attempts:
            if not outcome.is_success:
                self._record_failure(delivery, outcome)

    def _record_failure(self, delivery: WebhookDelivery, outcome: Outcome) -> None:
        """Record a failure; a response that cannot be stored is logged and recorded without it."""
        arguments = {"delivery": delivery, "scale": self._timing.scale}
        try:
            _run_unless_busy(record_failure, outcome=outcome, **arguments)
        except Exception:
            logger.exception("The response to delivery %s cannot be recorded", delivery.pk)
            plain = Outcome(outcome.duration_ms, error=UNREADABLE_RESPONSE)
            _run_unless_busy(record_failure, outcome=plain, **arguments)


def _outcome_of(future: Future[Outcome]) -> Outcome:
    """Return the outcome of an attempt; an exception is one, and does not end the run."""
    if error := future.exception():
        logger.error("A message cannot be sent", exc_info=error)
        return Outcome(0, error=NOT_SENT)
    return future.result()


def _run_unless_busy(verb: Callable[..., Any], **kwargs: Any) -> None:
    """Run a verb; if a row stays locked, the lease ends and the message is sent again."""
    try:
        run_transaction(verb, **kwargs)
    except Busy as error:
        logger.warning("The outcomes of some deliveries are not recorded: %s", error)


def send_due(*, timing: Timing = Timing(), seconds: float = RUN_SECONDS) -> int:  # noqa: B008 -- frozen
    """Send due deliveries until none is due, or the seconds are up; returns the attempts."""
    with ThreadPoolExecutor(THREADS, thread_name_prefix="webhook") as pool:
        return Sender(pool, timing, seconds).run()


def send_delivery(delivery: WebhookDelivery) -> Outcome:
    """Send a delivery's message, signed, to its endpoint.

    Until the old secret expires, both secrets sign.
    """
    body = render_body(delivery)
    at = delivery.attempted_at
    assert at is not None  # noqa: S101 -- it was claimed
    keys = [delivery.endpoint.secret]
    until = delivery.endpoint.old_secret_until
    if delivery.endpoint.old_secret and until and at < until:
        keys.append(delivery.endpoint.old_secret)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "shop-webhooks/1",
        **signed_headers(delivery.message_id, at, body, keys),
    }
    return post(delivery.endpoint.url, headers=headers, body=body.encode())


def render_body(delivery: WebhookDelivery) -> str:
    """Return the JSON body of a delivery's message."""
    payload = {
        "type": delivery.type,
        "timestamp": utc(delivery.happened_at),
        "resource": delivery.resource,
        "data": delivery.data,
    }
    return json.dumps(payload, separators=(",", ":"))


@contextmanager
def sender_slot() -> Iterator[bool]:
    """Acquire one of WEBHOOK_SENDERS slots; yields False if all are taken by other workers."""
    slot = acquire_first_free((SENDER_SLOTS, number) for number in range(settings.WEBHOOK_SENDERS))
    try:
        yield slot is not None
    finally:
        if slot is not None:
            with suppress(DatabaseError):  # the end of the connection releases it
                release([slot])
