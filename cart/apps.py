"""Django's configuration of the cart."""

from django.apps import AppConfig


class CartConfig(AppConfig):
    name = "cart"

    def ready(self) -> None:
        """Connect the receivers."""
        from cart import receivers  # noqa: F401, PLC0415 -- connects the signals
