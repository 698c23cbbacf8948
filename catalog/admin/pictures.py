"""Pictures in the admin, with a retry for those that failed."""

from django.contrib import admin, messages

from catalog.models import Picture
from catalog.pictures.resizing import retry_sizes
from shop.core.admin.lists import ReadOnlyList
from shop.core.db.transactions import run_transaction


class FailedFilter(admin.SimpleListFilter):
    """Filters pictures by whether their sizes failed, are pending or made."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        """Return the choices failed, pending and made."""
        return [("failed", "failed"), ("pending", "pending"), ("made", "made")]

    def queryset(self, request, queryset):
        """Return the pictures in the chosen state, or all."""
        if self.value() == "failed":
            return queryset.exclude(failure="")
        if self.value() in {"pending", "made"}:
            return queryset.filter(failure="", made_at__isnull=self.value() == "pending")
        return queryset


@admin.register(Picture)
class PictureAdmin(ReadOnlyList):
    """Every stored picture with the state of its sizes; staff can retry failed ones."""

    list_display = ["name", "sizes", "failure", "recorded_at", "made_at", "unused_since"]
    list_filter = [FailedFilter]
    search_fields = ["name__startswith"]
    sortable_by = ["recorded_at"]
    ordering = ["-pk"]
    actions = ["make_again"]

    @admin.action(description="Try again", permissions=["act"])
    def make_again(self, request, pictures) -> None:
        """Queue the selected failed pictures once more."""
        failed_ids = sorted(pictures.exclude(failure="").values_list("pk", flat=True))
        for picture_id in failed_ids:
            run_transaction(retry_sizes, picture_id=picture_id)
        messages.success(request, f"{len(failed_ids)} pictures are tried again within seconds.")
