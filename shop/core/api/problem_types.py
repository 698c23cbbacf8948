"""The form of a problem type, and the types of the limits; the others are in `problems`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ProblemType:
    """A kind of refusal: its name in the URL, status, title, cause and fix."""

    name: str
    status: int
    title: str
    cause: str
    fix: str


LIMITS = (
    ProblemType(
        "too-many-holds",
        429,
        "Too many checkouts within an hour",
        "Each checkout keeps units from others, so only so many may be begun in an hour.",
        "Finish a checkout you have begun, or wait.",
    ),
    ProblemType(
        "hold-budget-spent",
        429,
        "Too much was held and not bought",
        "Units that are held and not bought count by their minutes, within an hour, for an "
        "account and for the new accounts of one network together.",
        "Buy what you hold, or wait as Retry-After says.",
    ),
    ProblemType(
        "too-many-streams",
        429,
        "Too many long answers at once",
        "One is on its way to you already, or as many as there may be are to others.",
        "Read one to its end before you ask for the next; else wait as Retry-After says.",
    ),
    ProblemType(
        "too-many-kept-answers",
        429,
        "Too much is kept for your Idempotency-Keys",
        "The answer to each key is kept for a day, and yours take as much room as they may.",
        "Wait as Retry-After says, send no key where none is needed, or shorten a long cart.",
    ),
    ProblemType(
        "throttled",
        429,
        "Too many requests",
        "The user, the OAuth client or the address sent more requests than it may.",
        "Wait for as long as Retry-After says.",
    ),
)
