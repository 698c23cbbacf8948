"""The admin's log, which outlives the people it tells of, and so has nothing personal of them."""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry

ADDRESS = re.compile(r"[^\s\"@]+@[^\s\"@]+")


class ImpersonalLog(admin.ModelAdmin):
    """A ModelAdmin that logs rows by their number where their names are of people.

    Those are e-mail addresses, and the names that customers gave, where the admin of a model
    says `is_named_by_owner`.
    """

    def log_addition(self, request: Any, obj: Any, message: Any) -> Any:
        """Log a new row."""
        return self._by_number([super().log_addition(request, obj, message)])[0]

    def log_change(self, request: Any, obj: Any, message: Any) -> Any:
        """Log a change of a row, or an act upon it."""
        return self._by_number([super().log_change(request, obj, message)])[0]

    def log_deletions(self, request: Any, queryset: Any) -> Any:
        """Log that rows are about to be deleted."""
        return self._by_number(super().log_deletions(request, queryset) or [])

    def _by_number(self, entries: Iterable[LogEntry]) -> list[LogEntry]:
        """Take the addresses out of entries; return the entries."""
        logged, is_named_by_owner = list(entries), getattr(self, "is_named_by_owner", False)
        for entry in logged:
            texts = (entry.object_repr, entry.change_message)
            if is_named_by_owner or any(map(ADDRESS.search, texts)):
                entry.object_repr = f"{self.opts.verbose_name} {entry.object_id}"
                entry.change_message = ADDRESS.sub("an address", entry.change_message)
                entry.save(update_fields=["object_repr", "change_message"])
        return logged
