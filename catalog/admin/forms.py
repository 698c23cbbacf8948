"""What staff type of an item."""

from django import forms
from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from catalog.exceptions import PictureUnfit, StorageAway
from catalog.pictures.drawing import Drawing, redraw
from catalog.pictures.storing import store_picture
from catalog.specifications import SpecificationUnclear, lines_of_pairs, pairs_of_lines

ACCEPTED = "image/jpeg,image/png,image/webp,image/avif,image/gif"
TRY_AGAIN = "The picture could not be stored just now. Choose it again in a moment."


class SpecificationsField(forms.CharField):
    """One "Label: value" a line."""

    widget = forms.Textarea(attrs={"rows": 6})

    def prepare_value(self, value):
        return value if isinstance(value, str) else lines_of_pairs(value or [])

    def to_python(self, value):
        try:
            return pairs_of_lines(value or "")
        except SpecificationUnclear as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def has_changed(self, initial, data) -> bool:
        return lines_of_pairs(initial or []) != "\n".join((data or "").split("\r\n"))


class ItemForm(forms.ModelForm):
    """An item as staff type it. Its picture is stored before anything is written of it."""

    specifications = SpecificationsField(required=False, help_text="One a line, as Color: Celadon")
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
