"""Look-ups of admin lists, by name: a column that no filter names cannot be asked about.

Django allows any look-up of a model's own columns, as `?secret__regex=^a`, by which staff
would read a hidden column letter by letter.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.filters import SimpleListFilter
from django.http import HttpRequest

from shop.core.security_log import Action, record

# What the filters of Django send for a column, beside its bare name.
SUFFIXES = ("", "__exact", "__in", "__isnull", "__isempty", "__gte", "__lt")
RELATION_SUFFIXES = ("__id__exact", "__pk__exact")


class NamedLookups(admin.ModelAdmin):
    """A ModelAdmin whose lists only take the look-ups of its own filters."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Return whether a filter of the list names the look-up; others are recorded."""
        filters = self.list_filter if request is None else self.get_list_filter(request)
        names = {name for entry in filters for name in _names_of(entry)}
        is_allowed = lookup in names
        if not is_allowed:
            label = self.opts.label_lower
            record(Action.ACCESS_REFUSED, request=request, outcome="failure", lookup_of=label)
        return is_allowed


def _names_of(entry: Any) -> Iterator[str]:
    """Yield the parameters of the query that one entry of `list_filter` reads."""
    if isinstance(entry, type) and issubclass(entry, SimpleListFilter):
        if entry.parameter_name:
            yield entry.parameter_name
        return
    column = entry[0] if isinstance(entry, list | tuple) else entry
    for suffix in (*SUFFIXES, *RELATION_SUFFIXES):
        yield f"{column}{suffix}"
