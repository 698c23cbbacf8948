"""The answers that idempotency records keep: packed, and so many bytes a day for each caller.

A small request can have a long answer, as a change of one line of a long cart has, and each
key keeps one more for a day. So a token bucket counts what a caller's answers take on disk.
"""

import zlib
from math import ceil
from typing import Any

from django.conf import settings

from shop.core.http.token_bucket import Limit, take_request
from shop.core.models import IdempotencyRecord
from shop.core.refusals import RateLimit, Refusal
from shop.core.security_log import record_limit

MIN_PACKED_BYTES = 2048  # of an answer; a shorter one gains nothing
ROW_BYTES = 500  # of a record without its answer, with its entries in two indexes
DAY_SECONDS = 86_400


class TooManyKeptBytes(Refusal):
    """The caller's answers of the last day take as much room as they may."""

    code = "too-many-kept-answers"

    def __init__(self, *, limit: int, retry_after: int):
        super().__init__(f"At most {limit} bytes of answers are kept for you a day.")
        self.limit = limit
        self.retry_after = retry_after
        self.rate_limit = RateLimit("kept-bytes", limit, DAY_SECONDS)

    def details(self) -> dict[str, Any]:
        """Return the limit, in bytes."""
        return {"limit": self.limit}


def pack(content: bytes) -> dict[str, Any]:
    """Return the fields of a record that keep an answer, compressed if it is long."""
    if len(content) < MIN_PACKED_BYTES:
        return {"body": content.decode()}
    return {"body": "", "packed": zlib.compress(content)}


def unpack(record: IdempotencyRecord) -> bytes:
    """Return the answer that a record keeps."""
    return record.body.encode() if record.packed is None else zlib.decompress(record.packed)


def count_bytes(fields: dict[str, Any], *, caller: str, user_id: int | None) -> None:
    """Count the bytes of an answer that is about to be kept. Raises TooManyKeptBytes."""
    if not settings.IDEMPOTENCY_MB_PER_DAY:
        return
    limit = int(settings.IDEMPOTENCY_MB_PER_DAY * 1_000_000)
    bucket = Limit("kept-bytes", rate=limit / DAY_SECONDS, burst=limit)
    size = ROW_BYTES + len(fields.get("packed") or fields["body"])
    level = take_request(bucket, caller, cost=size)
    record_limit(level, "kept-bytes", user_id=user_id)
    if level and not level.is_allowed:
        raise TooManyKeptBytes(limit=limit, retry_after=ceil(level.wait))
