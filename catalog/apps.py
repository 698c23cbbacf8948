"""Django's configuration of the catalogue."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"
