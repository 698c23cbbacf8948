"""The fields of the index of items, and the documents that fill them.

Tantivy is Lucene's design in Rust, inside this process. Text is scored by BM25
(Robertson and Zaragoza 2009, The Probabilistic Relevance Framework), field by field,
times a weight of the item that does not depend on the query.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from hashlib import blake2b
from math import log1p
from pathlib import Path
from typing import Any

import tantivy

from catalog.search.text import analysis
from catalog.search.text.analysis import EXACT, STEMMED
from catalog.search.text.identifiers import identifiers_of, is_label
from catalog.search.text.measures import parts_of_dimensions
from catalog.search.text.normalization import fold
from catalog.search.text.nouns import nouns_of, things_among

# The boost of a term in each field; the last field is by far the longest.
BOOSTS = {"name": 4.0, "brand": 3.0, "category": 1.5, "specifications": 0.8, "description": 0.5}
FACETS = ("category", "brand")
# Fields of unstemmed terms: of the name, and of the sku and of joined neighbours in the name.
EXACT_FIELD, JOINED_FIELD = "written", "joined"
# Sku, model number and GTIN, each as one term without signs.
IDENTIFIER_FIELD = "identifier"
# The stem of what the name says that the item is.
NOUN_FIELD = "noun"
NOUN_BOOST = 1.0  # for the last term of a query, which is what the shopper wants
JOINED_BOOST = 4.0
EXACT_BOOST = 1.0  # for a term of the name that equals the query's, unstemmed
PHRASE_BOOST = 4.0  # for all terms side by side in the name

# Nouns for accessories. A search for a printer is no search for toner, unless the query
# names an accessory: then all items have the same weight.
ACCESSORIES = """
accessory adapter adaptor arm bag band base battery bracket cable carrier cart cartridge case
charger clip cover cradle dock drum enclosure film filter folder frame fuser glove grip holder
holster hub ink kit label lens mount pouch protector rack refill remote replacement roller
screw shell skin sleeve socket stand strap stylus toner tray wallet warranty
bezel card casing extension housing license lock mounting pad plate pod service shroud upgrade
"""
YES, NO = {"yes", "y", "true", "✓"}, {"no", "n", "false", "none", "-", "✗"}
MAIN_WEIGHT = 3.0
IN_STOCK_WEIGHT = 3.0  # of an item that can be bought; sold out, it is 1
POPULAR_WEIGHT = 0.04  # for each e-fold of units ordered; a million units weigh half more
MAX_DESCRIPTION_LENGTH = 20_000  # characters of a description that are indexed
SHUFFLE = 679_891_637_639  # 2^40 divided by the golden ratio (Knuth, TAOCP 3, 6.4), odd
PRICE_SHIFT = 24  # the low bits of a price's key hold the item's, so that no two are equal


class IndexUnreadable(Exception):
    """The files of an index are damaged, or cannot be read or written."""


@contextmanager
def unreadable_as_error() -> Iterator[None]:
    """Turn every error of tantivy over its files into IndexUnreadable.

    Damage that tantivy does not check for is a panic in Rust, which is no Exception in
    Python. Raises IndexUnreadable.
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
    """Return the schema of the index of items."""
    build = tantivy.SchemaBuilder()
    build.add_unsigned_field("id", indexed=True, fast=True)
    for name in BOOSTS:
        build.add_text_field(name, tokenizer_name=STEMMED)
    build.add_text_field(EXACT_FIELD, tokenizer_name=EXACT)
    build.add_text_field(JOINED_FIELD, tokenizer_name=EXACT, index_option="freq")
    raw: Any = {"tokenizer_name": "raw", "index_option": "basic"}
    build.add_text_field(IDENTIFIER_FIELD, **raw)
    build.add_text_field(NOUN_FIELD, **raw)
    for name in FACETS:
        build.add_text_field(f"{name}_name", fast=True, stored=True, **raw)
        build.add_unsigned_field(f"{name}_key", fast=True)
    build.add_unsigned_field("price", fast=True)
    build.add_unsigned_field("popular", fast=True)
    build.add_boolean_field("in_stock", indexed=True)
    build.add_float_field("weight", fast=True)
    build.add_float_field("weight_as_main", fast=True)
    return build.build()


def open_index(fields: tantivy.Schema, folder: Path) -> tantivy.Index:
    """Open the index in a folder, or create an empty one there. Raises ValueError."""
    folder.mkdir(parents=True, exist_ok=True)
    index = tantivy.Index(fields, path=str(folder), reuse=True)
    index.config_reader(reload_policy="manual")
    return index


def open_items(folder: Path) -> tantivy.Index:
    """Open or create the index of items in a folder. Raises ValueError."""
    index = open_index(schema(), folder)
    index.register_tokenizer(STEMMED, analysis.stemming_analyzer())
    index.register_tokenizer(EXACT, analysis.exact_analyzer())
    return index


def build_document(item: Mapping[str, Any]) -> tantivy.Document:
    """Return the document of an item (see documents.ITEM_FIELDS)."""
    name = analysis.prepare(item["name"])
    document = tantivy.Document()
    document.add_unsigned("id", item["id"])
    document.add_text("name", name)
    document.add_text("brand", analysis.prepare(item["brand"]))
    document.add_text("category", analysis.prepare(item["category"]))
    document.add_text("specifications", analysis.prepare(values_of(item["specifications"])))
    document.add_text("description", analysis.prepare(item["description"][:MAX_DESCRIPTION_LENGTH]))
    document.add_text(EXACT_FIELD, name)
    identifiers = identifiers_of(item["sku"], item["specifications"])
    numbers = [item["sku"], *(text for text in identifiers.values() if " " not in text)]
    joined = [*analysis.prepare(" ".join(numbers)).split(), *analysis.joined_terms(name)]
    for number in numbers:
        joined += analysis.joined_terms(analysis.prepare(number))
    document.add_text(JOINED_FIELD, " ".join([*joined, *parts_of_dimensions(fold(item["name"]))]))
    for identifier in identifiers:
        document.add_text(IDENTIFIER_FIELD, identifier)
    nouns = nouns_of(name)
    for noun in nouns:
        document.add_text(NOUN_FIELD, noun)
    for facet in FACETS:
        if item[facet]:
            document.add_text(f"{facet}_name", item[facet])
        document.add_unsigned(f"{facet}_key", facet_key(item[facet]))
    document.add_unsigned("price", price_key(item["price"], item["id"]))
    document.add_unsigned("popular", popularity_key(item["units"], item["id"]))
    document.add_boolean("in_stock", item["in_stock"])
    weight = 1 + POPULAR_WEIGHT * log1p(item["units"])
    weight *= IN_STOCK_WEIGHT if item["in_stock"] else 1
    main = MAIN_WEIGHT if _is_main_product(nouns, name, item["category"]) else 1.0
    document.add_float("weight", _as_field(weight))
    document.add_float("weight_as_main", _as_field(weight * main))
    return document


def values_of(specifications: Iterable[Sequence[str]]) -> str:
    """Return what is searched of pairs of a label and a value.

    That is the values; of a property that an item has or has not, the label if it has it.
    Identifiers have a field of their own.
    """
    pairs = [(label, value) for label, value in specifications if not is_label(label)]
    words = [label if value.casefold() in YES else value for label, value in pairs]
    return ". ".join(word for word in words if word.casefold() not in NO)[:MAX_DESCRIPTION_LENGTH]


def is_main_product(text: str) -> bool:
    """Return whether no word of the text names an accessory, in the singular or the plural."""
    return _accessories().isdisjoint(analysis.exact_analyzer().analyze(text))


def _is_main_product(nouns: Iterable[str], name: str, category: str) -> bool:
    """Return whether an item is no accessory: its one noun decides, or else any word.

    So a lamp with a swing-arm is a lamp, and a case for cameras is no camera.
    """
    things = things_among(nouns)
    if not is_main_product(" ".join(things)):
        return False
    return (len(things) == 1 and "," in name) or is_main_product(f"{name} {category}")


def price_key(price, item_id: int = 0) -> int:
    """Return a number that orders by price (in major units) and, among equals, by id."""
    return int(price * 100) << PRICE_SHIFT | item_id % (1 << PRICE_SHIFT)


def facet_key(name: str) -> int:
    """Return a hash of a name, which is quicker to read than the name; 0 for none."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest()) if name else 0


def popularity_key(units: int, item_id: int) -> int:
    """Return a number that orders by units ordered; equals are mixed, as if shuffled.

    In the order of their keys, items of one department would stand side by side.
    """
    return min(units, (1 << 24) - 1) << 40 | item_id * SHUFFLE % (1 << 40)


def _as_field(weight: float) -> float:
    """Return the value that tantivy turns into this weight, which is log2(2 + value).

    A weight below 1 counts as 1.
    """
    return 2**weight - 2


@cache
def _accessories() -> frozenset[str]:
    words = ACCESSORIES.split()
    plurals = [
        f"{word}es" if word.endswith(("s", "ch", "sh", "x")) else f"{word}s" for word in words
    ]
    batteries = [f"{word[:-1]}ies" for word in words if word.endswith("y")]
    return frozenset([*words, *plurals, *batteries])
