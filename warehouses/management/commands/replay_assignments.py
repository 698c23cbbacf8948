from django.core.management.base import BaseCommand, CommandError

from warehouses.assignment.records import picks_of, replayed
from warehouses.assignment.strategies.registry import STRATEGIES, version_of
from warehouses.models import Decision


class Command(BaseCommand):
    help = "Decide anew from what was seen then; every decision must come out the same."

    def add_arguments(self, parser):
        parser.add_argument("--last", type=int, default=10_000, help="how many decisions")

    def handle(self, *args, last, **options):
        same, others, skipped = 0, [], 0
        for decision in Decision.objects.select_related("order").order_by("-pk")[:last].iterator():
            strategy = STRATEGIES.get(decision.strategy)  # an external one need not be pure
            if strategy is None or version_of(decision.strategy) != decision.version:
                skipped += 1
            elif replayed(decision, strategy) == picks_of(decision):
                same += 1
            else:
                others.append(decision)
        told = f"{same} the same, {skipped} not ours or of another version, {len(others)} other"
        self.stdout.write(told)
        if others:
            numbers = ", ".join(sorted({decision.order.number for decision in others})[:20])
            raise CommandError(f"These came out otherwise: {numbers}")
