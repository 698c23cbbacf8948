"""Lines of bulk jobs: their fields, their errors and their results."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rest_framework import serializers
from rest_framework.utils.json import strict_constant

from shop.core.api.field_errors import field_errors
from shop.integrations.bulk.uploads import MAX_LINE_LENGTH

MAX_POINTER_LENGTH, MAX_DETAIL_LENGTH = 200, 500

Errors = list[dict[str, str]]


class BulkLineRefused(Exception):
    """A line that is not valid, with its errors."""

    def __init__(self, errors: Errors):
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True)
class Line:
    """A valid line: its number in the file and its fields."""

    number: int
    fields: dict[str, Any]


@dataclass(frozen=True)
class Result:
    """The result of a line; `id` is the key of the item or of the stock movement."""

    line: int
    status: str
    id: int | None = None
    errors: Errors = field(default_factory=list)

    @property
    def is_failed(self) -> bool:
        """Return whether the line was refused."""
        return self.status == "failed"

    def as_json(self) -> str:
        """Return the result as the API shows it, without an id if there is none."""
        key = {} if self.id is None else {"id": self.id}
        return json.dumps({"line": self.line, "status": self.status, **key, "errors": self.errors})


def failed_result(number: int, errors: Errors) -> Result:
    """Return the result of a line that was refused."""
    return Result(number, "failed", errors=errors)


def single_error(detail: str, pointer: str = "#") -> Errors:
    """Return errors of one entry; `pointer` is a JSON pointer to the field (RFC 6901)."""
    return [{"pointer": pointer, "detail": detail}]


def read_line(serializer: serializers.Serializer, line: bytes) -> dict[str, Any]:
    """Return the fields of a line, valid by the rules of the API. Raises BulkLineRefused.

    Fields that the line leaves out are left out here too, without a default: they stay as
    they are on an existing item.
    """
    payload = _parse_object(line)
    try:
        values = serializer.run_validation(payload)
        return {name: value for name, value in values.items() if name in payload}
    except serializers.ValidationError as error:
        errors = [_shorten(entry) for entry in field_errors(error.detail)]
        raise BulkLineRefused(errors) from error


def _parse_object(line: bytes) -> Mapping[str, Any]:
    if len(line) > MAX_LINE_LENGTH:
        raise BulkLineRefused(single_error(f"The line has more than {MAX_LINE_LENGTH} bytes."))
    try:
        payload = json.loads(line.decode(), parse_constant=strict_constant)
        json.dumps(payload, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise BulkLineRefused(
            single_error("A lone surrogate in the line is no character.")
        ) from error
    except UnicodeDecodeError as error:
        raise BulkLineRefused(single_error("The line is not UTF-8.")) from error
    except (ValueError, RecursionError) as error:
        raise BulkLineRefused(
            single_error(f"The line is not JSON: {error}"[:MAX_DETAIL_LENGTH])
        ) from error
    if not isinstance(payload, Mapping):
        raise BulkLineRefused(single_error("The line is not a JSON object."))
    return payload


def _shorten(error: dict[str, str]) -> dict[str, str]:
    return {
        "pointer": error["pointer"][:MAX_POINTER_LENGTH],
        "detail": error["detail"][:MAX_DETAIL_LENGTH],
    }
