"""The index of one machine: its fields, and what of an item goes into which.

Tantivy is Lucene's design in Rust, inside this process. Text is scored by BM25
(Robertson and Zaragoza 2009, The Probabilistic Relevance Framework), field by field,
times a weight of the item that does not depend on the question.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from hashlib import blake2b
from math import log1p
from pathlib import Path
from typing import Any

import tantivy

from catalog.search.text import analysis
from catalog.search.text.analysis import STEMMED, WRITTEN

# How much a word counts in each field; the last of them is by far the longest.
BOOSTS = {"name": 4.0, "brand": 3.0, "category": 1.5, "description": 0.5}
FACETS = ("category", "brand")
JOINED_BOOST = 4.0
WRITTEN_BOOST = 2.0  # for a word of the name exactly as it was asked for
PHRASE_BOOST = 4.0  # for all words side by side in the name

# Nouns for what only goes with something else. Whoever asks for a printer means no toner,
# unless the question says so: then nobody's weight differs.
ACCESSORIES = """
accessory adapter adaptor arm bag band base battery bracket cable carrier cart cartridge case
charger clip cover cradle dock drum enclosure film filter folder frame fuser glove grip holder
holster hub ink kit label lens mount pouch protector rack refill remote replacement roller
screw shell skin sleeve socket stand strap stylus toner tray wallet warranty
"""
MAIN_WEIGHT = 3.0
POPULAR_WEIGHT = 0.04  # for each e-fold of units ordered; a million units weigh half more
MAX_DESCRIPTION_INDEXED = 20_000  # characters of a description that are worth finding
PRICE_SHIFT = 24  # the low bits of a price's key hold the item's, so that no two are equal


class IndexUnreadable(Exception):
    """The files of an index are damaged, or cannot be read or written."""


@contextmanager
def unreadable_as_error() -> Iterator[None]:
    """Give one name to the ways in which tantivy fails over its files.

    Damage that it did not foresee is a panic of Rust's, which is no Exception in Python.
    Raises IndexUnreadable.
    """
    try:
        yield
    except (ValueError, OSError) as error:
        raise IndexUnreadable(str(error)) from error
    except BaseException as panic:
        if type(panic).__name__ != "PanicException":
            raise
        raise IndexUnreadable(str(panic)) from panic


@cache
def schema() -> tantivy.Schema:
    build = tantivy.SchemaBuilder()
    build.add_unsigned_field("id", indexed=True, fast=True)
    for name in BOOSTS:
        build.add_text_field(name, tokenizer_name=STEMMED)
    build.add_text_field("written", tokenizer_name=WRITTEN)
    build.add_text_field("joined", tokenizer_name=WRITTEN, index_option="freq")
    for name in FACETS:
        raw = {"tokenizer_name": "raw", "index_option": "basic"}
        build.add_text_field(f"{name}_name", fast=True, stored=True, **raw)
        build.add_unsigned_field(f"{name}_key", fast=True)
    build.add_unsigned_field("price", fast=True)
    build.add_unsigned_field("popular", fast=True)
    build.add_boolean_field("in_stock", indexed=True)
    build.add_float_field("weight", fast=True)
    build.add_float_field("weight_as_main", fast=True)
    return build.build()


def open_index(fields: tantivy.Schema, folder: Path) -> tantivy.Index:
    """Open the index in a folder, or make an empty one there. Raises ValueError."""
    folder.mkdir(parents=True, exist_ok=True)
    index = tantivy.Index(fields, path=str(folder), reuse=True)
    index.config_reader(reload_policy="manual")
    return index


def open_items(folder: Path) -> tantivy.Index:
    """Open the index of items, as open_index does."""
    index = open_index(schema(), folder)
    index.register_tokenizer(STEMMED, analysis.stemmed())
    index.register_tokenizer(WRITTEN, analysis.written())
    return index


def document(item: Mapping[str, Any]) -> tantivy.Document:
    name = analysis.prepared(item["name"])
    made = tantivy.Document()
    made.add_unsigned("id", item["id"])
    made.add_text("name", name)
    made.add_text("brand", analysis.prepared(item["brand"]))
    made.add_text("category", analysis.prepared(item["category"]))
    made.add_text("description", analysis.prepared(item["description"][:MAX_DESCRIPTION_INDEXED]))
    made.add_text("written", name)
    sku = analysis.prepared(item["sku"])
    made.add_text("joined", " ".join([sku, *analysis.joined(sku), *analysis.joined(name)]))
    for facet in FACETS:
        if item[facet]:
            made.add_text(f"{facet}_name", item[facet])
        made.add_unsigned(f"{facet}_key", facet_key(item[facet]))
    made.add_unsigned("price", price_key(item["price"], item["id"]))
    made.add_unsigned("popular", popularity_key(item["units"], item["id"]))
    made.add_boolean("in_stock", item["in_stock"])
    weight = 1 + POPULAR_WEIGHT * log1p(item["units"])
    main = MAIN_WEIGHT if is_main(f"{item['name']} {item['category']}") else 1.0
    made.add_float("weight", _as_field(weight))
    made.add_float("weight_as_main", _as_field(weight * main))
    return made


def is_main(text: str) -> bool:
    """Whether nothing says that this only goes with something else."""
    return _accessory_stems().isdisjoint(analysis.stemmed().analyze(text))


def price_key(price, item_id: int = 0) -> int:
    """A price in the order of prices; items at one price are in the order of their keys."""
    return int(price * 100) << PRICE_SHIFT | item_id % (1 << PRICE_SHIFT)


def facet_key(name: str) -> int:
    """Stands for a name, which takes longer to read; 0 for none."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest()) if name else 0


def popularity_key(units: int, item_id: int) -> int:
    """The popular before the others, and the newest first among equals."""
    return min(units, (1 << 24) - 1) << 40 | item_id % (1 << 40)


def _as_field(weight: float) -> float:
    """What tantivy makes a weight of: log2(2 + value)."""
    return 2**weight - 2


@cache
def _accessory_stems() -> frozenset[str]:
    return frozenset(analysis.stemmed().analyze(ACCESSORIES))
