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
    return any(f"\n{word}\n".encode() in _words_of(language) for language in languages)


@cache
def _words_of(language: str) -> bytes:
    """Return the words of a language, a line each: a tenth of the memory of a set."""
    path = files("spellchecker") / "resources" / f"{language}.json.gz"
    if not path.is_file():
        return b""
    words = json.loads(gzip.decompress(path.read_bytes()))
    return "\n".join(["", *map(fold, words), ""]).encode()
