"""`manage.py demo`: run the whole shop on this machine."""

from typing import Any

from django.core.management.base import BaseCommand

from shop.demo.static_files import fingerprint
from shop.embedded.data_folder import DataFolder
from shop.embedded.demo import Demo, read_number


class Command(BaseCommand):
    """Runs the demo until a stop is requested."""

    help = "Run the whole shop on this machine, with a database and a cache of its own."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the demo with PORT and SERVERS of the environment. Raises CannotRun."""
        Demo(
            folder=DataFolder.from_environment(),
            port=read_number("PORT", default=8000, highest=65535),
            servers=read_number("SERVERS", default=1, highest=16),
            static_fingerprint=fingerprint(),
        ).run()
