"""`manage.py trace_item SKU`: where did each unit go?"""

from django.core.management.base import BaseCommand, CommandError

from catalog.models import Item
from warehouses.stock.tracing import trace_item


class Command(BaseCommand):
    help = "Print what happened to an item's units, oldest first."

    def add_arguments(self, parser) -> None:
        parser.add_argument("sku")

    def handle(self, *args, **options) -> None:
        try:
            events = trace_item(sku=options["sku"])
        except Item.DoesNotExist as error:
            raise CommandError(f"There is no item with the sku {options['sku']!r}.") from error
        for event in events:
            when = event.at.isoformat(timespec="milliseconds")
            self.stdout.write(f"{when}  {event.what:<20} {event.units:>6}  {event.where}")
