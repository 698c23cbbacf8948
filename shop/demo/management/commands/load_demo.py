"""`manage.py load_demo [--force]`: load the demo's items, stock and accounts."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.core.db.transactions import Busy
from shop.demo.loading import PASSWORD, SHOPPER, STAFF, load_demo


class Command(BaseCommand):
    """Loads the demo's data, in the demo or by force."""

    help = (
        "Load the demo's items, pictures, warehouses, stock and accounts. Existing rows and"
        " later changes are kept."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --force."""
        parser.add_argument(
            "--force", action="store_true", help="also where `manage.py demo` does not run"
        )

    def handle(self, *, force: bool, **options) -> None:
        """Load the data once. Raises CommandError outside of a demo without --force."""
        if not (settings.DEMO or force):
            raise CommandError(
                f"{SHOPPER} and {STAFF}, an administrator, would get the password"
                f" {PASSWORD!r}. This shop is not run by `manage.py demo`, so nothing was"
                " loaded. Add --force if you mean it."
            )
        try:
            is_new = load_demo()
        except Busy as error:
            raise CommandError("A row stayed locked for too long. Run it again.") from error
        self.stdout.write("The demo is loaded." if is_new else "The demo was loaded before.")
