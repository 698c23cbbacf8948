"""The Django app of the warehouses; it checks the assignment strategy at start."""

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class WarehousesConfig(AppConfig):
    name = "warehouses"

    def ready(self) -> None:
        """Connect the receivers. Raises ImproperlyConfigured for an unknown strategy."""
        from warehouses import receivers  # noqa: F401, PLC0415 -- connects the signals
        from warehouses.assignment.strategies.registry import STRATEGIES  # noqa: PLC0415 -- needs the apps

        name = settings.ASSIGNMENT_STRATEGY
        if name not in STRATEGIES and "." not in name:
            raise ImproperlyConfigured(
                f"ASSIGNMENT_STRATEGY is {name!r}, but must be one of {', '.join(STRATEGIES)},"
                " or the dotted path of a function."
            )
