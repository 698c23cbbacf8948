"""Units of shipping costs: mills, minor and major currency units."""

from decimal import Decimal

MILLS = 1000  # in one minor unit
MINOR_UNITS = 100  # in one major unit


def in_major(mills: int) -> Decimal:
    """Return an amount of mills in the currency's major units."""
    return Decimal(mills) / (MILLS * MINOR_UNITS)
