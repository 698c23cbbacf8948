"""`manage.py audit_stock [--json]`: prove the conservation law, or name what breaks it.

`--record` notes the moment in the ledger; `--at TIMESTAMP` rebuilds the stock of then.
"""

import json
import sys
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime

from catalog.models import Item
from warehouses.stock.audit import find_breaches
from warehouses.stock.history import record_moment, stock_at


class Command(BaseCommand):
    help = (
        "Prove that no unit was sold twice, lost or stuck. Exits with 1 and a line an item if not."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--record", action="store_true", help="note this moment, print it")
        parser.add_argument("--at", metavar="TIMESTAMP", help="print the stock of that moment")

    def handle(self, *args, **options) -> None:
        if options["record"]:
            self.stdout.write(record_moment().at.isoformat())
        elif options["at"]:
            self._print_past(options["at"], options["json"])
        else:
            self._audit(options)

    def _print_past(self, timestamp: str, as_json: bool) -> None:
        moment = parse_datetime(timestamp)
        if moment is None or moment.tzinfo is None:
            raise CommandError("Give a time with its zone, such as 2026-11-22T13:00:00+00:00.")
        places = stock_at(moment)
        if as_json:
            self.stdout.write(json.dumps([asdict(place) for place in places]))
            return
        for place in places:
            numbers = f"{place.physical_stock} physical, {place.available_stock} available"
            self.stdout.write(f"{place.sku} at {place.warehouse}: {numbers}")

    def _audit(self, options) -> None:
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
