"""The specifications of an item: pairs of a label and a value, in order.

Staff write one a line, as "Color: Celadon".
"""

Pairs = list[list[str]]

MAX_PAIRS = 60
MAX_LABEL_LENGTH, MAX_VALUE_LENGTH = 60, 300


class SpecificationUnclear(ValueError):
    """A text is not a specification; the message says why."""


def pairs_of_lines(text: str) -> Pairs:
    """Read "Label: value" lines; empty ones are skipped. Raises SpecificationUnclear."""
    return check_limits([read_pair(line) for line in text.splitlines() if line.strip()])


def lines_of_pairs(pairs: Pairs) -> str:
    """Write pairs as "Label: value" lines."""
    return "\n".join(f"{label}: {value}" for label, value in pairs)


def read_pair(line: str) -> list[str]:
    """Read one "Label: value", in which "\\," is a comma. Raises SpecificationUnclear."""
    label, colon, value = (part.strip() for part in line.replace("\\,", ",").partition(":"))
    if not (label and colon and value):
        raise SpecificationUnclear(f"{line.strip()[:40]!r} is not of the form Label: value")
    return [label, value]


def check_limits(pairs: Pairs) -> Pairs:
    """Return the pairs. Raises SpecificationUnclear if they are too many or too long."""
    if len(pairs) > MAX_PAIRS:
        raise SpecificationUnclear(f"there are {len(pairs)} of them, at most {MAX_PAIRS} are kept")
    for label, value in pairs:
        if len(label) > MAX_LABEL_LENGTH or len(value) > MAX_VALUE_LENGTH:
            raise SpecificationUnclear(f"{label[:40]!r} is too long")
    return pairs
