"""Django's configuration of orders."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        """Connect the receivers."""
        from orders import receivers  # noqa: F401, PLC0415 -- connects the signals
