"""The writer of a machine's index, of which only one process at a time may be running."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tantivy import Query

from catalog.search.change_feed import Cursor
from catalog.search.index import generations
from catalog.search.index.autocomplete import (
    CATALOGUE_PHRASES,
    FREQUENT_QUERIES,
    PhraseCounter,
    frequent_queries,
)
from catalog.search.index.generations import Generation
from catalog.search.index.schema import build_document, schema
from catalog.search.index.spelling import dictionary_words

# Bytes that a writer may buffer before it writes a segment: few segments are fast to read.
BUILD_HEAP_BYTES = 512_000_000
HEAP_BYTES = 64_000_000
MIN_HEAP_BYTES = 15_000_000  # the least that tantivy works with


def build(
    items: Iterable[Mapping[str, Any]],
    *,
    catch_up: Callable[[Generation], Cursor | None] = lambda generation: None,
    on_item: Callable[[], object] = lambda: None,
) -> None:
    """Build a generation of these items and make it current.

    `catch_up` writes what changed meanwhile, and returns the cursor before which all changes
    are in the index; without a cursor the next run of the indexer builds the index anew.
    `on_item` is called after each item.
    """
    generation = Generation(generations.create_folder())
    words: Counter[str] = Counter()
    phrases = PhraseCounter()
    writer = generation.items.writer(BUILD_HEAP_BYTES, 1)
    built = 0
    for item in items:
        built += 1
        writer.add_document(build_document(item))
        words.update(dictionary_words(item))
        phrases.count(item)
        on_item()
    writer.commit()
    writer.wait_merging_threads()
    _add_words(generation, words, HEAP_BYTES)
    weights = {CATALOGUE_PHRASES: phrases.weights(), FREQUENT_QUERIES: frequent_queries()}
    _replace_phrases(generation, weights, HEAP_BYTES)
    generation.write_drift(built, 0)
    if cursor := catch_up(generation):
        generation.write_cursor(cursor)
    generations.make_current(generation.folder)


def write(
    generation: Generation, items: Sequence[Mapping[str, Any]], deleted: Iterable[int]
) -> None:
    """Insert or replace items, and delete others by id, in one commit."""
    writer = generation.items.writer(HEAP_BYTES, 1)
    outdated = [*deleted, *(item["id"] for item in items)]
    writer.delete_documents_by_query(Query.term_set_query(schema(), "id", outdated))
    for item in items:
        writer.add_document(build_document(item))
    writer.commit()
    generation.items.reload()
    words = {word for item in items for word in dictionary_words(item)}
    if new_words := {word for word in words if not generation.dictionary.has(word)}:
        _add_words(generation, Counter(new_words), MIN_HEAP_BYTES)


def index_frequent_queries(generation: Generation) -> None:
    """Replace the suggestions that are queries by those that are frequent now."""
    _replace_phrases(generation, {FREQUENT_QUERIES: frequent_queries()}, MIN_HEAP_BYTES)


def _add_words(generation: Generation, item_counts: Mapping[str, int], heap_bytes: int) -> None:
    writer = generation.dictionary.index.writer(heap_bytes, 1)
    generation.dictionary.add(item_counts, writer)
    writer.commit()
    generation.dictionary.index.reload()


def _replace_phrases(
    generation: Generation, weights_by_kind: Mapping[str, Mapping[str, int]], heap_bytes: int
) -> None:
    writer = generation.autocomplete.index.writer(heap_bytes, 1)
    for kind, weights in weights_by_kind.items():
        generation.autocomplete.replace(kind, weights, writer)
    writer.commit()
