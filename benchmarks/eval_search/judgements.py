"""Queries with rated items: those of ../shared, and our own."""

import csv
import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from shop.embedded.data_folder import BASE_DIR

DATA = BASE_DIR.parent / "shared" / "data"
FEED = DATA / "catalogue" / "icecat_merchant_feed.tsv.gz"
JUDGEMENTS = Path(os.environ.get("JUDGEMENTS", DATA / "search" / "judgments_dev.csv"))
ADDED = JUDGEMENTS.with_name(f"{JUDGEMENTS.stem}_added.csv")
FOLDER = Path(__file__).parent
RATINGS = {"best": 3, "good": 2, "fair": 1}

Ratings = dict[str, int]  # by sku


@dataclass(frozen=True)
class JudgedQuery:
    """A query of a kind, with the ratings of its relevant items."""

    kind: str
    text: str
    ratings: Ratings


def shared_judgements(*paths: Path) -> dict[str, Ratings]:
    """Return the ratings by query of files with the columns query, docid and rating."""
    judged: dict[str, Ratings] = defaultdict(dict)
    for path in filter(Path.exists, paths):
        with path.open() as rows:
            for row in csv.DictReader(rows):
                judged[row["query"]][row["docid"]] = int(row["rating"])
    return judged


def own_queries(half: str) -> list[JudgedQuery]:
    """Return our own queries; `half` is open or sealed."""
    with (FOLDER / f"{half}.tsv").open(encoding="utf-8") as rows:
        return [
            JudgedQuery(row["kind"], row["query"], _ratings(row))
            for row in csv.DictReader(rows, delimiter="\t")
        ]


def _ratings(row: dict[str, str]) -> Ratings:
    return {sku: rating for name, rating in RATINGS.items() for sku in row[name].split()}
