"""Prepared queries: querysets whose SQL is built once.

Django builds the SQL of a queryset each time it runs, which takes longer than the
database needs to execute it. The few statements that every purchase runs are therefore
written as functions of placeholders: the first call builds the SQL, each call binds
values to it.

    @prepared
    def _carts_of(customer):
        return Cart.objects.filter(customer=customer)

    [cart] = _carts_of(customer=7)

Only values may vary between calls, never the shape: no `if`, no prefetching, and
`among` instead of `__in`.
"""

import inspect
from collections.abc import Callable
from copy import copy
from functools import cached_property, wraps
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BooleanField, Expression, F, Func, Model, QuerySet
from django.db.models.query import ModelIterable
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

M = TypeVar("M", bound=Model)


class Placeholder(Expression):
    """An expression in the place of a value that each call binds."""

    def __init__(self, name: str):
        super().__init__()
        self.name = name

    def as_sql(self, compiler, connection):
        """Return a parameter whose value is the placeholder itself, to be replaced by a call."""
        return "%s", [self]


def among(key: str, values: Placeholder) -> Func:
    """Return the condition `key = ANY(values)`; its SQL is the same for any number of values."""
    return Func(
        F(key),
        values,
        arg_joiner=" = ANY(",
        template="(%(expressions)s::bigint[]))",
        output_field=BooleanField(),
    )


def prepared(build: Callable[..., QuerySet[M]]) -> Callable[..., list[M]]:
    """Return a function that runs the queryset which `build` makes from placeholders."""
    statement = _Statement(build)

    @wraps(build)
    def run(**values: Any) -> list[M]:
        return list(ModelIterable(_Call(statement, values)))  # type: ignore[arg-type]

    return run


def mark_loaded(row: M) -> M:
    """Mark an instance whose row was written by hand-written SQL as loaded from the database."""
    row._state.adding = False
    row._state.db = DEFAULT_DB_ALIAS
    return row


def set_related(parent: Model, relation: str, rows: list[Any]) -> None:
    """Set the related rows of a row, as prefetch_related does."""
    related = getattr(parent, relation).all()
    related._result_cache = rows
    related._prefetch_done = True
    cache = parent.__dict__.setdefault("_prefetched_objects_cache", {})
    cache[relation] = related


class _Statement(Generic[M]):
    def __init__(self, build: Callable[..., QuerySet[M]]):
        self._build = build

    @cached_property
    def compiled(self) -> tuple[SQLCompiler, str, tuple[Any, ...]]:
        """Return the compiler after it has built the SQL, the SQL, and its parameters."""
        names = inspect.signature(self._build).parameters
        queryset = self._build(**{name: Placeholder(name) for name in names})
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        return compiler, sql, tuple(parameters)


class _Call:
    """The part of a queryset that Django's ModelIterable uses, with a compiled statement."""

    db = DEFAULT_DB_ALIAS
    _known_related_objects: dict[Any, Any] = {}

    def __init__(self, statement: _Statement, values: dict[str, Any]):
        self.query = self
        self._statement = statement
        self._values = values

    def get_compiler(self, using: str) -> SQLCompiler:
        """Return a copy of the compiler with this call's values and this thread's connection.

        Raises TransactionManagementError for a locking statement outside of a transaction.
        """
        compiled, sql, parameters = self._statement.compiled
        bound = [self._values[p.name] if isinstance(p, Placeholder) else p for p in parameters]
        compiler = copy(compiled)
        compiler.connection = connections[using]
        if compiled.query.select_for_update and compiler.connection.get_autocommit():
            raise TransactionManagementError("A lock outside of a transaction ends at once.")
        compiler.as_sql = lambda *args, **kwargs: (sql, bound)  # type: ignore[method-assign, assignment]
        return compiler
