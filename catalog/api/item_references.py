"""References to items in requests: by id, by sku, or by both, which must then agree.

A request's skus are read in one statement, however many lines it has.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db.models import F, QuerySet
from rest_framework import serializers

from catalog.models import Item
from shop.core.api.pagination import PAGE_KEY
from shop.core.api.serializers import InputSerializer, KeyField

NO_SUCH_ITEM = "There is no such item."
NAMES = ("item_id", "sku")

Rows = TypeVar("Rows", bound=QuerySet)


class ItemReferenceInput(InputSerializer):
    """A body, or a line of it, about one item, named by `item_id` or by `sku`."""

    item_id = KeyField(required=False, help_text="Or `sku`.")
    sku = serializers.CharField(
        max_length=64, required=False, help_text="Instead of `item_id`, or beside it the same."
    )

    def refused(self, data: Mapping[str, Any]) -> dict[str, str]:
        """Return also the error of a line that names no item."""
        is_named = any(name in data for name in NAMES)
        missing = {} if is_named else {"item_id": "Name the item by item_id or by sku."}
        return super().refused(data) | missing


class ItemLinesField(serializers.ListField):
    """A list of lines, each an ItemReferenceInput; every line read from it has `item_id`.

    No item may come twice, unless `may_repeat`; with `once_per`, the name of a field, it may
    come once for each value of that field. `must_exist` also refuses the id of no item.
    """

    def __init__(
        self,
        *,
        may_repeat: bool = False,
        once_per: str = "",
        must_exist: bool = False,
        **kwargs: Any,
    ):
        self.may_repeat = may_repeat
        self.once_per = once_per
        self.must_exist = must_exist
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> list[dict[str, Any]]:
        """Read the lines, with `item_id` in the place of `sku`. Raises ValidationError."""
        lines = super().to_internal_value(data)
        self.run_validators(lines)  # too many lines are refused as a whole
        ids_by_sku = read_ids_by_sku(lines)
        existing = _read_existing(lines) if self.must_exist else None
        resolved: list[dict[str, Any]] = []
        seen: set[tuple[int, Any]] = set()
        errors: dict[int, Any] = {}
        for index, line in enumerate(lines):
            try:
                resolved.append(with_item_id(line, ids_by_sku))
            except serializers.ValidationError as error:
                errors[index] = error.detail
                continue
            item_id = resolved[-1]["item_id"]
            if existing is not None and "sku" not in line and item_id not in existing:
                errors[index] = {"item_id": NO_SUCH_ITEM}
            key = (item_id, resolved[-1].get(self.once_per))
            if key in seen and not self.may_repeat:
                errors[index] = {"item_id": "The item comes twice."}
            seen.add(key)
        if errors:
            raise serializers.ValidationError(errors)  # type: ignore[arg-type]  # as DRF's own
        return resolved


def units_by_item(lines: Iterable[Mapping[str, Any]]) -> dict[int, int]:
    """Return the quantity of each line of an ItemLinesField, by item id."""
    return {line["item_id"]: line["quantity"] for line in lines}


class ItemQuery(serializers.Serializer):
    """The query parameters that name one item."""

    item = serializers.IntegerField(
        min_value=1, max_value=2**63 - 1, required=False, help_text="Only of this item, by its id."
    )
    sku = serializers.CharField(
        max_length=64, required=False, help_text="Only of this item, by its sku."
    )


def read_ids_by_sku(references: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return the ids of the items whose skus the references have, in one statement at most."""
    skus = {reference["sku"] for reference in references if "sku" in reference}
    return dict(Item.objects.filter(sku__in=skus).values_list("sku", "pk"))


def _read_existing(references: Iterable[Mapping[str, Any]]) -> set[int]:
    """Return those of the references' ids that are items', in one statement at most."""
    ids = {reference["item_id"] for reference in references if "item_id" in reference}
    return set(Item.objects.filter(pk__in=ids).values_list("pk", flat=True))


def item_id_of(reference: Mapping[str, Any], ids_by_sku: Mapping[str, int]) -> int:
    """Return the id of the item of a reference; an id without a sku is returned as it came.

    Raises ValidationError for a sku of no item, or of another one than `item_id`.
    """
    if "sku" not in reference:
        return reference["item_id"]
    item_id = ids_by_sku.get(reference["sku"])
    if item_id is None:
        raise serializers.ValidationError({"sku": NO_SUCH_ITEM})
    if reference.get("item_id", item_id) != item_id:
        raise serializers.ValidationError({"sku": "It is the sku of another item."})
    return item_id


def with_item_id(
    reference: Mapping[str, Any], ids_by_sku: Mapping[str, int] | None = None
) -> dict[str, Any]:
    """Return a reference with `item_id` in the place of `sku`. Raises ValidationError.

    Without `ids_by_sku`, the id is read from the database.
    """
    ids = read_ids_by_sku([reference]) if ids_by_sku is None else ids_by_sku
    others = {name: value for name, value in reference.items() if name not in NAMES}
    return {"item_id": item_id_of(reference, ids), **others}


def item_id_of_query(parameters: Mapping[str, Any]) -> int | None:
    """Return the id of the item that an ItemQuery names, or None if it names none.

    Raises ValidationError if `item` and `sku` are of two items, Item.DoesNotExist for a sku
    of no item.
    """
    names = {"item": "item_id", "sku": "sku"}
    reference = {names[name]: parameters[name] for name in names if name in parameters}
    if not reference:
        return None
    ids_by_sku = read_ids_by_sku([reference])
    if "sku" in reference and not ids_by_sku:
        raise Item.DoesNotExist
    return item_id_of(reference, ids_by_sku)


def filter_by_item(rows: Rows, parameters: Mapping[str, Any], *, page_key: str) -> Rows:
    """Return the rows with a line of the item that a query names, or all if it names none.

    `page_key` is the row's key in its lines, by which the list is then paged. No row has a
    line of a sku of no item. Raises ValidationError if `item` and `sku` are of two items.
    """
    try:
        item_id = item_id_of_query(parameters)
    except Item.DoesNotExist:
        return rows.none()
    if item_id is None:
        return rows
    return rows.filter(lines__item=item_id).annotate(**{PAGE_KEY: F(page_key)})
