"""`manage.py audit_stock [--json]`: check the laws of stock and of what is owed; print breaches.

`--record` records the moment in the ledger; `--at TIMESTAMP` prints the stock of that moment.
"""

import json
import sys
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime

from catalog.models import Item
from orders.models import Order
from shop.core.text import printable_line
from warehouses.stock.audit import find_breaches
from warehouses.stock.history import record_moment, stock_at


class Command(BaseCommand):
    help = (
        "Prove that no unit was sold twice, lost or stuck. Exits with 1 and a line a breach if not."
    )

    def add_arguments(self, parser) -> None:
        """Add the output format and the options of recorded moments."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--record", action="store_true", help="record this moment and print it")
        parser.add_argument("--at", metavar="TIMESTAMP", help="print the stock of that moment")

    def handle(self, *args, **options) -> None:
        """Record a moment, print a past one, or audit; exit with 1 if there are breaches."""
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
        rows = stock_at(moment)
        if as_json:
            self.stdout.write(json.dumps([asdict(row) for row in rows]))
            return
        for row in rows:
            numbers = f"{row.physical_stock} physical, {row.available_stock} available"
            self.stdout.write(printable_line(f"{row.sku} at {row.warehouse}: {numbers}"))

    def _audit(self, options) -> None:
        breaches = find_breaches()
        items, orders = Item.objects.count(), Order.objects.count()
        if options["json"]:
            details = [breach.as_dict() for breach in breaches]
            output = {"items": items, "orders": orders, "breaches": details}
            self.stdout.write(json.dumps(output))
        else:
            for breach in breaches:
                self.stdout.write(printable_line(str(breach)))
            counted = f"{orders} orders and {items} items"
            self.stdout.write(f"{counted}, {len(breaches)} break the conservation law")
        if breaches:
            sys.exit(1)
