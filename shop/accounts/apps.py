from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self) -> None:
        from shop.api import schema  # noqa: F401, PLC0415 -- registers with drf-spectacular
