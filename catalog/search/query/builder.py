"""The builder of index queries from the words of a search query."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from tantivy import Occur, Query, Searcher

from catalog.search.index.schema import (
    BOOSTS,
    EXACT_BOOST,
    EXACT_FIELD,
    JOINED_BOOST,
    JOINED_FIELD,
    NOUN_BOOST,
    NOUN_FIELD,
    PHRASE_BOOST,
    is_main_product,
    schema,
)
from catalog.search.index.spelling import may_be_misspelt
from catalog.search.text import analysis
from catalog.search.text.synonyms import SynonymIndex, stem_phrase

MAX_TERMS = 12
SYNONYM_BOOST = 0.7  # of a synonym, beside the term itself
THING_FIELDS = ("name", "category")  # in which the things of a theme are
UNSTEMMED_FIELDS = (EXACT_FIELD, JOINED_FIELD)


@dataclass(frozen=True)
class Term:
    """A term of a query: exact, and as its stem."""

    exact: str
    stem: str


@dataclass(frozen=True)
class Clause:
    """The alternatives that match a term, or several terms that have synonyms or are joined."""

    headings: list[Query]  # in names, brands, categories, skus
    descriptions: list[Query] = field(default_factory=list)

    @property
    def anywhere(self) -> Query:
        """Return a query that any of the alternatives matches."""
        return any_of([*self.headings, *self.descriptions])


class QueryBuilder:
    """Builds index queries from the terms of a text, for one state of the index."""

    def __init__(
        self, searcher: Searcher, text: str, synonyms: SynonymIndex, *, has_themes: bool = True
    ):
        self._searcher = searcher
        self._synonyms = synonyms
        self._has_themes = has_themes
        self.terms = [self._indexed_form(term) for term in parse_terms(text)]
        self._stems = tuple(term.stem for term in self.terms)
        self.fits_anything = False  # whether the text has a theme, as gifts, that any item fits
        self._nouns = set(self._stems[-1:])  # what the shopper wants, by all its names
        self._clauses = list(self._build_clauses())

    @property
    def unknown_terms(self) -> list[str]:
        """Return the exact terms that no item and no synonym group has in any form."""
        return [term.exact for term in self.terms if not self._is_known(term)]

    @cached_property
    def weight_field(self) -> str:
        """Return the field by which scores are multiplied.

        Accessories weigh less, unless the query is for an accessory.
        """
        is_for_main = is_main_product(" ".join(term.exact for term in self.terms))
        return "weight_as_main" if is_for_main else "weight"

    @property
    def phrase(self) -> Query:
        """Return the query for names that have all words of the text side by side."""
        return _side_by_side("name", self._stems) if self._stems else Query.empty_query()

    @property
    def has_only_fillers(self) -> bool:
        """Return whether all words are ones that a query can do without."""
        return all(term.exact in analysis.STOP_WORDS for term in self.terms)

    @property
    def has_clauses(self) -> bool:
        """Return whether there are words besides those that any item fits."""
        return bool(self._clauses)

    @cached_property
    def all_terms(self) -> Query:
        """Return the query that all terms match, best as a phrase of the name."""
        boosts = self._boosts
        if len(self.terms) > 1:
            boosts = [*boosts, Query.boost_query(self.phrase, PHRASE_BOOST)]
        return _with_boosts(all_of([clause.anywhere for clause in self._clauses]), boosts)

    def fewer_terms(self) -> Iterator[Query]:
        """Yield queries for ever fewer of the terms: all but one, all but two, …, any."""
        should = [(Occur.Should, clause.anywhere) for clause in self._clauses]
        for minimum in range(len(should) - 1, 1, -1):
            required_terms = Query.boolean_query(should, minimum_number_should_match=minimum)
            yield _with_boosts(required_terms, self._boosts)
        if len(should) > 1:  # descriptions have most terms, and are seldom needed
            headings = [query for clause in self._clauses for query in clause.headings]
            yield any_of([*headings, *self._boosts])
            descriptions = [query for clause in self._clauses for query in clause.descriptions]
            yield any_of([*headings, *descriptions, *self._boosts])

    def any_of_words(self, words: Iterable[str], fields: Collection[str] = BOOSTS) -> Query | None:
        """Return the query for items with any of the words or their synonyms, or None.

        An item that says that it has no such thing, as "no wifi", has not.
        """
        spellings = [
            [stems, *self._synonyms.others(stems)] for word in words if (stems := stem_phrase(word))
        ]
        return any_of(_mention(phrases, fields) for phrases in spellings) if spellings else None

    def similar_terms(self) -> Query:
        """Return the query for terms of names that differ by a letter from one of the terms."""
        return any_of(
            Query.fuzzy_term_query(schema(), EXACT_FIELD, term.exact, distance=1)
            for term in self.terms
            if may_be_misspelt(term.exact)
        )

    @property
    def _boosts(self) -> list[Query]:
        """Return boosts of names that have a term exactly, and of things that are the last term."""
        exact = [_boost(EXACT_FIELD, term.exact, EXACT_BOOST) for term in self.terms]
        return [*exact, self._same_noun]

    @cached_property
    def _same_noun(self) -> Query:
        return Query.disjunction_max_query(
            [_boost(NOUN_FIELD, noun, NOUN_BOOST) for noun in sorted(self._nouns)]
        )

    def _build_clauses(self) -> Iterator[Clause]:
        position = 0
        while position < len(self.terms):
            length, clause = self._theme_at(position) or self._clause_at(position)
            if clause:
                yield clause
            position += length

    def _theme_at(self, position: int) -> tuple[int, Clause | None] | None:
        """Match the things that a theme finds, beside its words; None without a theme."""
        length, finds = self._synonyms.theme_at(self._stems, position)
        if not length or not self._has_themes:
            return None
        if not finds:
            self.fits_anything = True
            return length, None
        own = [_term_clause(term).anywhere for term in self.terms[position : position + length]]
        things = [_all_stems(phrase, THING_FIELDS) for phrase in finds]
        if position + length == len(self.terms):
            self._nouns |= {phrase[-1] for phrase in finds}
        return length, Clause([Query.disjunction_max_query([all_of(own), *things])])

    def _clause_at(self, position: int) -> tuple[int, Clause]:
        length, synonyms = self._synonyms.longest_at(self._stems, position)
        others = [Query.boost_query(_all_stems(phrase), SYNONYM_BOOST) for phrase in synonyms]
        if position + length == len(self.terms):
            self._nouns |= {phrase[-1] for phrase in synonyms}
        if not others:
            length, others = self._joined_at(position)
        own = [_term_clause(term) for term in self.terms[position : position + length]]
        if not others:
            return 1, own[0]
        together = all_of([clause.anywhere for clause in own])
        return length, Clause([Query.disjunction_max_query([together, *others])])

    def _joined_at(self, position: int) -> tuple[int, list[Query]]:
        """Match two terms that items join, as "head set" and "hard drive" may be."""
        pair = self.terms[position : position + 2]
        if len(pair) < 2:
            return 1, []
        terms = parse_terms(pair[0].exact + pair[1].exact)
        if not terms or not self._searcher.doc_freq(EXACT_FIELD, terms[0].exact):
            return 1, []
        return 2, [_term_clause(terms[0]).anywhere]

    def _indexed_form(self, term: Term) -> Term:
        """Make short plurals singular, which the stemmer leaves as they are: "tvs"."""
        if term.exact.endswith("s") and term.stem == term.exact and not self._is_indexed(term):
            singular = Term(term.exact[:-1], term.exact[:-1])
            return singular if self._is_known(singular) else term
        return term

    def _is_known(self, term: Term) -> bool:
        return self._is_indexed(term) or self._synonyms.has(term.stem)

    def _is_indexed(self, term: Term) -> bool:
        doc_freq = self._searcher.doc_freq
        return any(doc_freq(name, term.exact) for name in UNSTEMMED_FIELDS) or any(
            doc_freq(name, term.stem) for name in BOOSTS
        )


def parse_terms(text: str) -> list[Term]:
    """Return the terms of a text without stop words, unless it has no others; at most MAX_TERMS."""
    exact = list(dict.fromkeys(analysis.exact_analyzer().analyze(analysis.prepare_query(text))))
    needed = [term for term in exact if term not in analysis.STOP_WORDS] or exact
    stem = analysis.stemming_analyzer().analyze
    return [Term(term, stem(term)[0]) for term in needed[:MAX_TERMS]]


def all_of(queries: Sequence[Query]) -> Query:
    """Return a query that an item matches if it matches all of these."""
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def _with_boosts(query: Query, boosts: Sequence[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, query), *((Occur.Should, boost) for boost in boosts)])


def any_of(queries: Iterable[Query]) -> Query:
    """Return a query that an item matches if it matches any of these."""
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _term_clause(term: Term) -> Clause:
    *headings, description = (_boost(name, term.stem, boost) for name, boost in BOOSTS.items())
    return Clause([*headings, _boost(JOINED_FIELD, term.exact, JOINED_BOOST)], [description])


def _mention(phrases: Sequence[Sequence[str]], fields: Iterable[str]) -> Query:
    """Return the query for items that have one of the phrases, and deny none."""
    mentions = [_side_by_side(name, stems) for stems in phrases for name in fields]
    mentions += [
        Query.term_query(schema(), JOINED_FIELD, stems[0]) for stems in phrases if len(stems) == 1
    ]
    denials = [
        _side_by_side(name, denial)
        for stems in phrases
        for denial in (("no", *stems), ("without", *stems), ("non", *stems), (*stems, "free"))
        for name in ("name", "description")
    ]
    return Query.boolean_query([(Occur.Must, any_of(mentions)), (Occur.MustNot, any_of(denials))])


def _side_by_side(name: str, stems: Sequence[str]) -> Query:
    if len(stems) == 1:
        return Query.term_query(schema(), name, stems[0])
    return Query.phrase_query(schema(), name, list(stems))


def _all_stems(stems: Sequence[str], fields: Collection[str] = BOOSTS) -> Query:
    return all_of([any_of(_boost(name, stem, BOOSTS[name]) for name in fields) for stem in stems])


def _boost(name: str, term: str, boost: float) -> Query:
    return Query.boost_query(Query.term_query(schema(), name, term, "freq"), boost)
