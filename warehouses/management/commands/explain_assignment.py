"""`manage.py explain_assignment NUMBER`: print the decisions about an order."""

from django.core.management.base import BaseCommand, CommandError

from orders.models import Order
from shop.core.text import printable_line
from warehouses.assignment.decision_text import render_text


class Command(BaseCommand):
    help = "Print why each warehouse of an order was chosen, with costs and inputs."

    def add_arguments(self, parser):
        """Add the order's number."""
        parser.add_argument("number", help="of the order")

    def handle(self, *args, number, **options):
        """Print each decision, and the reason of an order's unassigned units."""
        order = Order.objects.filter(number=number).first()
        if order is None:
            raise CommandError(f"There is no order {number}.")
        decisions = list(order.decisions.select_related("order").order_by("pk"))
        if not decisions:
            self.stdout.write(f"Nothing was decided about order {number} yet.")
        for decision in decisions:
            for line in render_text(decision):
                self.stdout.write(printable_line(line))
        if retry := getattr(order, "backorder_retry", None):
            self.stdout.write(printable_line(f"It is retried since {retry.since}: {retry.reason}"))
