"""`manage.py index_search`: keep this machine's search index in step, until stopped."""

import signal
import threading

from django.core.management.base import BaseCommand

from catalog.search.index.indexer import Indexer


class Command(BaseCommand):
    help = "Keep the search index of this machine in step with the database, until stopped."

    def handle(self, *args, **options) -> None:
        """Run the indexer until SIGTERM or SIGINT."""
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        Indexer().run(is_stopped=stopped.is_set)
