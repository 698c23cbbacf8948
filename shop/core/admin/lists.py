"""Lists of the admin that stay quick however many rows there are."""

from functools import cached_property
from typing import cast

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet

# Rows that a list counts and pages through; who looks for more, searches.
MAX_DEPTH = 5_000


class CappedPaginator(Paginator):
    """Counts only as far as anybody pages, because counting a whole ledger takes seconds."""

    @cached_property
    def count(self) -> int:
        rows = cast(QuerySet, self.object_list)
        return rows.order_by()[:MAX_DEPTH].count()


class QuickList(admin.ModelAdmin):
    """A list of 50 that never counts the whole table."""

    list_per_page = 50
    list_max_show_all = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator


class ReadOnlyList(QuickList):
    """Rows that only verbs write: they are looked at here, and changed by actions."""

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def has_work_permission(self, request) -> bool:
        """Whether the user may call the verbs: who could change the rows, if they were a form."""
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")


class ReadOnlyLines(admin.TabularInline):
    """The lines of something that only verbs write."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False
