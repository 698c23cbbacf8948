"""Whether a unit or an order was lost: read from the database itself."""

import time
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.db import Error, close_old_connections, connection

# Seconds that the sweep may take after a deadline: its period, and a restarting worker.
SWEEP = 30


@dataclass
class Proof:
    """What was found at each snapshot; the traces of broken items go into `evidence`."""

    evidence: Path
    snapshots: int = 0
    violations: list[str] = field(default_factory=list)

    def look(self) -> None:
        """Take one snapshot of the law; a database that is away is looked at later."""
        from warehouses.stock.audit import find_breaches

        try:
            close_old_connections()
            breaches = find_breaches()
        except Error:
            connection.close()
            return
        self.snapshots += 1
        self.violations += [f"snapshot {self.snapshots}: {breach}" for breach in breaches]
        for sku in {breach.sku for breach in breaches}:
            self._keep_trace(sku)

    def _keep_trace(self, sku: str) -> None:
        """Write what happened to the item beside the log, while the database is there."""
        trace = StringIO()
        call_command("trace_item", sku, stdout=trace)
        (self.evidence / f"trace-{sku}-{self.snapshots}.txt").write_text(trace.getvalue())

    def look_at_orders(self, acknowledged: dict[int, str]) -> None:
        """Every acknowledged order is there once, and is the one that was told."""
        from orders.models import Order

        there = dict(Order.objects.values_list("checkout_id", "number"))
        for checkout_id, number in acknowledged.items():
            if there.get(checkout_id) != number:
                told = f"checkout {checkout_id}: told {number}, there is {there.get(checkout_id)}"
                self.violations.append(told)

    def look_at_holds(self) -> None:
        """Once nobody shops any more, no hold outlives its deadline by more than the sweep."""
        from orders.models import Checkout

        deadline = time.monotonic() + SWEEP
        while (left := Checkout.objects.overdue().count()) and time.monotonic() < deadline:
            time.sleep(0.5)
        if left:
            self.violations.append(f"{left} holds are overdue {SWEEP} s after the last request")

    def look_at_assignment(self) -> None:
        """Every order that can be assigned is, by whatever worker lives."""
        from warehouses.assignment.assigning import orders_to_assign

        deadline = time.monotonic() + SWEEP
        while (left := orders_to_assign()) and time.monotonic() < deadline:
            time.sleep(0.5)
        if left:
            self.violations.append(f"orders {left[:5]} are not assigned {SWEEP} s after the end")
