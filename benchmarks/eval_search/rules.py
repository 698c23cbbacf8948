"""The rules of the ranking, each switched off by itself to see what it gains."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

BUILDER = "catalog.search.query.builder"
SCHEMA = "catalog.search.index.schema"
EXECUTOR = "catalog.search.query.executor"
SYNONYMS = "catalog.search.text.synonyms"


def _nothing(*args: Any, **kwargs: Any) -> None:
    return None


def _no_intent(text: str) -> Any:
    from catalog.search.query.intent import Intent

    return Intent(text)


class _Same(dict):
    """Every word is its own singular."""

    def __missing__(self, word: str) -> str:
        return word


# What is patched to be without the rule, and whether the index is built anew.
RULES: dict[str, tuple[dict[str, Any], bool]] = {
    "the noun of the name": ({f"{BUILDER}.NOUN_BOOST": 0.0}, False),
    "exact words": ({f"{BUILDER}.EXACT_BOOST": 0.0}, False),
    "phrases": ({f"{BUILDER}.PHRASE_BOOST": 0.0}, False),
    "accessories below": ({f"{SCHEMA}.MAIN_WEIGHT": 1.0}, True),
    "sold out below": ({f"{SCHEMA}.IN_STOCK_WEIGHT": 1.0}, True),
    "specifications": ({f"{SCHEMA}.values_of": lambda pairs: ""}, True),
    "identifiers": ({f"{EXECUTOR}.Search._identified": lambda self, text: None}, False),
    "measures": ({"catalog.search.text.analysis.join_measures": lambda text: text}, True),
    "irregular plurals": ({"catalog.search.text.analysis.IRREGULAR": _Same()}, True),
    "synonyms": ({f"{SYNONYMS}.SynonymIndex.longest_at": lambda *args: (1, [])}, False),
    "themes": ({f"{SYNONYMS}.SynonymIndex.theme_at": lambda *args: (0, [])}, False),
    "joined words": ({f"{BUILDER}.QueryBuilder._joined_at": lambda *args: (1, [])}, False),
    "prices and exclusions": ({f"{EXECUTOR}.understand": _no_intent}, False),
    "spelling": ({"catalog.search.index.spelling.Dictionary.correct": _nothing}, False),
}


@contextmanager
def without(rule: str) -> Iterator[bool]:
    """Switch a rule off; yields whether the index has to be built anew, then and afterwards."""
    patches, is_of_index = RULES[rule]
    with ExitStack() as stack:
        for target, replacement in patches.items():
            stack.enter_context(mock.patch(target, replacement))
        yield is_of_index
