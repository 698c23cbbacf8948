"""`manage.py trace_item SKU`: print the timeline of an item's units."""

from django.core.management.base import BaseCommand, CommandError

from catalog.models import Item
from shop.core.text import printable_line
from warehouses.stock.tracing import trace_item


class Command(BaseCommand):
    help = "Print what happened to an item's units, oldest first."

    def add_arguments(self, parser) -> None:
        """Add the item's SKU."""
        parser.add_argument("sku")

    def handle(self, *args, **options) -> None:
        """Print a line for each event. Raises CommandError for an unknown SKU."""
        try:
            events = trace_item(sku=options["sku"])
        except Item.DoesNotExist as error:
            raise CommandError(f"There is no item with the sku {options['sku']!r}.") from error
        for event in events:
            when = event.at.isoformat(timespec="milliseconds")
            line = f"{when}  {event.kind:<20} {event.units:>6}  {event.reference}"
            self.stdout.write(printable_line(line))
