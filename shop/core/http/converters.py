"""The form of keys in addresses. Importing this makes `<key:…>` known to `path`."""

from django.urls import register_converter
from django.urls.converters import IntConverter


class KeyConverter(IntConverter):
    """A number that fits a database key, so that an absurd one is just not found."""

    regex = "[0-9]{1,18}"


register_converter(KeyConverter, "key")
