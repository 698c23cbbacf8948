"""The choice of engine: this machine's index or, while it has none, PostgreSQL."""

from collections.abc import Callable
from typing import TypeVar

from catalog.search.engines.base import SearchEngine, SearchUnavailable
from catalog.search.engines.postgres_engine import PostgresEngine
from catalog.search.engines.tantivy_engine import TantivyEngine

local: SearchEngine = TantivyEngine()
fallback: SearchEngine = PostgresEngine()

T = TypeVar("T")


def run_with_fallback(operation: Callable[[SearchEngine], T]) -> T:
    """Run an operation on this machine's index or, while that is unavailable, on PostgreSQL."""
    try:
        return operation(local)
    except SearchUnavailable:
        return operation(fallback)
