"""The execution of one query against one state of the index."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import cast

import tantivy
from tantivy import DocAddress, FieldType, Occur, Order, Query, Searcher

from catalog.search.index.generations import Generation
from catalog.search.index.schema import BOOSTS, FACETS, IDENTIFIER_FIELD, price_key, schema
from catalog.search.query.builder import QueryBuilder, any_of
from catalog.search.query.facets import count_hits, count_matching, with_chosen
from catalog.search.query.intent import Intent, understand
from catalog.search.query.results import Choice, EngineResult
from catalog.search.query.search_query import SearchQuery, Sort
from catalog.search.reranking import MAX_RERANKED, rerank
from catalog.search.text import analysis
from catalog.search.text.identifiers import form_of
from catalog.search.text.synonyms import current_synonyms

# With fewer hits than this, items with fewer of the terms follow.
MIN_HITS = 24
MAX_SIMILAR = 72  # three pages of hits that lack some terms
HEADINGS = [name for name in BOOSTS if name != "description"]
WORD = re.compile(r"\w+")
NO_FACETS: Mapping[str, Sequence[Choice]] = {name: [] for name in FACETS}
ORDERS = {
    Sort.RELEVANCE: ("popular", Order.Desc),  # of a query without words
    Sort.PRICE: ("price", Order.Asc),
    Sort.PRICE_DESCENDING: ("price", Order.Desc),
    Sort.NEWEST: ("id", Order.Desc),
}

Hits = dict[int, tuple[float, DocAddress]]  # score and document address by item id, best first


class Search:
    """One query against one state of the index."""

    def __init__(self, generation: Generation, query: SearchQuery):
        self._generation = generation
        self._searcher: Searcher = generation.items.searcher()
        self._search_query = query
        self._chosen = {"category": query.categories, "brand": query.brands}
        self._is_narrowed = any(self._chosen.values())
        self._intent: Intent | None = None
        self._corrected: str | None = None
        self._suggested: str | None = None
        self._excluded: Query | None = None

    def page(self, offset: int, limit: int) -> EngineResult:
        """Return at most `limit` hits from `offset` on, with the count of all and the facets."""
        if not self._search_query.is_literal:
            self._understand()
        text = self._search_query.text
        if not text:
            return self._sorted(Query.all_query(), offset, limit)
        if identified := self._identified(text):
            return self._sorted(identified, offset, limit)
        builder = self._builder(text)
        self._excluded = builder.any_of_words(self._search_query.excluded)
        if not builder.terms:
            return EngineResult([], facets=NO_FACETS)
        if not builder.has_clauses:
            return self._sorted(Query.all_query(), offset, limit)
        if builder.has_only_fillers:  # nearly every description has them, a name seldom
            return self._sorted(builder.phrase, offset, limit)
        if not self._search_query.is_literal:
            builder = self._corrected_builder(builder)
        return self._best_first(builder, offset, offset + limit)

    def _understand(self) -> None:
        """Take prices and unwanted words from the text, unless they are in an item's name."""
        intent = understand(self._search_query.text)
        if intent and not self._has_hits(self._builder(self._search_query.text).phrase):
            self._intent = intent
            self._search_query = self._search_query.narrowed(intent)

    def _has_hits(self, query: Query) -> bool:
        return bool(self._searcher.search(query, 1, count=False).hits)

    def _identified(self, text: str) -> Query | None:
        """Return the query for the item of this sku, model number or GTIN, or for those of its
        beginning, when no name has it.
        """
        identifier = form_of(text)
        if not identifier:
            return None
        exact = Query.term_query(schema(), IDENTIFIER_FIELD, identifier)
        if self._has_hits(exact):
            return exact
        # A prefix without a differing letter: forty times as quick as a regular expression.
        begun = Query.fuzzy_term_query(
            schema(), IDENTIFIER_FIELD, identifier, distance=0, prefix=True
        )
        if " " in text or not self._has_hits(begun) or self._has_hits(self._builder(text).phrase):
            return None
        return begun

    def _builder(self, text: str) -> QueryBuilder:
        has_themes = not self._search_query.is_literal
        return QueryBuilder(self._searcher, text, current_synonyms(), has_themes=has_themes)

    def _corrected_builder(self, builder: QueryBuilder) -> QueryBuilder:
        """Correct the spelling of the terms that no item has at all."""
        dictionary = self._generation.dictionary
        corrections = {term: dictionary.correct(term) for term in builder.unknown_terms}
        original = self._search_query.text
        text = _corrected_text(original, corrections)
        if text == original:
            return builder
        self._corrected = text
        return self._builder(text)

    def _best_first(self, builder: QueryBuilder, begin: int, end: int) -> EngineResult:
        """Rerank the best hits, those with fewer of the terms last, and return a part of them.

        A search for MAX_RERANKED hits takes no longer than a search for one page.
        """
        matching = self._filtered(builder.all_terms)
        best, matched = self._run(matching, max(MAX_RERANKED, end), builder.weight_field)
        if not matched and self._excluded:  # many a description names what a thing is not
            self._excluded = builder.any_of_words(self._search_query.excluded, HEADINGS)
            matching = self._filtered(builder.all_terms)
            best, matched = self._run(matching, max(MAX_RERANKED, end), builder.weight_field)
        query, count = builder.all_terms, matched
        if matched < MIN_HITS:
            # Facets are counted among these hits or, if a choice of a facet narrows them,
            # among all items that the widest query matches.
            query = self._add_fewer_terms(builder, best)
            count = len(best)
        if not self._search_query.is_by_relevance:
            among = best if count > matched else None
            return self._sorted(query, begin, end - begin, among=among)
        if not best and builder.fits_anything:
            everything = self._sorted(Query.all_query(), begin, end - begin)
            return replace(everything, has_all_words=False)
        scores = [score for score, _ in best.values()]
        ranked = rerank(self._search_query.text, list(best), scores)
        return self._result(ranked[begin:end], count, matched, query, among=best)

    def _add_fewer_terms(self, builder: QueryBuilder, best: Hits) -> Query:
        """Add to the best hits those with fewer of the terms; return the query that did.

        Terms of a similar spelling are searched only where no term at all has a hit.
        """
        query = builder.all_terms
        for query in builder.fewer_terms():
            self._add_hits(query, builder, best)
            if len(best) >= MIN_HITS:
                break
        if not best and not self._search_query.is_literal:
            query = builder.similar_terms()
            self._add_hits(query, builder, best)
        if not best:
            self._suggest(builder)
        return query

    def _suggest(self, builder: QueryBuilder) -> None:
        """Suggest other words where nothing is found, though the typed ones may be words."""
        dictionary = self._generation.dictionary
        original = self._search_query.text
        suggested = {term: dictionary.suggest(term) for term in builder.unknown_terms}
        text = _corrected_text(original, suggested)
        self._suggested = text if text != original else None

    def _add_hits(self, query: Query, builder: QueryBuilder, best: Hits) -> None:
        more, _ = self._run(self._filtered(query), MAX_SIMILAR, builder.weight_field)
        best |= {item_id: hit for item_id, hit in more.items() if item_id not in best}

    def _sorted(
        self, query: Query, offset: int, limit: int, *, among: Hits | None = None
    ) -> EngineResult:
        """Return hits in the order of the search query's sort, and not by relevance."""
        matching = query if among is None else _items_query(among)
        field, order = ORDERS[self._search_query.sort]
        hits = self._searcher.search(
            self._filtered(matching), limit, offset=offset, order_by_field=field, order=order
        )
        count = hits.count  # type: ignore[attr-defined]
        matched = count if among is None else 0
        return self._result(self._ids(hits), count, matched, query, among=among)

    def _run(self, query: Query, limit: int, weight: str) -> tuple[Hits, int]:
        """Return the hits by item id, best first, and the count of all that match."""
        result = self._searcher.search(query, limit, weight_by_field=weight)
        hits = dict(zip(self._ids(result), result.hits, strict=True))
        return hits, result.count  # type: ignore[attr-defined]

    def _ids(self, result: tantivy.SearchResult) -> list[int]:
        addresses = [address for _, address in result.hits]
        return cast(list[int], self._searcher.fast_field_values("id", addresses))

    def _result(
        self, ids: list[int], count: int, matched: int, query: Query, *, among: Hits | None = None
    ) -> EngineResult:
        """Add the facets to the hits; `among` are the best hits."""
        facets = NO_FACETS
        if among and len(among) == count and not self._is_narrowed:
            addresses = [address for _, address in among.values()]
            facets = count_hits(self._searcher, addresses, self._generation.facet_names)
        elif count or self._is_narrowed:
            facets = self._facets(query)
        return EngineResult(
            *(ids, count, 0 if self._corrected else matched, facets),
            *(self._corrected, self._suggested, bool(matched or not count), self._intent),
        )

    # Filters and facets

    def _filtered(self, query: Query, *, without: str = "") -> Query:
        filters = [condition for name, condition in self._filters() if name != without]
        parts = [(Occur.Must, query)]
        parts += [(Occur.Must, Query.const_score_query(condition, 0.0)) for condition in filters]
        if self._excluded:
            parts.append((Occur.MustNot, self._excluded))
        return query if len(parts) == 1 else Query.boolean_query(parts)

    def _filters(self) -> Iterator[tuple[str, Query]]:
        for name, chosen in self._chosen.items():
            if chosen:
                yield name, Query.term_set_query(schema(), f"{name}_name", list(chosen))
        min_price, max_price = self._search_query.min_price, self._search_query.max_price
        if min_price is not None or max_price is not None:
            yield "price", _price_range(min_price, max_price)
        if self._search_query.in_stock:
            yield "in_stock", Query.term_query(schema(), "in_stock", True)

    def _facets(self, query: Query) -> Mapping[str, Sequence[Choice]]:
        """Count the facets' values; a facet's own choice does not narrow it."""
        free = [name for name in FACETS if not self._chosen[name]]
        facets: dict[str, Sequence[Choice]] = {}
        facets |= count_matching(self._searcher, self._filtered(query), free)
        for name in FACETS:
            if chosen := self._chosen[name]:
                matching = self._filtered(query, without=name)
                choices = count_matching(self._searcher, matching, [name])[name]
                facets[name] = with_chosen(self._searcher, matching, name, choices, chosen)
        return {name: facets[name] for name in FACETS}


def _corrected_text(text: str, corrections: Mapping[str, str | None]) -> str:
    return WORD.sub(lambda word: _corrected_word(word[0], corrections), text)


def _corrected_word(word: str, corrections: Mapping[str, str | None]) -> str:
    """Return a word's correction, which is found by its exact term, or the word itself."""
    terms = analysis.exact_analyzer().analyze(word)
    return (len(terms) == 1 and corrections.get(terms[0])) or word


def _items_query(item_ids: Iterable[int]) -> Query:
    """Match a few items. (A set of terms would search the whole dictionary of keys.)"""
    return any_of(Query.term_query(schema(), "id", item_id) for item_id in item_ids)


def _price_range(lowest, highest) -> Query:
    """Match prices between the two, either of which may be None.

    There are no prices beyond the largest that a key can hold.
    """
    max_key = 2**64 - 1
    low = min(price_key(max(lowest or 0, 0)), max_key)
    if highest is None:
        high = max_key
    else:
        high = min(price_key(max(highest, 0)) + price_key(1) // 100, max_key)
    return Query.range_query(
        schema(), "price", FieldType.Unsigned, low, high, include_upper=highest is None
    )
