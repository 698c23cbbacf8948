"""Pagination of lists: newest first, by cursor, so that a page costs the same at any depth.

A list that is filtered by another table is paged by the key in that table, because only its
index has the rows in order: the queryset annotates it as PAGE_KEY. Its value is the row's key.
"""

import re
from typing import Any

from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

PAGE_KEY = "page_key"
LIMIT = re.compile(r"[0-9]{1,3}\Z")
KEY = re.compile(r"[0-9]{1,18}\Z")


class NewestFirst(CursorPagination):
    """Keyset pagination by descending key, with a limit of rows in the query."""

    parameters = ("cursor", "limit")
    ordering = "-pk"
    page_size = 24
    page_size_query_param = "limit"
    max_page_size = 100

    def paginate_queryset(
        self, queryset: Any, request: Request, view: Any = None
    ) -> list[Any] | None:
        """Return the rows of the page. With a PAGE_KEY, the cursor limits both tables' keys."""
        cursor = self.decode_cursor(request) if PAGE_KEY in queryset.query.annotations else None
        if cursor and cursor.position:
            side = "gt" if cursor.reverse else "lt"
            queryset = queryset.filter(**{f"pk__{side}": cursor.position})
        return super().paginate_queryset(queryset, request, view)

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        """Return the descending key, of the row or of the table that filters it."""
        return (f"-{PAGE_KEY if PAGE_KEY in queryset.query.annotations else 'pk'}",)

    def get_page_size(self, request: Request) -> int:
        """Return the query's limit. Raises ValidationError where DRF would use the default."""
        limit = request.query_params.get("limit") or str(self.page_size)
        if not LIMIT.match(limit) or not 1 <= int(limit) <= self.max_page_size:
            raise ValidationError({"limit": f"A whole number from 1 to {self.max_page_size}."})
        return int(limit)

    def get_schema_operation_parameters(self, view) -> list[dict]:
        """Add the bounds of the limit to DRF's description of the parameters."""
        cursor, limit = super().get_schema_operation_parameters(view)
        bounds = {"minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        limit["schema"] |= bounds
        return [cursor, limit]

    def get_paginated_response_schema(self, schema: dict) -> dict:
        """Describe a page in JSON Schema of OpenAPI 3.1, which has no `nullable`."""
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": address, "previous": address, "results": schema},
        }

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Return the cursor. Raises ValidationError for a cursor that this API never issued."""
        if not request.query_params.get(self.cursor_query_param):
            return None
        try:
            cursor = super().decode_cursor(request)
        except NotFound:
            cursor = None
        if cursor is None or not _is_genuine(cursor):
            raise ValidationError({"cursor": "Use the next and previous addresses as they came."})
        return cursor


def _is_genuine(cursor: Cursor) -> bool:
    if cursor.position is None:
        return cursor.reverse or cursor.offset > 0
    return bool(KEY.match(str(cursor.position)))
