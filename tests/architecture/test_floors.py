"""Foreign keys only ever point down the floors; a linter of imports does not see them."""

from django.apps import apps
from django.conf import settings

FLOORS = ["catalog", "cart", "orders", "warehouses", "shop"]


def test_foreign_keys_only_point_down():
    for model in apps.get_models():
        if model._meta.app_label not in FLOORS:
            continue
        for field in model._meta.get_fields():
            target = field.related_model if field.concrete and field.is_relation else None
            if target is None or target._meta.label == settings.AUTH_USER_MODEL:
                continue
            if target._meta.app_label in FLOORS:
                here, there = (FLOORS.index(m._meta.app_label) for m in (model, target))
                assert there <= here, f"{model.__name__}.{field.name} points up"


def test_no_room_is_called_utils():
    forbidden = {"utils.py", "helpers.py", "common.py", "services.py"}
    found = [p for floor in FLOORS for p in (settings.BASE_DIR / floor).rglob("*.py")]
    assert [p for p in found if p.name in forbidden and "embedded" not in p.parts] == []


def test_rows_are_locked_only_where_locks_belong():
    """`select_for_update` stands in stock.py modules and in lock… queryset methods only."""
    for floor in FLOORS:
        for path in (settings.BASE_DIR / floor).rglob("*.py"):
            text = path.read_text()
            if "select_for_update(" in text:
                assert path.name in {"stock.py", "models.py"}, path
                full_strength = text.count("select_for_update()")
                assert full_strength == text.count("def lock_out_goods"), path
