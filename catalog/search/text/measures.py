"""Measures in one form, however they are written: 15.6", 15,6 inch and 15.6-in are 15p6in.

A term is a run of letters and digits, so a size has to be one to be found whole. Two or three
numbers with a sign between them are one term too: 12 x 30 and 12 by 30 cm are 12x30.
"""

import re

UNITS = {
    "in": ("inch", "inches", "in", '"', "″", "”", "''", "′′"),
    "ft": ("feet", "foot", "ft", "'", "′", "’"),
    "mm": ("millimeters?", "millimetres?", "mm"),
    "cm": ("centimeters?", "centimetres?", "cm"),
    "m": ("meters?", "metres?", "mtrs?", "m"),
    "ml": ("milliliters?", "millilitres?", "ml"),
    "l": ("liters?", "litres?", "ltrs?", "l"),
    "oz": ("ounces?", "oz"),
    "lb": ("pounds?", "lbs?"),
    "kg": ("kilograms?", "kilogrammes?", "kilos?", "kg"),
    "g": ("grams?", "grammes?", "g"),
    "kw": ("kilowatts?", "kw"),
    "w": ("watts?", "w"),
    "v": ("volts?", "v"),
    "mah": ("mah",),
    "ghz": ("ghz", "gigahertz"),
    "mhz": ("mhz", "megahertz"),
    "hz": ("hertz", "hz"),
    "tb": ("terabytes?", "tb"),
    "gb": ("gigabytes?", "gb"),
    "mb": ("megabytes?", "mb"),
    "mp": ("megapixels?", "mp"),
    "dpi": ("dpi",),
    "ppm": ("ppm",),
    "btu": ("btus?",),
}
NUMBERED = re.compile(r"\d")
SIGN = r"""''|′′|["″”'′’]"""
SIGNS = {'"', "″", "”", "''", "′′", "'", "′", "’"}
NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d{1,6})(?:[.,]\d{1,3})?"
WORDS = "|".join(word for words in UNITS.values() for word in words if word not in SIGNS)
# "5 in 1" is no five inches, and neither is "2 in stock".
UNIT = rf"(?:{SIGN}|(?:{WORDS})(?![a-z0-9])(?!(?<=in)\s+(?:\d|one|stock|store)))"
MEASURE = re.compile(
    rf"(?:(?<![\w.,])|(?<=\dx))(?P<number>{NUMBER})\s?-?(?P<unit>{UNIT})", re.IGNORECASE
)
LENGTHS = ("in", "ft", "mm", "cm", "m")
LENGTH_WORDS = "|".join(word for unit in LENGTHS for word in UNITS[unit] if word not in SIGNS)
LENGTH = rf"(?:{SIGN}|(?:{LENGTH_WORDS})(?![a-z0-9]))"
TIMES = r"\s?(?:x|×|\*|\bby\b)\s?"
DIMENSIONS = re.compile(
    rf"(?<![\w.,])({NUMBER})(?:\s?-?{LENGTH})?{TIMES}({NUMBER})(?:\s?-?{LENGTH})?"
    rf"(?:{TIMES}({NUMBER})(?:\s?-?{LENGTH})?)?(?!\w|\s?-?(?:{WORDS})(?![a-z0-9]))",
    re.IGNORECASE,
)
THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\d,]|\.\d{4})")
FORMS = [
    (re.compile(rf"(?:{'|'.join(words)})", re.IGNORECASE), unit) for unit, words in UNITS.items()
]


def join_measures(text: str) -> str:
    """Return a folded text with each measure, and each pair or triple of numbers, as one term."""
    if not NUMBERED.search(text):
        return text
    text = DIMENSIONS.sub(_dimensions_term, text)
    return THOUSANDS.sub(lambda n: n[0].replace(",", ""), MEASURE.sub(_measure_term, text))


def parts_of_dimensions(text: str) -> list[str]:
    """Return further terms by which a text's dimensions are found.

    Those of 12" x 30" x 5" are 12x30, 30x5, 12in, 30in and 5in.
    """
    parts: list[str] = []
    for match in DIMENSIONS.finditer(text):
        first, middle, last = match.groups()
        pairs = [(first, middle), (middle, last)] if last else []
        parts += ["x".join(map(_plain, pair)) for pair in pairs]
        parts += [_measure_term(size).strip() for size in MEASURE.finditer(match[0])]
    return parts


def _dimensions_term(match: re.Match[str]) -> str:
    return f" {'x'.join(_plain(number) for number in match.groups() if number)} "


def _measure_term(match: re.Match[str]) -> str:
    unit = next(unit for form, unit in FORMS if form.fullmatch(match["unit"]))
    return f" {_plain(match['number'])}{unit} "


def _plain(number: str) -> str:
    """Return a number without separators; p stands for its point."""
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", number):
        number = number.replace(",", "")
    whole, _, part = number.replace(",", ".").partition(".")
    part = part.rstrip("0")
    return f"{int(whole)}p{part}" if part else str(int(whole))
