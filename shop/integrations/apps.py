"""The Django app of the integrations."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Label `integrations`."""

    name = "shop.integrations"
    label = "integrations"

    def ready(self) -> None:
        """Connect the receivers of signals."""
        from shop.integrations import receivers  # noqa: F401, PLC0415 -- connects the signals
