"""Base classes of admin lists whose cost does not grow with the table."""

from functools import cached_property
from typing import cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponseRedirect

# Rows that a list counts and pages through; rows beyond are reached by a search.
MAX_COUNTED_ROWS = 5_000
MAX_KEY_DIGITS = 19


class CappedPaginator(Paginator):
    """A paginator of at most MAX_COUNTED_ROWS rows: counting a whole ledger takes seconds."""

    @cached_property
    def count(self) -> int:
        """Return the number of rows, capped at MAX_COUNTED_ROWS."""
        rows = cast(QuerySet, self.object_list)
        return rows.order_by()[:MAX_COUNTED_ROWS].count()


class QuickList(admin.ModelAdmin):
    """A list of 50 that never counts the whole table."""

    list_per_page = 50
    list_max_show_all = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator

    def response_action(self, request, queryset, *args, **kwargs):
        """Run an action for the selected rows; a key that is no number selects none of them."""
        keys = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if all(key.isascii() and key.isdecimal() and len(key) <= MAX_KEY_DIGITS for key in keys):
            return super().response_action(request, queryset, *args, **kwargs)
        messages.error(request, "There is no such row.")
        return HttpResponseRedirect(request.get_full_path())


class ReadOnlyList(QuickList):
    """A list of rows that only verbs write: staff look at them, and change them by actions."""

    def has_add_permission(self, request, obj=None) -> bool:
        """Forbid the form for a new row."""
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        """Forbid the form of a row, which shows it read-only."""
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        """Forbid the deletion of a row."""
        return False

    def has_act_permission(self, request) -> bool:
        """Return whether the user may run the actions, which needs the model's right to change."""
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")


class ReadOnlyLines(admin.TabularInline):
    """The lines of an object that only verbs write."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None) -> bool:
        """Forbid a new line."""
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        """Forbid a change of a line."""
        return False
