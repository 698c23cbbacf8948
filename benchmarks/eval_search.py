"""The quality of the search: judged queries, and misspelt ones.

    make eval-search

It ranks the queries of ../shared/data/search over the catalogue of ../shared/data, by
PostgreSQL, by BM25 alone, and as shipped. nDCG@10 (Järvelin and Kekäläinen 2002) has gains
of 2^rating - 1; "judged" leaves out items without a judgement.
"""

import csv
import math
import os
import random
import sys
from collections import defaultdict
from collections.abc import Callable
from io import StringIO
from pathlib import Path

from benchmarks.stage import own_shop
from shop.embedded.data_folder import BASE_DIR

DATA = BASE_DIR.parent / "shared" / "data"
FEED = DATA / "catalogue" / "icecat_merchant_feed.tsv.gz"
JUDGEMENTS = Path(os.environ.get("JUDGEMENTS", DATA / "search" / "judgments_dev.csv"))
SEED = 7
TYPOS = 200
CUT = 10
GOOD = 2  # the rating from which a first result is a success
MIN_COMMON = 8  # of the ten best hits of a misspelt word and of the right spelling

Rank = Callable[[str], list[str]]


def main() -> None:
    """Print the scores of each ranking, and the share of typos that are corrected."""
    if not FEED.exists():
        sys.exit(f"{FEED} is needed.")
    with own_shop():
        fill()
        judged = read_judgements()
        print(f"{len(judged)} queries of {JUDGEMENTS.name}, {count_items()} items\n")
        print(f"{'':12} nDCG@10  judged  success@1  without results")
        for name, rank in {"PostgreSQL": by_postgres, "BM25": by_bm25, "shipped": shipped}.items():
            print_scores(name, judged, rank)
        print_typos(judged)


def fill() -> None:
    """Import the catalogue and build the index."""
    from django.core.management import call_command

    call_command("import_catalog", str(FEED), stdout=StringIO())
    call_command("rebuild_search", stdout=StringIO(), stderr=StringIO())


def count_items() -> int:
    """Return the number of items."""
    from catalog.models import Item

    return Item.objects.count()


def read_judgements() -> dict[str, dict[str, int]]:
    """Return ratings by query and sku."""
    judged: dict[str, dict[str, int]] = defaultdict(dict)
    with JUDGEMENTS.open() as rows:
        for row in csv.DictReader(rows):
            judged[row["query"]][row["docid"]] = int(row["rating"])
    return judged


def by_postgres(text: str) -> list[str]:
    """Return the skus that PostgreSQL finds, best first."""
    from catalog.search.engines.selection import fallback
    from catalog.search.query.search_query import SearchQuery

    return skus(fallback.search(SearchQuery(text=text), offset=0, limit=CUT * 10).ids)


def by_bm25(text: str) -> list[str]:
    """Return the skus with all words in the feed's fields and, below 24 hits, with any of them."""
    from tantivy import Occur, Query

    from catalog.search.index.generations import Generation, current_folder
    from catalog.search.index.schema import BOOSTS, schema
    from catalog.search.text import analysis

    searcher = Generation(current_folder()).items.searcher()
    clauses = []
    for term in dict.fromkeys(analysis.stemming_analyzer().analyze(text)):
        fields = [
            (
                Occur.Should,
                Query.boost_query(Query.term_query(schema(), name, term, "freq"), boost),
            )
            for name, boost in BOOSTS.items()
        ]
        clauses.append(Query.boolean_query(fields))
    ids: list[int] = []
    for occur in (Occur.Must, Occur.Should):
        hits = searcher.search(
            Query.boolean_query([(occur, clause) for clause in clauses]), CUT * 10
        )
        hit_ids = searcher.fast_field_values("id", [address for _, address in hits.hits])
        ids += [item_id for item_id in hit_ids if item_id not in ids]
        if hits.count >= 24:
            break
    return skus(ids)


def shipped(text: str) -> list[str]:
    """Return the skus that the shop's search finds, best first."""
    from catalog.search.engines.selection import local
    from catalog.search.query.search_query import SearchQuery

    return skus(local.search(SearchQuery(text=text), offset=0, limit=CUT * 10).ids)


def skus(ids: list[int]) -> list[str]:
    """Return the skus of items, in their order."""
    from catalog.models import Item

    by_id = dict(Item.objects.filter(pk__in=ids).values_list("pk", "sku"))
    return [by_id[item_id] for item_id in ids]


def print_scores(name: str, judged: dict[str, dict[str, int]], rank: Rank) -> None:
    """Print the scores of a ranking."""
    ranked = {query: rank(query) for query in judged}
    with_rating = {
        query: [sku for sku in ranked[query] if sku in judged[query]] for query in judged
    }
    all_items = mean(ndcg(ranked[query], ratings) for query, ratings in judged.items())
    only_judged = mean(ndcg(with_rating[query], ratings) for query, ratings in judged.items())
    first = mean(
        bool(ranked[query]) and ratings.get(ranked[query][0], 0) >= GOOD
        for query, ratings in judged.items()
    )
    empty = mean(not ranked[query] for query in judged)
    print(f"{name:12} {all_items:7.4f} {only_judged:7.4f} {first:10.3f} {empty:16.3f}")


def ndcg(ranked: list[str], ratings: dict[str, int]) -> float | None:
    """Return the score of a ranking, or None if no item is relevant."""
    ideal = _gains(sorted(ratings.values(), reverse=True))
    return _gains([ratings.get(sku, 0) for sku in ranked]) / ideal if ideal else None


def _gains(ratings: list[int]) -> float:
    return sum((2**rating - 1) / math.log2(rank + 2) for rank, rating in enumerate(ratings[:CUT]))


def mean(values) -> float:
    """Return the mean of the values that are not None."""
    defined = [value for value in values if value is not None]
    return sum(defined) / len(defined)


def print_typos(judged: dict[str, dict[str, int]]) -> None:
    """Print the share of misspelt words with the same hits, and the other words."""
    chance = random.Random(SEED)
    words = words_to_misspell(judged)
    cases = [(word, misspelt(word, chance)) for word in chance.sample(words, TYPOS)]
    missed = [case for case in cases if not finds_the_same(*case)]
    print(f"\n{len(cases)} misspelt words: {1 - len(missed) / len(cases):.1%} find the same.")
    print("Not:", ", ".join(f"{wrong} ({right})" for right, wrong in missed))


def words_to_misspell(judged: dict[str, dict[str, int]]) -> list[str]:
    """Return words of the judged queries, and then the most common words of names."""
    from catalog.models import Item

    common: dict[str, int] = defaultdict(int)
    for name in Item.objects.values_list("name", flat=True):
        for word in set(name.casefold().split()):
            common[word] += 1
    queried = {word for query in judged for word in query.split()}
    by_frequency = sorted(common, key=lambda word: (-common[word], word))
    ordered = [*sorted(queried), *(word for word in by_frequency if word not in queried)]
    return [word for word in ordered if word.isascii() and word.isalpha() and len(word) >= 4][:300]


def misspelt(word: str, chance: random.Random) -> str:
    """Return a word with one letter swapped, dropped, doubled or replaced by a neighbour."""
    index = chance.randrange(1, len(word) - 1)
    slip = chance.choice(["swap", "drop", "double", "neighbour"])
    if slip == "swap" and word[index] != word[index + 1]:
        return word[:index] + word[index + 1] + word[index] + word[index + 2 :]
    if slip == "drop":
        return word[:index] + word[index + 1 :]
    if slip == "neighbour":
        return word[:index] + neighbour(word[index], chance) + word[index + 1 :]
    return word[:index] + word[index] * 2 + word[index + 1 :]


def neighbour(letter: str, chance: random.Random) -> str:
    """Return a letter beside this one on the keyboard."""
    from catalog.search.index.spelling import KEYBOARD_ROWS

    row = next(row for row in KEYBOARD_ROWS if letter in row)
    index = row.index(letter)
    return chance.choice([key for key in row[max(index - 1, 0) : index + 2] if key != letter])


def finds_the_same(right: str, wrong: str) -> bool:
    """Return whether a misspelt word has nearly the same best hits as the right one."""
    expected, hits = shipped(right)[:CUT], shipped(wrong)[:CUT]
    return len(set(expected) & set(hits)) >= min(MIN_COMMON, len(expected))


if __name__ == "__main__":
    main()
