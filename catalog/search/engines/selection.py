"""Which engine answers: this machine's index or, while it has none, PostgreSQL."""

from collections.abc import Callable
from typing import TypeVar

from catalog.search.engines.base import SearchBackend, SearchUnavailable
from catalog.search.engines.local import LocalBackend
from catalog.search.engines.postgres import PostgresBackend

local: SearchBackend = LocalBackend()
fallback: SearchBackend = PostgresBackend()

T = TypeVar("T")


def ask(question: Callable[[SearchBackend], T]) -> T:
    """Put a question to the best engine that can answer it now."""
    try:
        return question(local)
    except SearchUnavailable:
        return question(fallback)
