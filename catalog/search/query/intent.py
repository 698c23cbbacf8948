"""What a shopper's words mean beside their words: a price, and what is not wanted.

"gift under $30" is a search for gifts with a highest price, "printer without wifi" one for
printers of which no text has wifi. The page shows what was understood, and one click takes
it back.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from catalog.search.text.measures import NUMBERED
from shop.core.regions import currency

MAX_EXCLUDED = 6  # words
# How people write the currencies of regions, beside the code.
SIGNS = {
    "USD": (r"\$", "dollars?|bucks"),
    "EUR": ("€", "euros?"),
    "GBP": ("£", "pounds?|quid"),
    "CAD": (r"\$", "dollars?|bucks"),
    "AUD": (r"\$", "dollars?|bucks"),
}
NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,7}(?:\.\d{1,2})?"
BELOW = (
    "under|below|less than|cheaper than|up to|at most|no more than|not more than|max(?:imum)?"
    "|unter|bis(?: zu)?|weniger als|billiger als|höchstens|maximal"
)
ABOVE = (
    "over|above|more than|at least|starting at|min(?:imum)?|from"
    "|über|ab|mehr als|mindestens|minimal"
)
# Words after which a number is money without a sign, unless a word follows it.
SURELY_MONEY = "under|below|less than|cheaper than|unter|billiger als"
NOT_WANTED = re.compile(
    r"(?:(?<!\S)-(?=[^\W\d_])|(?<=\S)\s+(?:without|not|excluding|except|ohne|kein(?:en?)?)\s+"
    r"(?:an?\s+|any\s+|the\s+)?)"
    r"([^\s,]{2,})(?:\s+or\s+([^\s,]{2,}))?"
)
# Words that have lost what they introduced: "gift for under $30".
DANGLING = re.compile(r"\s+(?:and|but|or|for|at|with|that (?:is|are|costs?))\s*$")

Limits = tuple[Decimal | None, Decimal | None]


@dataclass(frozen=True)
class Intent:
    """The words to search for, words that no text of an item may have, and limits of the price.

    Prices are in major units of the region's currency. `without_price` and
    `without_exclusions` are the typed text without the one or the other.
    """

    text: str
    excluded: tuple[str, ...] = ()
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    without_price: str = ""
    without_exclusions: str = ""

    @property
    def has_price(self) -> bool:
        """Return whether the words set a limit of the price."""
        return self.min_price is not None or self.max_price is not None

    def __bool__(self) -> bool:
        return self.has_price or bool(self.excluded)


def understand(text: str) -> Intent:
    """Return what a normalized text means."""
    without_price, (lowest, highest) = _take_price(text)
    words, excluded = _take_exclusions(without_price)
    if not words and excluded:  # of nothing, nothing can be left out
        words, excluded = without_price, ()
    return Intent(words, excluded, lowest, highest, without_price, _take_exclusions(text)[0])


def _take_exclusions(text: str) -> tuple[str, tuple[str, ...]]:
    excluded = [word for match in NOT_WANTED.finditer(text) for word in match.groups() if word]
    return _tidy(NOT_WANTED.sub(" ", text)), tuple(excluded[:MAX_EXCLUDED])


def _take_price(text: str) -> tuple[str, Limits]:
    """Return the text without its phrase of a price, and the limits that this sets."""
    has_number = NUMBERED.search(text) is not None
    for form, limits in _price_forms(currency()) if has_number else ():
        if match := form.search(text):
            rest = f"{text[: match.start()]} {text[match.end() :]}"
            return _tidy(rest), limits(match)
    return text, (None, None)


@cache
def _price_forms(code: str) -> list[tuple[re.Pattern[str], Callable[[re.Match[str]], Limits]]]:
    sign, words = SIGNS.get(code, (code.lower(), code.lower()))
    words = rf"(?:{words}|{code.lower()})\b"
    money = rf"(?:{sign}\s?(?:{NUMBER})|(?:{NUMBER})\s?(?:{sign}|{words}))"
    maybe_money = rf"(?:{money}|(?:{NUMBER}))"
    begin, end, to = r"(?<!\S)", r"(?![\w.,]*\w)", r"\s?(?:-|–|to|and|bis|und)\s?"
    between = rf"{begin}(?:(?:between|from|zwischen|von)\s+)?"
    less = r"\s+(?:or|and)\s+(?:less|under|below|cheaper)\b"
    more = r"\s+(?:or|and)\s+(?:more|over|above|up)\b"
    forms: list[tuple[str, Callable[[re.Match[str]], Limits]]] = [
        (rf"{between}(?P<low>{maybe_money}){to}(?P<high>{money}){end}", _between),
        (rf"{between}(?P<low>{money}){to}(?P<high>{maybe_money}){end}", _between),
        (rf"{begin}(?:{BELOW})\s+(?P<high>{money}){end}", _below),
        (rf"{begin}(?:{SURELY_MONEY})\s+(?P<high>{NUMBER})\s*$", _below),
        (rf"{begin}(?:{ABOVE})\s+(?P<low>{money}){end}", _above),
        (rf"{begin}(?P<high>{money}){less}", _below),
        (rf"{begin}(?P<low>{money}){more}", _above),
    ]
    return [(re.compile(pattern), limits) for pattern, limits in forms]


def _between(match: re.Match[str]) -> Limits:
    low, high = sorted((_amount(match["low"]), _amount(match["high"])))
    return low, high


def _below(match: re.Match[str]) -> Limits:
    return None, _amount(match["high"])


def _above(match: re.Match[str]) -> Limits:
    return _amount(match["low"]), None


def _amount(text: str) -> Decimal:
    return Decimal(re.sub(r"[^\d.]", "", text).strip("."))


def _tidy(text: str) -> str:
    return DANGLING.sub("", " ".join(text.split()))
