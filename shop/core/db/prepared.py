"""Querysets whose SQL is built once.

Django builds the SQL of a queryset anew each time it runs, which takes longer than the
database needs to answer. The few statements that every purchase runs are therefore
written as functions of placeholders: the first call builds the SQL, each call binds it.

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
    """Stands in a queryset for the value that each call brings."""

    def __init__(self, name: str):
        super().__init__()
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]


def among(key: str, values: Placeholder) -> Func:
    """`key` is one of a list of values; the SQL is the same for any number of them."""
    return Func(
        F(key),
        values,
        arg_joiner=" = ANY(",
        template="(%(expressions)s::bigint[]))",
        output_field=BooleanField(),
    )


def prepared(build: Callable[..., QuerySet[M]]) -> Callable[..., list[M]]:
    """Turn a function that builds a queryset from placeholders into one that runs it."""
    statement = _Statement(build)

    @wraps(build)
    def run(**values: Any) -> list[M]:
        return list(ModelIterable(_Call(statement, values)))  # type: ignore[arg-type]

    return run


def as_read(row: M) -> M:
    """Mark a row that hand-written SQL has written as one that is in the database."""
    row._state.adding = False
    row._state.db = DEFAULT_DB_ALIAS
    return row


def attach(parent: Model, relation: str, rows: list[Any]) -> None:
    """Give a row its related ones as read already, as prefetch_related does."""
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
        """The compiler, as it is after building, with its SQL and parameters."""
        names = inspect.signature(self._build).parameters
        queryset = self._build(**{name: Placeholder(name) for name in names})
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        return compiler, sql, tuple(parameters)


class _Call:
    """What Django's reader of rows asks of a queryset, with a compiler that is done."""

    db = DEFAULT_DB_ALIAS
    _known_related_objects: dict[Any, Any] = {}

    def __init__(self, statement: _Statement, values: dict[str, Any]):
        self.query = self
        self._statement = statement
        self._values = values

    def get_compiler(self, using: str) -> SQLCompiler:
        done, sql, parameters = self._statement.compiled
        bound = [self._values[p.name] if isinstance(p, Placeholder) else p for p in parameters]
        compiler = copy(done)
        compiler.connection = connections[using]  # this thread's
        if done.query.select_for_update and compiler.connection.get_autocommit():
            raise TransactionManagementError("A lock outside of a transaction ends at once.")
        compiler.as_sql = lambda *args, **kwargs: (sql, bound)  # type: ignore[method-assign, assignment]
        return compiler
