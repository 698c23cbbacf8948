"""`manage.py rebuild_search`: build this machine's search index anew."""

import time

from django.core.management.base import BaseCommand

from catalog.search.index.documents import count_documents
from catalog.search.index.indexer import rebuild

PROGRESS_EVERY = 1000  # items


class Command(BaseCommand):
    help = "Build the search index of this machine anew, beside the one that is searched."

    def handle(self, *args, **options) -> None:
        start, total, done = time.monotonic(), count_documents(), 0

        def note() -> None:
            nonlocal done
            done += 1
            if done % PROGRESS_EVERY == 0:
                self.stderr.write(f"\r{done} of {total} items", ending="")

        rebuild(on_item=note)
        self.stdout.write(f"\r{done} items indexed in {time.monotonic() - start:.1f} s.")
