"""Answering one question from one state of the index."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

import tantivy
from tantivy import DocAddress, FieldType, Occur, Order, Query, Searcher

from catalog.search.index.fields import FACETS, price_key, schema
from catalog.search.index.generations import Generation
from catalog.search.query.builder import QueryBuilder, any_of
from catalog.search.query.facets import counted, counted_one_by_one, with_chosen
from catalog.search.query.results import Choice, Found
from catalog.search.query.search_query import SearchQuery, Sort
from catalog.search.reranking import CANDIDATES, rerank
from catalog.search.text import analysis
from catalog.search.text.synonyms import known_synonyms

# Fewer results than this, and those with fewer of the words follow.
FEW = 24
MAX_SIMILAR = 72  # three pages of what has not all the words
WORD = re.compile(r"\w+")
NO_FACETS: Mapping[str, Sequence[Choice]] = {name: [] for name in FACETS}
ORDERS = {
    Sort.RELEVANCE: ("popular", Order.Desc),  # where nothing was asked for in words
    Sort.PRICE: ("price", Order.Asc),
    Sort.PRICE_DESCENDING: ("price", Order.Desc),
    Sort.NEWEST: ("id", Order.Desc),
}

Hits = dict[int, tuple[float, DocAddress]]  # an item's score and place, by its id


class Search:
    """One question to one state of the index."""

    def __init__(self, generation: Generation, query: SearchQuery):
        self._generation = generation
        self._searcher: Searcher = generation.items.searcher()
        self._asked = query
        self._chosen = {"category": query.categories, "brand": query.brands}
        self._is_narrowed = any(self._chosen.values())
        self._corrected: str | None = None

    def page(self, offset: int, limit: int) -> Found:
        if not self._asked.text:
            return self._in_order(Query.all_query(), offset, limit)
        question = self._question(self._asked.text)
        if not question.words:
            return Found([], facets=NO_FACETS)
        if not self._asked.is_literal:
            question = self._mended(question)
        return self._best_first(question, offset, offset + limit)

    def _question(self, text: str) -> QueryBuilder:
        return QueryBuilder(self._searcher, text, known_synonyms())

    def _mended(self, question: QueryBuilder) -> QueryBuilder:
        """Ask for what was probably meant where no item has a word at all."""
        meant = {word: self._generation.words.nearest(word) for word in question.unknown_words}
        text = WORD.sub(lambda found: _mended_word(found[0], meant), self._asked.text)
        if text == self._asked.text:
            return question
        self._corrected = text
        return self._question(text)

    def _best_first(self, question: QueryBuilder, begin: int, end: int) -> Found:
        """Take the best, those with fewer of the words last, and rank them.

        As many as can be ranked, and counted one by one, are as quickly found as one page.
        """
        matching = self._filtered(question.all_words)
        best, matched = self._run(matching, max(CANDIDATES, end), question.weight_field)
        asked, count = question.all_words, matched
        if matched < FEW:
            # What can be chosen is counted among what is shown or, where something is
            # chosen already, among all that the widest question finds.
            asked = self._closest(question, best)
            count = len(best)
        if not self._asked.is_by_relevance:
            among = best if count > matched else None
            return self._in_order(asked, begin, end - begin, among=among)
        ranked = rerank(self._asked.text, list(best), [score for score, _ in best.values()])
        return self._found(ranked[begin:end], count, matched, asked, among=best)

    def _closest(self, question: QueryBuilder, best: Hits) -> Query:
        """Add to the best what has fewer of the words; returns the query that found it.

        Only where no word at all is found, what is spelt alike follows.
        """
        closest = question.all_words
        for closest in question.fewer_words():
            self._add(closest, question, best)
            if len(best) >= FEW:
                break
        if not best and not self._asked.is_literal:
            closest = question.similar_words()
            self._add(closest, question, best)
        return closest

    def _add(self, asked: Query, question: QueryBuilder, best: Hits) -> None:
        more, _ = self._run(self._filtered(asked), MAX_SIMILAR, question.weight_field)
        best |= {item_id: hit for item_id, hit in more.items() if item_id not in best}

    def _in_order(
        self, asked: Query, offset: int, limit: int, *, among: Hits | None = None
    ) -> Found:
        """Find in the order that was asked for, and not by relevance."""
        wanted = asked if among is None else _these(among)
        field, order = ORDERS[self._asked.sort]
        hits = self._searcher.search(
            self._filtered(wanted), limit, offset=offset, order_by_field=field, order=order
        )
        count = hits.count  # type: ignore[attr-defined]
        matched = count if among is None else 0
        return self._found(self._ids(hits), count, matched, asked, among=among)

    def _run(self, query: Query, limit: int, weight: str) -> tuple[Hits, int]:
        """Return what was hit by id, best first, and how many match in all."""
        found = self._searcher.search(query, limit, weight_by_field=weight)
        hits = dict(zip(self._ids(found), found.hits, strict=True))
        return hits, found.count  # type: ignore[attr-defined]

    def _ids(self, result: tantivy.SearchResult) -> list[int]:
        addresses = [address for _, address in result.hits]
        return cast(list[int], self._searcher.fast_field_values("id", addresses))

    def _found(
        self, ids: list[int], count: int, matched: int, asked: Query, *, among: Hits | None = None
    ) -> Found:
        """Say also what the results can be narrowed to; `among` are the best of them."""
        facets = NO_FACETS
        if among and len(among) == count and not self._is_narrowed:
            hits = [address for _, address in among.values()]
            facets = counted_one_by_one(self._searcher, hits, self._generation.facet_names)
        elif count or self._is_narrowed:
            facets = self._facets(asked)
        return Found(ids, count, 0 if self._corrected else matched, facets, self._corrected)

    # Filters and facets

    def _filtered(self, asked: Query, *, without: str = "") -> Query:
        filters = [query for name, query in self._filters() if name != without]
        if not filters:
            return asked
        parts = [(Occur.Must, asked)]
        parts += [(Occur.Must, Query.const_score_query(query, 0.0)) for query in filters]
        return Query.boolean_query(parts)

    def _filters(self) -> Iterator[tuple[str, Query]]:
        for name, chosen in self._chosen.items():
            if chosen:
                yield name, Query.term_set_query(schema(), f"{name}_name", list(chosen))
        if self._asked.min_price is not None or self._asked.max_price is not None:
            yield "price", _price_range(self._asked.min_price, self._asked.max_price)
        if self._asked.in_stock:
            yield "in_stock", Query.term_query(schema(), "in_stock", True)

    def _facets(self, asked: Query) -> Mapping[str, Sequence[Choice]]:
        """Count what the results can be narrowed to; a facet's own choice does not narrow it."""
        free = [name for name in FACETS if not self._chosen[name]]
        facets: dict[str, Sequence[Choice]] = {}
        facets |= counted(self._searcher, self._filtered(asked), free)
        for name in FACETS:
            if chosen := self._chosen[name]:
                freed = self._filtered(asked, without=name)
                most = counted(self._searcher, freed, [name])[name]
                facets[name] = with_chosen(self._searcher, freed, name, most, chosen)
        return {name: facets[name] for name in FACETS}


def _mended_word(word: str, meant: Mapping[str, str | None]) -> str:
    """A word of the question, or what was meant by it; the index knows it in its folded form."""
    forms = analysis.written().analyze(word)
    return (len(forms) == 1 and meant.get(forms[0])) or word


def _these(item_ids: Iterable[int]) -> Query:
    """A few items. (A set of terms would be sought in the whole dictionary of keys.)"""
    return any_of(Query.term_query(schema(), "id", item_id) for item_id in item_ids)


def _price_range(lowest, highest) -> Query:
    """Beyond what a key can hold there is no price."""
    most = 2**64 - 1
    low = min(price_key(max(lowest or 0, 0)), most)
    high = most if highest is None else min(price_key(max(highest, 0)) + price_key(1) // 100, most)
    return Query.range_query(
        schema(), "price", FieldType.Unsigned, low, high, include_upper=highest is None
    )
