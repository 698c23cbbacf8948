"""What one can browse by: the departments of the shop and the brands in them."""

from dataclasses import dataclass
from hashlib import sha256

from django.db.models import Count

from catalog.models import Item
from catalog.search.cache import remembered

MOST_SHOWN = 60


@dataclass(frozen=True)
class Group:
    """Items that share a department or a brand."""

    name: str
    count: int


def departments() -> list[Group]:
    """Return the largest departments with how many items each has, by name."""
    return _largest("category")


def brands(category: str = "") -> list[Group]:
    """Return the largest brands, of one department if it is given, by name."""
    return _largest("brand", **({"category": category} if category else {}))


def with_chosen(groups: list[Group], name: str) -> list[Group]:
    """Return the groups, with the chosen one first if it is too small to be among them."""
    is_among = not name or any(group.name == name for group in groups)
    return groups if is_among else [Group(name, 0), *groups]


def _largest(field: str, **within: str) -> list[Group]:
    digest = sha256(repr((field, within)).encode()).hexdigest()
    return remembered(f"browsing:{digest}", lambda: _count(field, within))


def _count(field: str, within: dict[str, str]) -> list[Group]:
    groups = (
        Item.objects.on_sale()
        .filter(**within)
        .exclude(**{field: ""})
        .values_list(field)
        .annotate(count=Count("pk"))
        .order_by("-count", field)
    )
    return sorted((Group(*row) for row in groups[:MOST_SHOWN]), key=lambda group: group.name)
