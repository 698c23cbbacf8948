"""Amounts of shipping costs."""

from decimal import Decimal

MILLS = 1000  # in one minor unit


MINOR = 100  # minor units in a major one


def in_major(mills: int) -> Decimal:
    """An amount in the currency's major units, as people write it."""
    return Decimal(mills) / (MILLS * MINOR)
