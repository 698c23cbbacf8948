"""`manage.py rebuild_search`: build a new search index on this machine."""

import time

from django.core.management.base import BaseCommand

from catalog.search.index.documents import count_documents
from catalog.search.index.indexer import rebuild

PROGRESS_EVERY = 1000  # items


class Command(BaseCommand):
    help = "Build the search index of this machine anew, beside the one that is searched."

    def handle(self, *args, **options) -> None:
        """Rebuild the index, and print the progress and the time taken in seconds."""
        start, total, done = time.monotonic(), count_documents(), 0

        def count_item() -> None:
            nonlocal done
            done += 1
            if done % PROGRESS_EVERY == 0:
                self.stderr.write(f"\r{done} of {total} items", ending="")

        rebuild(on_item=count_item)
        self.stdout.write(f"\r{done} items indexed in {time.monotonic() - start:.1f} s.")
