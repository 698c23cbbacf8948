from django.apps import AppConfig


class ApiDocsConfig(AppConfig):
    name = "shop.api_docs"
    label = "api_docs"

    def ready(self) -> None:
        from shop.api_docs import schema  # noqa: F401, PLC0415 -- registers with drf-spectacular
