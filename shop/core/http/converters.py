"""The URL path converter `<key:…>`, which the import of this module registers."""

from django.urls import register_converter
from django.urls.converters import IntConverter


class KeyConverter(IntConverter):
    """A number that fits a database key; a longer one matches no route, which is a 404."""

    regex = "[0-9]{1,18}"


register_converter(KeyConverter, "key")
