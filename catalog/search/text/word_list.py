"""Words of the languages of our customers, which are never taken for misspelt ones.

They are those of pyspellchecker, from its package: English, and the language of the region.
"""

import gzip
import json
from functools import cache
from importlib.resources import files

from django.conf import settings

from catalog.search.text.normalization import fold

ENGLISH = "en"


def is_word(word: str) -> bool:
    """Return whether a folded word is in a list."""
    languages = {ENGLISH, settings.REGION.language[:2]}
    return any(_has_line(_words_of(language), word.encode()) for language in languages)


def _has_line(lines: bytes, line: bytes) -> bool:
    """Return whether sorted lines have this one, by bisection."""
    low, high = 0, len(lines)  # of the first bytes of lines
    while low < high:
        start = lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = lines.index(b"\n", start)
        if lines[start:end] == line:
            return True
        if lines[start:end] < line:
            low = end + 1
        else:
            high = start
    return False


@cache
def _words_of(language: str) -> bytes:
    """Return the sorted words of a language, a line each: a tenth of the memory of a set."""
    path = files("spellchecker") / "resources" / f"{language}.json.gz"
    if not path.is_file():
        return b""
    words = json.loads(gzip.decompress(path.read_bytes()))
    return b"".join(word + b"\n" for word in sorted(fold(word).encode() for word in words))
