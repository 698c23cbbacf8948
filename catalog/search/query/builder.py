"""Turning the words of a question into a query of the index."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from tantivy import Occur, Query, Searcher

from catalog.search.index.fields import (
    BOOSTS,
    JOINED_BOOST,
    PHRASE_BOOST,
    WRITTEN_BOOST,
    is_main,
    schema,
)
from catalog.search.text import analysis
from catalog.search.text.synonyms import Synonyms

MAX_WORDS = 12
SYNONYM_WEIGHT = 0.7  # of a word that only means the same
FIELDS_OF_WRITTEN_WORDS = ("written", "joined")


@dataclass(frozen=True)
class Word:
    """A word of a question: as it is written, and its stem."""

    written: str
    stem: str


@dataclass(frozen=True)
class Unit:
    """The ways to find a word, or several that mean or are written as one."""

    in_headings: list[Query]  # names, brands, departments, skus
    in_descriptions: list[Query] = field(default_factory=list)

    @property
    def anywhere(self) -> Query:
        return any_of([*self.in_headings, *self.in_descriptions])


class QueryBuilder:
    """The words of a question, as one state of the index knows them."""

    def __init__(self, searcher: Searcher, text: str, synonyms: Synonyms):
        self._searcher = searcher
        self._synonyms = synonyms
        self.words = [self._known_form(word) for word in words_of(text)]
        self._units = list(self._build_units())

    @property
    def unknown_words(self) -> list[str]:
        """Words that no item has in any form."""
        return [word.written for word in self.words if not self._means_something(word)]

    @cached_property
    def weight_field(self) -> str:
        """An item that only goes with another counts less, unless that is what is asked for."""
        asks_for_main = is_main(" ".join(word.written for word in self.words))
        return "weight_as_main" if asks_for_main else "weight"

    @cached_property
    def all_words(self) -> Query:
        better = self._written_exactly
        if len(self.words) > 1:
            phrase = Query.phrase_query(schema(), "name", [word.stem for word in self.words])
            better = [*better, Query.boost_query(phrase, PHRASE_BOOST)]
        return _better_with(all_of([unit.anywhere for unit in self._units]), better)

    def fewer_words(self) -> Iterator[Query]:
        """Yield queries for ever fewer of the words: all but one, all but two, …, any."""
        should = [(Occur.Should, unit.anywhere) for unit in self._units]
        for least in range(len(should) - 1, 1, -1):
            some = Query.boolean_query(should, minimum_number_should_match=least)
            yield _better_with(some, self._written_exactly)
        if len(should) > 1:  # descriptions have most words, and are seldom needed
            headings = [way for unit in self._units for way in unit.in_headings]
            yield any_of([*headings, *self._written_exactly])
            described = [way for unit in self._units for way in unit.in_descriptions]
            yield any_of([*headings, *described, *self._written_exactly])

    def similar_words(self) -> Query:
        """Any word of a name that differs by a letter from one that was asked for."""
        return any_of(
            Query.fuzzy_term_query(schema(), "written", word.written, distance=1)
            for word in self.words
            if word.written.isalpha()
        )

    @property
    def _written_exactly(self) -> list[Query]:
        """A name that has a word as it was asked for, and not just its stem, is better."""
        return [_boosted("written", word.written, WRITTEN_BOOST) for word in self.words]

    def _build_units(self) -> Iterator[Unit]:
        position = 0
        while position < len(self.words):
            length, unit = self._unit_at(position)
            yield unit
            position += length

    def _unit_at(self, position: int) -> tuple[int, Unit]:
        stems = tuple(word.stem for word in self.words)
        length, others = self._synonyms.longest_at(stems, position)
        meant = [Query.boost_query(_all_stems(other), SYNONYM_WEIGHT) for other in others]
        if not meant:
            length, meant = self._written_as_one(position)
        own = [_of_one(word) for word in self.words[position : position + length]]
        if not meant:
            return 1, own[0]
        together = all_of([unit.anywhere for unit in own])
        return length, Unit([Query.disjunction_max_query([together, *meant])])

    def _written_as_one(self, position: int) -> tuple[int, list[Query]]:
        """Two words that items write as one, as "head set" and "hard drive" may be."""
        pair = self.words[position : position + 2]
        if len(pair) < 2:
            return 1, []
        [*one] = words_of(pair[0].written + pair[1].written)
        if not one or not self._searcher.doc_freq("written", one[0].written):
            return 1, []
        return 2, [_of_one(one[0]).anywhere]

    def _known_form(self, word: Word) -> Word:
        """The stemmer leaves the plural of short words as it is: "tvs"."""
        if word.written.endswith("s") and word.stem == word.written and not self._is_known(word):
            singular = Word(word.written[:-1], word.written[:-1])
            return singular if self._means_something(singular) else word
        return word

    def _means_something(self, word: Word) -> bool:
        return self._is_known(word) or self._synonyms.know((word.stem,))

    def _is_known(self, word: Word) -> bool:
        has = self._searcher.doc_freq
        return any(has(name, word.written) for name in FIELDS_OF_WRITTEN_WORDS) or any(
            has(name, word.stem) for name in BOOSTS
        )


def words_of(text: str) -> list[Word]:
    """Return the words that a question cannot do without, at most MAX_WORDS."""
    written = list(dict.fromkeys(analysis.written().analyze(analysis.prepared(text))))
    needed = [word for word in written if word not in analysis.STOP_WORDS] or written
    stem = analysis.stemmed().analyze
    return [Word(word, stem(word)[0]) for word in needed[:MAX_WORDS]]


def all_of(queries: Sequence[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def _better_with(needed: Query, wanted: Sequence[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, needed), *((Occur.Should, query) for query in wanted)])


def any_of(queries: Iterable[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _of_one(word: Word) -> Unit:
    *headings, described = (_boosted(name, word.stem, boost) for name, boost in BOOSTS.items())
    return Unit([*headings, _boosted("joined", word.written, JOINED_BOOST)], [described])


def _all_stems(stems: Sequence[str]) -> Query:
    return all_of(
        [any_of(_boosted(name, stem, boost) for name, boost in BOOSTS.items()) for stem in stems]
    )


def _boosted(name: str, word: str, boost: float) -> Query:
    return Query.boost_query(Query.term_query(schema(), name, word, "freq"), boost)
