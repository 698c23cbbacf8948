"""Writing the index of a machine, which one process at a time does."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tantivy import Query

from catalog.search.change_feed import Cursor
from catalog.search.index import generations
from catalog.search.index.autocomplete import PhraseCounter, frequent_queries
from catalog.search.index.fields import document, schema
from catalog.search.index.generations import Generation
from catalog.search.index.spelling import dictionary_words

# Bytes that a writer may gather before it writes a segment: few segments are fast to read.
BUILDING_HEAP = 512_000_000
HEAP = 64_000_000
SMALL_HEAP = 15_000_000  # the least that tantivy works with


def build(
    items: Iterable[Mapping[str, Any]],
    *,
    cursor: Cursor | None,
    on_item: Callable[[], object] = lambda: None,
) -> None:
    """Build a generation of these items, true up to the cursor, and make it current."""
    generation = Generation(generations.new_folder())
    words: Counter[str] = Counter()
    phrases = PhraseCounter()
    writer = generation.items.writer(BUILDING_HEAP, 1)
    built = 0
    for item in items:
        built += 1
        writer.add_document(document(item))
        words.update(dictionary_words(item))
        phrases.note(item)
        on_item()
    writer.commit()
    writer.wait_merging_threads()
    _know_words(generation, words, HEAP)
    _know_phrases(generation, {"catalogue": phrases.weights(), "asked": frequent_queries()}, HEAP)
    generation.write_drift(built, 0)
    if cursor:
        generation.write_cursor(cursor)
    generations.make_current(generation.folder)


def write(generation: Generation, items: Sequence[Mapping[str, Any]], gone: Iterable[int]) -> None:
    """Take in items as they are now, and out those that are gone, in one commit."""
    writer = generation.items.writer(HEAP, 1)
    former = [*gone, *(item["id"] for item in items)]
    writer.delete_documents_by_query(Query.term_set_query(schema(), "id", former))
    for item in items:
        writer.add_document(document(item))
    writer.commit()
    generation.items.reload()
    known = generation.words
    fresh = {word for item in items for word in dictionary_words(item) if not known.has(word)}
    if fresh:
        _know_words(generation, Counter(fresh), SMALL_HEAP)


def index_frequent_queries(generation: Generation) -> None:
    """Suggest also what many ask for now, and no longer what they do not."""
    _know_phrases(generation, {"asked": frequent_queries()}, SMALL_HEAP)


def _know_words(generation: Generation, counted: Mapping[str, int], heap: int) -> None:
    writer = generation.words.index.writer(heap, 1)
    generation.words.add(counted, writer)
    writer.commit()
    generation.words.index.reload()


def _know_phrases(
    generation: Generation, weights: Mapping[str, Mapping[str, int]], heap: int
) -> None:
    writer = generation.phrases.index.writer(heap, 1)
    for kind, weighed in weights.items():
        generation.phrases.put(kind, weighed, writer)
    writer.commit()
