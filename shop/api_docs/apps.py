"""The Django app of the API's documentation."""

from django.apps import AppConfig


class ApiDocsConfig(AppConfig):
    name = "shop.api_docs"
    label = "api_docs"

    def ready(self) -> None:
        """Register the authentication scheme with drf-spectacular."""
        from shop.api_docs import schema  # noqa: F401, PLC0415 -- apps must be loaded
