"""`manage.py replay_assignments [--last N]`: check that recorded decisions are reproducible."""

from django.core.management.base import BaseCommand, CommandError

from warehouses.assignment.records import recorded_picks, replay
from warehouses.assignment.strategies.registry import STRATEGIES, strategy_version
from warehouses.models import Decision


class Command(BaseCommand):
    help = "Replay recorded decisions from their inputs; every outcome must be the same."

    def add_arguments(self, parser):
        """Add the number of decisions."""
        parser.add_argument("--last", type=int, default=10_000, help="how many decisions")

    def handle(self, *args, last, **options):
        """Print the counts. Raises CommandError with the orders whose outcome differs."""
        same, others, skipped = 0, [], 0
        for decision in Decision.objects.select_related("order").order_by("-pk")[:last].iterator():
            strategy = STRATEGIES.get(decision.strategy)  # an external one need not be pure
            if strategy is None or strategy_version(decision.strategy) != decision.version:
                skipped += 1
            elif replay(decision, strategy) == recorded_picks(decision):
                same += 1
            else:
                others.append(decision)
        counts = f"{same} the same, {skipped} not ours or of another version, {len(others)} other"
        self.stdout.write(counts)
        if others:
            numbers = ", ".join(sorted({decision.order.number for decision in others})[:20])
            raise CommandError(f"These came out otherwise: {numbers}")
