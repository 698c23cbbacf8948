"""Lists: newest first, by cursor, so that a page costs the same at any depth."""

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request


class NewestFirst(CursorPagination):
    ordering = "-pk"
    page_size = 24
    page_size_query_param = "limit"
    max_page_size = 100

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get("limit", str(self.page_size))
        if not (
            asked.isascii() and asked.isdecimal() and 1 <= int(asked[:9]) <= self.max_page_size
        ):
            raise ValidationError({"limit": f"A whole number from 1 to {self.max_page_size}."})
        return int(asked)
