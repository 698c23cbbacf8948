"""Checks that no unit and no order was lost, read from the database itself."""

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
    """The violations of all snapshots; the traces of broken items go into `evidence`."""

    evidence: Path
    snapshots: int = 0
    violations: list[str] = field(default_factory=list)

    def audit(self) -> None:
        """Audit the conservation law once; skips the audit if the database is unreachable."""
        from warehouses.stock.audit import find_breaches

        try:
            close_old_connections()
            breaches = find_breaches()
        except Error:
            connection.close()
            return
        self.snapshots += 1
        self.violations += [f"snapshot {self.snapshots}: {breach}" for breach in breaches]
        for sku in {breach.sku for breach in breaches if breach.sku}:
            self._keep_trace(sku)

    def _keep_trace(self, sku: str) -> None:
        """Write the item's history beside the log, while the database runs."""
        trace = StringIO()
        call_command("trace_item", sku, stdout=trace)
        (self.evidence / f"trace-{sku}-{self.snapshots}.txt").write_text(trace.getvalue())

    def check_orders(self, acknowledged: dict[int, str]) -> None:
        """Check that every acknowledged order exists, with the number that was acknowledged."""
        from orders.models import Order

        numbers = dict(Order.objects.values_list("checkout_id", "number"))
        for checkout_id, number in acknowledged.items():
            stored = numbers.get(checkout_id)
            if stored != number:
                self.violations.append(
                    f"checkout {checkout_id}: acknowledged {number}, stored {stored}"
                )

    def check_holds(self) -> None:
        """Check, after the last request, that no hold outlives its deadline by over SWEEP."""
        from orders.models import Checkout

        deadline = time.monotonic() + SWEEP
        while (left := Checkout.objects.overdue().count()) and time.monotonic() < deadline:
            time.sleep(0.5)
        if left:
            self.violations.append(f"{left} holds are overdue {SWEEP} s after the last request")

    def check_assignment(self) -> None:
        """Check that every order that can be assigned is assigned within SWEEP."""
        from warehouses.assignment.assigning import orders_to_assign

        deadline = time.monotonic() + SWEEP
        while (left := orders_to_assign()) and time.monotonic() < deadline:
            time.sleep(0.5)
        if left:
            self.violations.append(f"orders {left[:5]} are not assigned {SWEEP} s after the end")

    def check_shortfalls(self) -> None:
        """Check that within SWEEP only shortfalls that wait for a picker are open."""
        from warehouses.models import Shortfall

        unnamed = Shortfall.objects.filter(resolved_at=None, picked_parcel=None)
        deadline = time.monotonic() + SWEEP
        while (left := unnamed.count()) and time.monotonic() < deadline:
            time.sleep(0.5)
        if left:
            self.violations.append(f"{left} shortfalls have no task {SWEEP} s after the end")

    def check_dues(self) -> None:
        """Check what every order says is due against its history."""
        from orders.models import Order

        orders = Order.objects.prefetch_related("lines", "changes__order_item")
        for order in orders.iterator(chunk_size=500):
            due = order.shipping + order.tax
            due += sum(line.quantity * line.price for line in order.lines.all())
            for change in order.changes.all():
                units = change.cancelled_change + change.returned_change
                if units:
                    due -= units * change.order_item.price
            if due != order.due:
                self.violations.append(f"order {order}: {order.due} is due, by its history {due}")
