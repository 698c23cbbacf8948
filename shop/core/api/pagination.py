"""Lists: newest first, by cursor, so that a page costs the same at any depth."""

import re

from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

LIMIT = re.compile(r"[0-9]{1,3}\Z")
KEY = re.compile(r"[0-9]{1,18}\Z")


class NewestFirst(CursorPagination):
    ordering = "-pk"
    page_size = 24
    page_size_query_param = "limit"
    max_page_size = 100

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get("limit") or str(self.page_size)
        if not LIMIT.match(asked) or not 1 <= int(asked) <= self.max_page_size:
            raise ValidationError({"limit": f"A whole number from 1 to {self.max_page_size}."})
        return int(asked)

    def get_schema_operation_parameters(self, view) -> list[dict]:
        cursor, limit = super().get_schema_operation_parameters(view)
        bounds = {"minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        limit["schema"] |= bounds
        return [cursor, limit]

    def get_paginated_response_schema(self, schema: dict) -> dict:
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": address, "previous": address, "results": schema},
        }

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Read the cursor; one that this API never gave is refused."""
        if not request.query_params.get(self.cursor_query_param):
            return None
        try:
            cursor = super().decode_cursor(request)
        except NotFound:
            cursor = None
        if cursor is None or not _is_ours(cursor):
            raise ValidationError({"cursor": "Use the next and previous addresses as they came."})
        return cursor


def _is_ours(cursor: Cursor) -> bool:
    if cursor.position is None:
        return cursor.reverse or cursor.offset > 0
    return bool(KEY.match(str(cursor.position)))
