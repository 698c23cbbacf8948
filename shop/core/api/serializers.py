"""Serializers and fields that every part of the API shares."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, cached_property
from operator import attrgetter
from typing import Any

from django.db import models
from rest_framework import serializers
from rest_framework.request import Request

from shop.core.text import HIDDEN_CHARACTERS, has_hidden

# How many unknown fields an answer names, so that it stays smaller than the question.
MAX_NAMED = 20
# Beyond these, conversion to some time zone leaves the range of datetime.
EARLIEST, LATEST = datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 1, 1, tzinfo=UTC)
AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z", re.ASCII)
# Reads a field of an instance, for a serializer that knows the request.
Writer = Callable[[Any, Any], Any]


class InputSerializer(serializers.Serializer):
    """Reads what came in; unknown fields and values of another JSON type are refused by name.

    DRF would make a text of a number, and a number of a text or of true.
    """

    # A text is one line without control characters; a field of several lines is a TextField.

    def to_internal_value(self, data):
        """Read the fields. Raises ValidationError, which also names unknown fields."""
        refused = self.refused(data) if isinstance(data, Mapping) else {}
        try:
            read = super().to_internal_value(data)
        except serializers.ValidationError as error:
            told: Any = error.detail
            raise serializers.ValidationError({**told, **refused}) from error
        if refused:
            raise serializers.ValidationError(refused)
        return read

    def refused(self, data: Mapping[str, Any]) -> dict[str, str]:
        """Return the errors of unknown fields and of values of another JSON type, by name."""
        known = {name: field for name, field in self.fields.items() if not field.read_only}
        unknown = sorted(data.keys() - known.keys())[:MAX_NAMED]
        told = {name: _why_not(known[name], data[name]) for name in data.keys() & known.keys()}
        return dict.fromkeys(unknown, "Unknown field.") | {n: why for n, why in told.items() if why}


def _why_not(field: serializers.Field, value: Any) -> str:
    """Say why a value cannot be a field's, whatever it says; null is the field's affair."""
    match field:
        case serializers.CharField() if not isinstance(value, str | None):
            return "Not a valid string."
        case serializers.CharField() if isinstance(value, str) and _has_hidden(field, value):
            return HIDDEN_CHARACTERS
        case serializers.BooleanField() if not isinstance(value, bool | None):
            return "Must be a valid boolean."
        case serializers.FloatField() if isinstance(value, str | bool):
            return "A valid number is required."
        case serializers.DecimalField() if isinstance(value, str) and not AMOUNT.match(value):
            return "A valid number is required."
    return ""


def _has_hidden(field: serializers.CharField, value: str) -> bool:
    """Return whether what the field keeps of a text has control characters.

    NUL is left to DRF, which has a sentence of its own for it.
    """
    kept = value.strip() if field.trim_whitespace else value
    return has_hidden(kept.replace("\0", ""), is_multiline=isinstance(field, TextField))


class TextField(serializers.CharField):
    """A text of several lines, of an InputSerializer."""


def read_input(
    serializer_class: type[serializers.Serializer], data: Any, *, partial: bool = False
) -> dict[str, Any]:
    """Return what a body or a query says, checked. Raises ValidationError."""
    serializer = serializer_class(data=data, partial=partial)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data


def require_no_input(request: Request) -> None:
    """Refuse fields where none are taken. Raises ValidationError."""
    read_input(InputSerializer, request.data)


class UtcDateTimeField(serializers.DateTimeField):
    """A time in UTC, whatever the region's time zone is; without an offset it is in UTC too."""

    def __init__(self, **kwargs):
        super().__init__(default_timezone=UTC, **kwargs)

    def to_internal_value(self, value):
        """Read a time, clamped to the range in which every time zone has a date."""
        return min(max(super().to_internal_value(value), EARLIEST), LATEST)


class CompiledOutput(serializers.Serializer):
    """Writes the fields that it declares by a list of functions, which is built once a class.

    A field is declared once, for the schema and for the output. Its value is what
    `get_NAME(instance)` returns, or else the attribute that its `source` names. DRF would
    copy and walk all fields for every serializer, which costs a page of items more time
    than the database does.
    """

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return the fields' values as JSON can hold them."""
        return {name: write(self, instance) for name, write in _writers(type(self))}

    def nested(self, serializer_class: type[serializers.Serializer]) -> serializers.Serializer:
        """Return the one serializer of nested objects of a class, in this one's context."""
        if serializer_class not in self._nested:
            self._nested[serializer_class] = serializer_class(context=self.context)
        return self._nested[serializer_class]

    @cached_property
    def _nested(self) -> dict[type[serializers.Serializer], serializers.Serializer]:
        return {}


class OutputSerializer(CompiledOutput, serializers.ModelSerializer):
    """Writes a model's fields; times in UTC."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateTimeField: UtcDateTimeField,
    }


@cache
def _writers(serializer_class: type[CompiledOutput]) -> list[tuple[str, Writer]]:
    fields = serializer_class().fields.items()
    return [
        (name, _writer(serializer_class, name, field))
        for name, field in fields
        if not field.write_only
    ]


def _writer(serializer_class: type[CompiledOutput], name: str, field: Any) -> Writer:
    """Compose how a field's value is read and how it is formatted."""
    read = _reader(serializer_class, name, field)
    if isinstance(field, serializers.BaseSerializer):
        return _nested_writer(read, field)
    formatter = _formatter(field)
    if formatter is None:
        return read
    if field.allow_null:
        return lambda serializer, instance: (
            None if (value := read(serializer, instance)) is None else formatter(value)
        )
    return lambda serializer, instance: formatter(read(serializer, instance))


def _reader(serializer_class: type[CompiledOutput], name: str, field: Any) -> Writer:
    method = _method_of(serializer_class, name)
    if method:
        return method
    attribute = attrgetter(".".join(field.source_attrs))
    return lambda _, instance: attribute(instance)


def _method_of(serializer_class: type, name: str) -> Writer | None:
    """Return the method that computes a field; DRF's own, as get_initial, compute none."""
    method: Writer | None = getattr(serializer_class, f"get_{name}", None)
    return None if hasattr(serializers.ModelSerializer, f"get_{name}") else method


def _nested_writer(read: Writer, field: Any) -> Writer:
    is_many = isinstance(field, serializers.ListSerializer)
    child_class = type(field.child if is_many else field)
    shared = None if _knows_request(child_class) else child_class()

    def write(serializer: CompiledOutput, instance: Any) -> Any:
        child = shared or serializer.nested(child_class)
        value = read(serializer, instance)
        if not is_many:
            return child.to_representation(value)
        rows = value.all() if isinstance(value, models.Manager) else value
        return [child.to_representation(row) for row in rows]

    return write


def _knows_request(serializer_class: type[serializers.Serializer]) -> bool:
    """Whether a field, or one further down, is computed by a method, which may need the request."""
    fields = serializer_class().fields.items()
    children = (getattr(field, "child", field) for _, field in fields)
    return any(_method_of(serializer_class, name) for name, _ in fields) or any(
        _knows_request(type(child))
        for child in children
        if isinstance(child, serializers.Serializer)
    )


def _formatter(field: serializers.Field) -> Callable[[Any], Any] | None:
    match field:
        case serializers.DecimalField():
            return money
        case serializers.DateTimeField():
            return utc
        case serializers.DateField():
            return date.isoformat
    return None  # it is JSON already


class WholeNumberField(serializers.IntegerField):
    """A JSON number without a fraction; a text that looks like one is refused."""

    def to_internal_value(self, data):
        """Read an integer. Raises ValidationError for a text, a fraction or a boolean."""
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class KeyField(WholeNumberField):
    """A database key."""

    def __init__(self, **kwargs):
        super().__init__(min_value=1, max_value=2**63 - 1, **kwargs)


def utc(when: datetime) -> str:
    """A time in UTC, as DRF writes it."""
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def money(amount: Decimal) -> str:
    """An amount in major units, as the API writes it."""
    return f"{amount:.2f}"
