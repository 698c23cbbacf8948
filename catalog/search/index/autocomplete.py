"""Suggestions for autocomplete: phrases of the catalogue, and frequent queries of shoppers.

They are a small index of their own: one document a phrase, found by the prefixes of its
words.
"""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import tantivy
from tantivy import Query

from catalog.models import SearchQueryStat
from catalog.search.index.schema import open_index
from catalog.search.text import analysis
from catalog.search.text.normalization import normalize

MAX_PREFIX_LENGTH = 20
MAX_PHRASE_LENGTH = 3  # words
MIN_ITEMS = 3  # whose names must have a phrase for it to be suggested
MAX_PHRASES = 50_000
MAX_NAMES = 200_000  # that are split into phrases
MAX_QUERIES = 10_000
MIN_SEARCHES = 3  # of a query for it to be suggested
MAX_CANDIDATES = 40
# Whole categories, brands and queries are suggested before phrases that are parts of names.
CATEGORY_FACTOR, BRAND_FACTOR, QUERY_FACTOR = 20, 10, 5
# Kinds of phrases, as the index files call them.
CATALOGUE_PHRASES, FREQUENT_QUERIES = "catalogue", "asked"


@cache
def schema() -> tantivy.Schema:
    """Return the schema of the index of phrases."""
    build = tantivy.SchemaBuilder()
    build.add_text_field("phrase", tokenizer_name="raw", stored=True, index_option="basic")
    build.add_text_field("kind", tokenizer_name="raw", index_option="basic")
    build.add_text_field("beginning", tokenizer_name="raw", index_option="basic")
    build.add_unsigned_field("weight", fast=True)
    return build.build()


class PhraseIndex:
    """The index of phrases to suggest."""

    def __init__(self, folder: Path):
        self.index = open_index(schema(), folder)

    def suggest(self, text: str, *, limit: int) -> list[str]:
        """Return the phrases of the largest weight that have a word with this prefix.

        Phrases that begin with it come first.
        """
        prefix = " ".join(analysis.exact_analyzer().analyze(normalize(text)))
        if not prefix:
            return []
        searcher = self.index.searcher()
        query = Query.term_query(schema(), "beginning", prefix[:MAX_PREFIX_LENGTH], "basic")
        hits = searcher.search(query, MAX_CANDIDATES, count=False, order_by_field="weight").hits
        candidates = dict.fromkeys(searcher.doc(address)["phrase"][0] for _, address in hits)
        phrases = [phrase for phrase in candidates if prefix in _fold(phrase)]
        return sorted(phrases, key=lambda p: not _fold(p).startswith(prefix))[:limit]

    def replace(self, kind: str, weights: Mapping[str, int], writer: tantivy.IndexWriter) -> None:
        """Replace the phrases of a kind by these, each with its weight; the caller commits."""
        writer.delete_documents_by_term("kind", kind)
        for phrase, weight in weights.items():
            document = tantivy.Document()
            document.add_text("phrase", phrase)
            document.add_text("kind", kind)
            document.add_unsigned("weight", weight)
            for prefix in _prefixes(_fold(phrase)):
                document.add_text("beginning", prefix)
            writer.add_document(document)


class PhraseCounter:
    """Counts categories, brands and common phrases of names, item by item."""

    def __init__(self) -> None:
        self._whole: Counter[str] = Counter()
        self._in_names: Counter[str] = Counter()
        self._items = 0

    def count(self, item: Mapping) -> None:
        """Count the phrases of an item."""
        for field, factor in (("category", CATEGORY_FACTOR), ("brand", BRAND_FACTOR)):
            if item[field]:
                self._whole[item[field].casefold()] += factor
        self._items += 1
        if self._items <= MAX_NAMES:
            self._in_names.update(_phrases_of_name(item["name"]))

    def weights(self) -> dict[str, int]:
        """Return the phrases worth suggesting, each with its weight."""
        common = Counter({phrase: n for phrase, n in self._in_names.items() if n >= MIN_ITEMS})
        in_names = common.most_common(MAX_PHRASES)
        return {phrase: n * len(phrase.split()) for phrase, n in in_names} | self._whole


def frequent_queries() -> dict[str, int]:
    """Return queries with at least MIN_SEARCHES searches and some results, with their weights."""
    stats = SearchQueryStat.objects.filter(count__gte=MIN_SEARCHES, results__gt=0)
    rows = stats.order_by("-count").values_list("text", "count")[:MAX_QUERIES]
    return {text: count * QUERY_FACTOR for text, count in rows}


def _phrases_of_name(name: str) -> set[str]:
    """Return runs of up to three words without numbers or stop words at either end."""
    phrases = set()
    words = analysis.exact_analyzer().analyze(analysis.prepare(name))
    for start in range(len(words)):
        for end in range(start + 1, min(start + MAX_PHRASE_LENGTH, len(words)) + 1):
            phrase = words[start:end]
            if any(c.isdigit() for c in phrase[-1]) or len(phrase[-1]) == 1:
                break
            if phrase[0] not in analysis.STOP_WORDS and phrase[-1] not in analysis.STOP_WORDS:
                phrases.add(" ".join(phrase))
    return phrases


def _prefixes(phrase: str) -> set[str]:
    starts = [0, *(position + 1 for position, c in enumerate(phrase) if c == " ")]
    return {
        phrase[start : start + length]
        for start in starts
        for length in range(1, min(MAX_PREFIX_LENGTH, len(phrase) - start) + 1)
    }


def _fold(phrase: str) -> str:
    return " ".join(analysis.exact_analyzer().analyze(analysis.prepare(phrase)))
