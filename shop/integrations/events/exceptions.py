"""The refusals of the events."""

from shop.core.refusals import Refusal


class CursorExpired(Refusal):
    """What came after the cursor is not kept any more."""

    code = "cursor-expired"
