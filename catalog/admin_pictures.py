"""Pictures in the admin: checked while the form is, and looked after when one failed."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from catalog.admin_lists import ReadOnlyList
from catalog.edge import at_edge
from catalog.exceptions import PictureUnfit, StorageAway
from catalog.models import Picture
from catalog.pictures.drawing import Drawing, redraw
from catalog.pictures.sizes import try_again
from catalog.pictures.storing import store_picture

ACCEPTED = "image/jpeg,image/png,image/webp,image/avif,image/gif"
TRY_AGAIN = "The picture could not be stored just now. Choose it again in a moment."


class ItemForm(forms.ModelForm):
    """An item as staff type it. Its picture is stored before anything is written of it."""

    image = forms.FileField(
        label="Picture",
        required=False,
        widget=AdminFileWidget(attrs={"accept": ACCEPTED}),
        help_text="JPEG, PNG, WebP, AVIF or GIF, at most 10 MB and 40 million pixels.",
    )

    def clean_image(self):
        """Return a new picture redrawn, or what was there before."""
        chosen = self.cleaned_data["image"]
        if not isinstance(chosen, UploadedFile):
            return chosen
        try:
            return redraw(chosen)
        except PictureUnfit as refusal:
            raise ValidationError(str(refusal)) from refusal

    def clean(self):
        """Store the new picture once all the rest makes sense, and go on with its name."""
        said = super().clean() or self.cleaned_data
        if not self.errors and isinstance(said["image"], Drawing):
            try:
                said["image"] = store_picture(said["image"])
            except StorageAway:
                self.add_error("image", TRY_AGAIN)
        return said


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

    list_display = ["name", "sizes", "failure", "noted_at", "made_at", "unused_since"]
    list_filter = [FailedFilter]
    search_fields = ["name__startswith"]
    sortable_by = ["noted_at"]
    ordering = ["-pk"]
    actions = ["make_again"]

    @admin.action(description="Try again", permissions=["work"])
    def make_again(self, request, pictures) -> None:
        failed = sorted(pictures.exclude(failure="").values_list("pk", flat=True))
        for picture_id in failed:
            at_edge(try_again, picture_id=picture_id)
        messages.success(request, f"{len(failed)} pictures are tried again within seconds.")
