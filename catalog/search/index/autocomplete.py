"""What to suggest as one types: phrases of the catalogue, and what others asked for.

A small index of its own: one document a phrase, found by how each of its words begins.
"""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import tantivy
from tantivy import Query

from catalog.models import SearchQueryStat
from catalog.search.index.fields import open_index
from catalog.search.text import analysis
from catalog.search.text.normalization import normalised

MAX_PREFIX_LENGTH = 20
MAX_PHRASE_LENGTH = 3  # words
COMMON = 3  # items that must have a phrase of a name for it to be suggested
MAX_PHRASES = 50_000
MAX_NAMES = 200_000  # that are looked through for phrases
MAX_QUERIES = 10_000
ASKED_OFTEN = 3
CANDIDATES = 40
# What stands for itself is suggested before what is only part of names.
OF_A_CATEGORY, OF_A_BRAND, OF_A_QUESTION = 20, 10, 5


@cache
def schema() -> tantivy.Schema:
    build = tantivy.SchemaBuilder()
    build.add_text_field("phrase", tokenizer_name="raw", stored=True, index_option="basic")
    build.add_text_field("kind", tokenizer_name="raw", index_option="basic")
    build.add_text_field("beginning", tokenizer_name="raw", index_option="basic")
    build.add_unsigned_field("weight", fast=True)
    return build.build()


class Phrases:
    """Phrases to suggest."""

    def __init__(self, folder: Path):
        self.index = open_index(schema(), folder)

    def beginning_with(self, text: str, *, limit: int) -> list[str]:
        """Return the weightiest phrases of which a word begins so."""
        typed = " ".join(analysis.written().analyze(normalised(text)))
        if not typed:
            return []
        searcher = self.index.searcher()
        query = Query.term_query(schema(), "beginning", typed[:MAX_PREFIX_LENGTH], "basic")
        hits = searcher.search(query, CANDIDATES, count=False, order_by_field="weight").hits
        phrases = dict.fromkeys(searcher.doc(address)["phrase"][0] for _, address in hits)
        fitting = [phrase for phrase in phrases if typed in _folded(phrase)]
        return sorted(fitting, key=lambda p: not _folded(p).startswith(typed))[:limit]

    def put(self, kind: str, weights: Mapping[str, int], writer: tantivy.IndexWriter) -> None:
        """Take in phrases with their weights, in the place of those of their kind."""
        writer.delete_documents_by_term("kind", kind)
        for phrase, weight in weights.items():
            entry = tantivy.Document()
            entry.add_text("phrase", phrase)
            entry.add_text("kind", kind)
            entry.add_unsigned("weight", weight)
            for beginning in _beginnings(_folded(phrase)):
                entry.add_text("beginning", beginning)
            writer.add_document(entry)


class PhraseCounter:
    """Counts categories, brands and common phrases of names, item by item."""

    def __init__(self) -> None:
        self._whole: Counter[str] = Counter()
        self._in_names: Counter[str] = Counter()
        self._names = 0

    def note(self, item: Mapping) -> None:
        for name, factor in (("category", OF_A_CATEGORY), ("brand", OF_A_BRAND)):
            if item[name]:
                self._whole[item[name].casefold()] += factor
        self._names += 1
        if self._names <= MAX_NAMES:
            self._in_names.update(_phrases_of_name(item["name"]))

    def weights(self) -> dict[str, int]:
        """Return the phrases worth suggesting, each with its weight."""
        common = Counter({phrase: n for phrase, n in self._in_names.items() if n >= COMMON})
        chosen = common.most_common(MAX_PHRASES)
        return {phrase: n * len(phrase.split()) for phrase, n in chosen} | self._whole


def frequent_queries() -> dict[str, int]:
    """What shoppers asked for often enough, and found."""
    asked = SearchQueryStat.objects.filter(count__gte=ASKED_OFTEN, results__gt=0).order_by("-count")
    rows = asked.values_list("text", "count")[:MAX_QUERIES]
    return {text: times * OF_A_QUESTION for text, times in rows}


def _phrases_of_name(name: str) -> set[str]:
    """Runs of up to three words without numbers that neither begin nor end with a filler."""
    found = set()
    parts = analysis.written().analyze(analysis.prepared(name))
    for start in range(len(parts)):
        for end in range(start + 1, min(start + MAX_PHRASE_LENGTH, len(parts)) + 1):
            phrase = parts[start:end]
            if any(c.isdigit() for c in phrase[-1]) or len(phrase[-1]) == 1:
                break
            if phrase[0] not in analysis.STOP_WORDS and phrase[-1] not in analysis.STOP_WORDS:
                found.add(" ".join(phrase))
    return found


def _beginnings(phrase: str) -> set[str]:
    starts = [0, *(place + 1 for place, c in enumerate(phrase) if c == " ")]
    return {
        phrase[start : start + length]
        for start in starts
        for length in range(1, min(MAX_PREFIX_LENGTH, len(phrase) - start) + 1)
    }


def _folded(phrase: str) -> str:
    return " ".join(analysis.written().analyze(analysis.prepared(phrase)))
