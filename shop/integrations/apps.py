from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "shop.integrations"
    label = "integrations"

    def ready(self) -> None:
        from shop.integrations import receivers  # noqa: F401, PLC0415 -- connects the signals
