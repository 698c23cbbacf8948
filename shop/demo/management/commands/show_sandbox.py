"""`manage.py show_sandbox URL`: how to try the API of the demo that runs there."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.demo.sandbox_token import sandbox_lines


class Command(BaseCommand):
    help = "Print a token of the demo's API and calls that work with it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", help="where the demo answers, as http://127.0.0.1:8000/")

    def handle(self, *, url: str, **options) -> None:
        if not settings.DEMO:
            raise CommandError("Only the demo, run by `manage.py demo`, has a token to show.")
        for line in sandbox_lines(url):
            self.stdout.write(line)
