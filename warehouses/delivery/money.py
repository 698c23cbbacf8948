"""Units of shipping costs: mills, minor and major currency units."""

from decimal import Decimal

MILLS_PER_MINOR_UNIT = 1000
MINOR_UNITS_PER_MAJOR_UNIT = 100


def in_major(mills: int) -> Decimal:
    """Return an amount of mills in the currency's major units."""
    return Decimal(mills) / (MILLS_PER_MINOR_UNIT * MINOR_UNITS_PER_MAJOR_UNIT)
