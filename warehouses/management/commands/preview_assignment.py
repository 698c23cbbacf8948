"""`manage.py preview_assignment POSTAL_CODE SKU[:QUANTITY]…`: print an assignment."""

from collections import Counter

from django.core.management.base import BaseCommand, CommandError

from catalog.models import Item
from shop.core.text import printable_line
from warehouses.assignment.decision_text import render_considered
from warehouses.assignment.preview import preview_assignment
from warehouses.assignment.records import serialize_reasons
from warehouses.exceptions import InvalidAssignment
from warehouses.models import Warehouse


class Command(BaseCommand):
    help = "Print which warehouses would ship items to a postal code now; changes nothing."

    def add_arguments(self, parser):
        """Add the destination and the items."""
        parser.add_argument("postal_code")
        parser.add_argument("items", nargs="+", metavar="SKU[:QUANTITY]")
        parser.add_argument("--country", default="US")

    def handle(self, *args, postal_code, items, country, **options):
        """Print the picks, the units available nowhere, and the costs that were compared."""
        address = {"postal_code": postal_code, "country": country}
        quantities: Counter[int] = Counter()
        for item_id, quantity in map(self._read, items):
            quantities[item_id] += quantity
        try:
            assignment = preview_assignment(quantities=quantities, address=address)
        except InvalidAssignment as error:
            raise CommandError(str(error)) from error
        codes = dict(Warehouse.objects.values_list("pk", "code"))
        names = dict(Item.objects.filter(pk__in=quantities).values_list("pk", "sku"))
        self.stdout.write(printable_line(assignment.reason))
        for pick in assignment.picks:
            units = f"{pick.quantity} × {names[pick.item_id]}"
            self.stdout.write(printable_line(f"  {codes[pick.warehouse_id]}: {units}"))
        for pick in assignment.picks:
            quantities[pick.item_id] -= pick.quantity
        for item_id, quantity in (+quantities).items():
            self.stdout.write(printable_line(f"  nowhere: {quantity} × {names[item_id]}"))
        for line in render_considered(serialize_reasons(assignment)["considered"]):
            self.stdout.write(printable_line(line))

    def _read(self, text: str) -> tuple[int, int]:
        sku, _, quantity = text.partition(":")
        item_id = Item.objects.filter(sku=sku).values_list("pk", flat=True).first()
        if item_id is None:
            raise CommandError(f"There is no item {sku}.")
        if quantity and not (quantity.isdecimal() and int(quantity)):
            raise CommandError(f"{quantity!r} is no quantity.")
        return item_id, int(quantity or 1)
