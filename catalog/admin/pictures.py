"""Pictures in the admin: checked while the form is, and looked after when one failed."""

from django.contrib import admin, messages

from catalog.models import Picture
from catalog.pictures.sizes import try_again
from shop.core.admin.lists import ReadOnlyList
from shop.core.db.transactions import run_transaction


class FailedFilter(admin.SimpleListFilter):
    """Pictures that nothing could be made of, or the others."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("failed", "failed"), ("waiting", "waiting"), ("made", "made")]

    def queryset(self, request, queryset):
        if self.value() == "failed":
            return queryset.exclude(failure="")
        if self.value() in {"waiting", "made"}:
            return queryset.filter(failure="", made_at__isnull=self.value() == "waiting")
        return queryset


@admin.register(Picture)
class PictureAdmin(ReadOnlyList):
    """Every stored picture with what became of it; a failed one can be tried again."""

    list_display = ["name", "sizes", "failure", "recorded_at", "made_at", "unused_since"]
    list_filter = [FailedFilter]
    search_fields = ["name__startswith"]
    sortable_by = ["recorded_at"]
    ordering = ["-pk"]
    actions = ["make_again"]

    @admin.action(description="Try again", permissions=["work"])
    def make_again(self, request, pictures) -> None:
        failed = sorted(pictures.exclude(failure="").values_list("pk", flat=True))
        for picture_id in failed:
            run_transaction(try_again, picture_id=picture_id)
        messages.success(request, f"{len(failed)} pictures are tried again within seconds.")
