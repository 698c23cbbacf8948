"""What a line of a bulk job says, or what is wrong with it."""

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
    """A line that cannot be taken; says what is wrong with it."""

    def __init__(self, errors: Errors):
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True)
class Line:
    """A line that makes sense by itself, and its place in the file."""

    number: int
    said: dict[str, Any]


@dataclass(frozen=True)
class Result:
    """What became of a line; `id` is of the item or the movement."""

    line: int
    status: str
    id: int | None = None
    errors: Errors = field(default_factory=list)

    @property
    def is_failed(self) -> bool:
        return self.status == "failed"

    def as_json(self) -> str:
        known = {} if self.id is None else {"id": self.id}
        return json.dumps(
            {"line": self.line, "status": self.status, **known, "errors": self.errors}
        )


def failed(number: int, errors: Errors) -> Result:
    return Result(number, "failed", errors=errors)


def flaw(detail: str, pointer: str = "#") -> Errors:
    return [{"pointer": pointer, "detail": detail}]


def read_line(serializer: serializers.Serializer, line: bytes) -> dict[str, Any]:
    """Return what the line says and no more, by the rules of the API. Raises BulkLineRefused.

    What it leaves out stays as it is on what is there, so no default may stand for it.
    """
    said = _object_of(line)
    try:
        read = serializer.run_validation(said)
        return {name: value for name, value in read.items() if name in said}
    except serializers.ValidationError as error:
        raise BulkLineRefused([_short(one) for one in field_errors(error.detail)]) from error


def _object_of(line: bytes) -> Mapping[str, Any]:
    if len(line) > MAX_LINE_LENGTH:
        raise BulkLineRefused(flaw(f"The line has more than {MAX_LINE_LENGTH} bytes."))
    try:
        said = json.loads(line.decode(), parse_constant=strict_constant)
        json.dumps(said, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise BulkLineRefused(flaw("A lone surrogate in the line is no character.")) from error
    except UnicodeDecodeError as error:
        raise BulkLineRefused(flaw("The line is not UTF-8.")) from error
    except (ValueError, RecursionError) as error:
        raise BulkLineRefused(flaw(f"The line is not JSON: {error}"[:MAX_DETAIL_LENGTH])) from error
    if not isinstance(said, Mapping):
        raise BulkLineRefused(flaw("The line is not a JSON object."))
    return said


def _short(error: dict[str, str]) -> dict[str, str]:
    return {
        "pointer": error["pointer"][:MAX_POINTER_LENGTH],
        "detail": error["detail"][:MAX_DETAIL_LENGTH],
    }
