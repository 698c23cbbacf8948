"""`manage.py show_sandbox URL`: print example calls of the API of the demo at the URL."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.demo.sandbox_token import sandbox_lines


class Command(BaseCommand):
    """Prints the sandbox's token and calls."""

    help = "Print a token of the demo's API and calls that work with it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the demo's address."""
        parser.add_argument("url", help="where the demo answers, as http://127.0.0.1:8000/")

    def handle(self, *, url: str, **options) -> None:
        """Print the token and the calls. Raises CommandError outside of a demo."""
        if not settings.DEMO:
            raise CommandError("Only the demo, run by `manage.py demo`, has a token to show.")
        for line in sandbox_lines(url):
            self.stdout.write(line)
