"""`manage.py rebuild_search`: build this machine's search index anew."""

import time

from django.core.management.base import BaseCommand, CommandError

from catalog.search import generations
from catalog.search.documents import count_documents
from catalog.search.indexing import rebuild

SHOWN_EVERY = 1000  # items
PATIENCE = 30  # seconds for the indexer to end what it does


class Command(BaseCommand):
    help = "Build the search index of this machine anew, beside the one that is searched."

    def handle(self, *args, **options) -> None:
        start, total, done = time.monotonic(), count_documents(), 0

        def note() -> None:
            nonlocal done
            done += 1
            if done % SHOWN_EVERY == 0:
                self.stderr.write(f"\r{done} of {total} items", ending="")

        for _ in range(PATIENCE * 10):
            with generations.writing() as is_alone:
                if is_alone:
                    rebuild(on_item=note)
                    break
            time.sleep(0.1)
        else:
            raise CommandError("Another process is building the index.")
        self.stdout.write(f"\r{done} items indexed in {time.monotonic() - start:.1f} s.")
