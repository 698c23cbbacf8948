"""The refusals of the events."""


class CursorExpired(Exception):
    """What came after the cursor is not kept any more."""
