"""Prices as feeds write them, read without ever guessing."""

import re
from decimal import Decimal

CENT_DIGITS = 2
LIMIT = Decimal(10) ** 10  # the first price that numeric(12, 2) has no room for

PRICE = re.compile(
    r"(?:(?P<before>[A-Za-z]{3}) ?)?(?P<amount>[-0-9.,' ]+?)(?: ?(?P<after>[A-Za-z]{3}))?"
)
THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:(?P<mark>[.,' ])[0-9]{3})(?:(?P=mark)[0-9]{3})*")
SPACES = re.compile(r"\s+")


class PriceUnclear(Exception):
    """The text is no price that the shop can take; says why."""


def read_price(text: str, *, currency: str) -> Decimal:
    """Read `49.95 USD`, `1.275,00 SEK`, `USD 49.95`, `49.95` or `free`, in major units.

    An amount without a currency is in `currency`. A mark before exactly three digits,
    as in `1.275`, may stand for thousands or for decimals, so it is refused unless
    another mark tells. Raises PriceUnclear.
    """
    plain = SPACES.sub(" ", text.strip()).replace("’", "'")
    if plain.lower() == "free":
        return Decimal("0.00")
    found = PRICE.fullmatch(plain)
    if not found or (found["before"] and found["after"]):
        raise PriceUnclear(f"price {text[:40]!r} is not an amount")
    said = (found["before"] or found["after"] or currency).upper()
    if said != currency:
        raise PriceUnclear(f"price {text[:40]!r} is in {said}, the shop sells in {currency}")
    return _amount(found["amount"].strip(), text[:40])


def _amount(amount: str, said: str) -> Decimal:
    if amount.startswith("-"):
        raise PriceUnclear(f"price {said!r} is negative")
    whole, decimals = _parts(amount, said)
    if len(decimals) > CENT_DIGITS:
        raise PriceUnclear(f"price {said!r} has more than {CENT_DIGITS} decimals")
    if len(whole) > 20 or (price := Decimal(f"{whole}.{decimals:0<{CENT_DIGITS}}")) >= LIMIT:
        raise PriceUnclear(f"price {said!r} is too large")
    return price


def _parts(amount: str, said: str) -> tuple[str, str]:
    """Split an amount into the digits before and after its decimal mark."""
    if amount.isdecimal():
        return amount, ""
    if grouped := THOUSANDS.fullmatch(amount):
        mark = grouped["mark"]
        if mark in ".," and amount.count(mark) == 1:
            raise PriceUnclear(f"price {said!r} may mean thousands or decimals")
        return amount.replace(mark, ""), ""
    whole, mark, decimals = _cut_at_last_mark(amount)
    if THOUSANDS.fullmatch(whole) and mark not in whole:
        whole = re.sub(r"\D", "", whole)
    if not (whole or "0").isdecimal() or not decimals.isdecimal():
        raise PriceUnclear(f"price {said!r} is not an amount")
    return whole or "0", decimals


def _cut_at_last_mark(amount: str) -> tuple[str, str, str]:
    at = max(amount.rfind("."), amount.rfind(","))
    return (amount[:at], amount[at], amount[at + 1 :]) if at >= 0 else (amount, "", "")
