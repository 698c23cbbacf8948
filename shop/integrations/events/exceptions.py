"""Refusals of the event log."""

from shop.core.refusals import Refusal


class CursorExpired(Refusal):
    """The events after the cursor are deleted already."""

    code = "cursor-expired"
