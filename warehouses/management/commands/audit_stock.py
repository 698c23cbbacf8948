"""`manage.py audit_stock [--json]`: prove the conservation law, or name what breaks it."""

import json
import sys

from django.core.management.base import BaseCommand

from catalog.models import Item
from warehouses.audit import find_breaches


class Command(BaseCommand):
    help = (
        "Prove that no unit was sold twice, lost or stuck. Exits with 1 and a line an item if not."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args, **options) -> None:
        breaches = find_breaches()
        items = Item.objects.count()
        if options["json"]:
            found = [breach.as_dict() for breach in breaches]
            self.stdout.write(json.dumps({"items": items, "breaches": found}))
        else:
            for breach in breaches:
                self.stdout.write(str(breach))
            self.stdout.write(f"{items} items, {len(breaches)} break the conservation law")
        if breaches:
            sys.exit(1)
