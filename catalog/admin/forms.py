"""The form of an item in the admin."""

from django import forms
from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from catalog.exceptions import InvalidPicture, StorageUnavailable
from catalog.pictures.sanitizing import PictureFile, reencode
from catalog.pictures.storage import store_picture
from catalog.specifications import SpecificationUnclear, lines_of_pairs, pairs_of_lines

ACCEPTED = "image/jpeg,image/png,image/webp,image/avif,image/gif"
TRY_AGAIN = "The picture could not be stored just now. Choose it again in a moment."


class SpecificationsField(forms.CharField):
    """Specifications as text, with one "Label: value" per line."""

    widget = forms.Textarea(attrs={"rows": 6})

    def prepare_value(self, value):
        """Return the pairs as lines, or the submitted text as it is."""
        return value if isinstance(value, str) else lines_of_pairs(value or [])

    def to_python(self, value):
        """Parse the lines into pairs. Raises ValidationError."""
        try:
            return pairs_of_lines(value or "")
        except SpecificationUnclear as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def has_changed(self, initial, data) -> bool:
        """Compare the text line by line, whatever line ends the browser sends."""
        return lines_of_pairs(initial or []) != "\n".join((data or "").split("\r\n"))


class ItemForm(forms.ModelForm):
    """An item as staff type it. Its picture is stored before its row is written."""

    specifications = SpecificationsField(required=False, help_text="One a line, as Color: Celadon")
    image = forms.FileField(
        label="Picture",
        required=False,
        widget=AdminFileWidget(attrs={"accept": ACCEPTED}),
        help_text="JPEG, PNG, WebP, AVIF or GIF, at most 10 MB and 40 million pixels.",
    )

    def clean_image(self):
        """Return an uploaded picture reencoded, or the unchanged field."""
        image = self.cleaned_data["image"]
        if not isinstance(image, UploadedFile):
            return image
        try:
            return reencode(image)
        except InvalidPicture as refusal:
            raise ValidationError(str(refusal)) from refusal

    def clean(self):
        """Store a new picture once all other fields are valid, and put its name in `image`."""
        fields = super().clean() or self.cleaned_data
        if not self.errors and isinstance(fields["image"], PictureFile):
            try:
                fields["image"] = store_picture(fields["image"])
            except StorageUnavailable:
                self.add_error("image", TRY_AGAIN)
        return fields
