"""The command `export_collection SCHEMA FILE`: it writes a collection for Postman or Bruno."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from shop.api_docs.collection import collection_of


class Command(BaseCommand):
    help = "Write what the OpenAPI schema describes as a collection of requests."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the paths of the schema and of the collection."""
        parser.add_argument("schema", type=Path, help="as docs/api/openapi.json")
        parser.add_argument("file", type=Path, help="where to write the collection")

    def handle(self, *, schema: Path, file: Path, **options) -> None:
        """Read the schema and write the collection."""
        collection = collection_of(json.loads(schema.read_text()))
        file.write_text(json.dumps(collection, indent=2, ensure_ascii=False) + "\n")
