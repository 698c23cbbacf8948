"""What a linter of imports does not see: foreign keys, locks, and the size of rooms."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

FLOORS = ["core", "catalog", "cart", "orders", "warehouses", "accounts", "integrations"]
ROOTS = ["catalog", "cart", "orders", "warehouses", "shop", "tests", "benchmarks"]
MAX_MODULES = 15  # what a reader can keep in mind of a folder
MAX_LINES = 400
# Modules that may lock rows: stock rows have a room of their own, all else locks by querysets.
MAY_LOCK = {"catalog/stock.py", "warehouses/stock/rows.py"}


def modules(*roots: str) -> list[Path]:
    found = (path for root in roots for path in (settings.BASE_DIR / root).rglob("*.py"))
    return [path.relative_to(settings.BASE_DIR) for path in found if "migrations" not in path.parts]


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
    assert [path for path in modules(*ROOTS[:-2]) if path.name in forbidden] == []


def test_rows_are_locked_only_where_locks_belong():
    """`select_for_update` stands in stock modules and in lock… queryset methods only."""
    for path in modules(*ROOTS[:-2]):
        text = (settings.BASE_DIR / path).read_text()
        if "select_for_update(" in text:
            assert path.as_posix() in MAY_LOCK or "models" in (*path.parts[:-1], path.stem), path
            full_strength = text.count("select_for_update()")
            assert full_strength == text.count("def lock_out_goods"), path


@pytest.mark.parametrize("root", ROOTS)
def test_a_folder_holds_what_a_reader_can_keep_in_mind(root):
    folders: dict[Path, int] = {}
    for path in modules(root):
        if path.name != "__init__.py":
            folders[path.parent] = folders.get(path.parent, 0) + 1

    assert {str(folder): n for folder, n in folders.items() if n > MAX_MODULES} == {}


@pytest.mark.parametrize("root", ROOTS)
def test_a_module_is_short_enough_to_be_read_at_once(root):
    lines = {
        path: len((settings.BASE_DIR / path).read_text().splitlines()) for path in modules(root)
    }

    assert {str(path): n for path, n in lines.items() if n > MAX_LINES} == {}


def test_every_package_says_what_lives_there():
    silent = [
        path
        for path in modules(*ROOTS[:-2])
        if path.name == "__init__.py"
        and not {"management", "templatetags"} & set(path.parts)
        and not ast.get_docstring(ast.parse((settings.BASE_DIR / path).read_text()))
    ]

    assert silent == []
