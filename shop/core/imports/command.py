"""The base class of the commands that import feeds."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from shop.core.db.transactions import Busy
from shop.core.imports.importing import FeedKind, RefusedRow, StrictImportRefused, import_feeds
from shop.core.imports.rows import FeedUnreadable
from shop.core.text import printable_line


class FeedCommand(BaseCommand):
    """Imports TSV or CSV files, plain or gzip, in UTF-8.

    It reports refused rows on stderr as FILE:LINE: reason, and the counts on stdout.
    """

    kind: ClassVar[type[FeedKind]]

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the files and `--strict`."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--strict",
            action="store_true",
            help="take nothing at all and exit with 1 if any row is bad; without it, bad rows"
            " are reported on stderr as FILE:LINE: reason, the others are taken and the exit"
            " code is 0",
        )

    def handle(self, *, files: list[Path], strict: bool, **options) -> None:
        """Import the files. Raises CommandError if no rows, or not all, could be imported."""
        try:
            with self._progress(files) as bar:
                counts = import_feeds(
                    self.kind,
                    files,
                    is_strict=strict,
                    on_refusal=self._report,
                    on_bytes=bar.update,
                )
        except (FeedUnreadable, StrictImportRefused) as refusal:
            raise CommandError(str(refusal)) from refusal
        except Busy as busy:
            raise CommandError("A row stayed locked for too long. Run the import again.") from busy
        self.stdout.write(_in_words(counts))

    def _progress(self, files: list[Path]) -> tqdm:
        """Return a progress bar over the bytes of the files; only a terminal shows it."""
        size = sum(path.stat().st_size for path in files if path.is_file())
        is_hidden = not self.stderr.isatty()
        return tqdm(total=size or None, unit="B", unit_scale=True, disable=is_hidden, leave=False)

    def _report(self, row: RefusedRow) -> None:
        with tqdm.external_write_mode(file=sys.stderr):
            self.stderr.write(printable_line(row))


def _in_words(counts: Mapping[str, int]) -> str:
    """Return `7 rows: 5 new, 1 updated, 1 refused`."""
    outcomes = ", ".join(f"{count} {name}" for name, count in counts.items() if name != "rows")
    return f"{counts['rows']} rows: {outcomes}"
