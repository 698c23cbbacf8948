"""The base class of every business refusal."""

from typing import Any, NamedTuple


class RateLimit(NamedTuple):
    """A limit as the RateLimit headers name it: `quota` times within `window` seconds."""

    name: str
    quota: int
    window: int


class Refusal(Exception):
    """A business rule refused a request, and nothing was changed.

    `code` is the problem type of the API's response (shop.core.api.problems); a refusal
    without one never leaves its app. `details()` returns the members of that response
    beside the standard ones.
    """

    code = ""
    retry_after: int | None = None  # seconds after which a retry may succeed
    rate_limit: RateLimit | None = None  # the limit that was reached

    def details(self) -> dict[str, Any]:
        """Return the facts of the refusal, as JSON can hold them."""
        return {}
