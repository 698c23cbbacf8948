"""Parsing of the prices of feeds, without guesses."""

import re
from decimal import Decimal

CENT_DIGITS = 2
PRICE_LIMIT = Decimal(10) ** 10  # the first price that numeric(12, 2) cannot hold

PRICE = re.compile(
    r"(?:(?P<before>[A-Za-z]{3}) ?)?(?P<amount>[-0-9.,' ]+?)(?: ?(?P<after>[A-Za-z]{3}))?"
)
THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:(?P<mark>[.,' ])[0-9]{3})(?:(?P=mark)[0-9]{3})*")
SPACES = re.compile(r"\s+")


class PriceUnclear(Exception):
    """The text is not a price of this shop; the message says why."""


def read_price(text: str, *, currency: str) -> Decimal:
    """Read `49.95 USD`, `1.275,00 SEK`, `USD 49.95`, `49.95` or `free`, in major units.

    An amount without a currency is in `currency`. A mark before exactly three digits,
    as in `1.275`, may separate thousands or decimals, so it is refused unless another mark
    shows which. Raises PriceUnclear.
    """
    plain = SPACES.sub(" ", text.strip()).replace("’", "'")
    if plain.lower() == "free":
        return Decimal("0.00")
    price = PRICE.fullmatch(plain)
    if not price or (price["before"] and price["after"]):
        raise PriceUnclear(f"price {text[:40]!r} is not an amount")
    feed_currency = (price["before"] or price["after"] or currency).upper()
    if feed_currency != currency:
        raise PriceUnclear(
            f"price {text[:40]!r} is in {feed_currency}, the shop sells in {currency}"
        )
    return _amount(price["amount"].strip(), text[:40])


def _amount(amount: str, text: str) -> Decimal:
    if amount.startswith("-"):
        raise PriceUnclear(f"price {text!r} is negative")
    whole, decimals = _parts(amount, text)
    if len(decimals) > CENT_DIGITS:
        raise PriceUnclear(f"price {text!r} has more than {CENT_DIGITS} decimals")
    if len(whole) > 20 or (price := Decimal(f"{whole}.{decimals:0<{CENT_DIGITS}}")) >= PRICE_LIMIT:
        raise PriceUnclear(f"price {text!r} is too large")
    return price


def _parts(amount: str, text: str) -> tuple[str, str]:
    """Split an amount into the digits before and after its decimal mark."""
    if amount.isdecimal():
        return amount, ""
    if grouped := THOUSANDS.fullmatch(amount):
        mark = grouped["mark"]
        if mark in ".," and amount.count(mark) == 1:
            raise PriceUnclear(f"price {text!r} may mean thousands or decimals")
        return amount.replace(mark, ""), ""
    whole, mark, decimals = _split_at_last_mark(amount)
    if THOUSANDS.fullmatch(whole) and mark not in whole:
        whole = re.sub(r"\D", "", whole)
    if not (whole or "0").isdecimal() or not decimals.isdecimal():
        raise PriceUnclear(f"price {text!r} is not an amount")
    return whole or "0", decimals


def _split_at_last_mark(amount: str) -> tuple[str, str, str]:
    index = max(amount.rfind("."), amount.rfind(","))
    return (amount[:index], amount[index], amount[index + 1 :]) if index >= 0 else (amount, "", "")
