"""Rules that import-linter cannot check: foreign keys, locks, sizes of folders and modules."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

FLOORS = ["core", "catalog", "cart", "orders", "warehouses", "accounts", "integrations"]
ROOTS = ["catalog", "cart", "orders", "warehouses", "shop", "tests", "benchmarks"]
MAX_MODULES = 15  # in a folder, as many as a reader can remember
MAX_LINES = 400
# Modules that may lock stock rows; other rows are locked by methods of querysets.
MAY_LOCK = {
    *["catalog/stock.py", "warehouses/stock/rows.py", "warehouses/stock/shortfall_rows.py"],
    "shop/core/db/encryption.py",  # the rows of any model, to write their secrets anew
}


def modules(*roots: str) -> list[Path]:
    """Return the modules below the roots, without migrations."""
    paths = (path for root in roots for path in (settings.BASE_DIR / root).rglob("*.py"))
    return [path.relative_to(settings.BASE_DIR) for path in paths if "migrations" not in path.parts]


def test_foreign_keys_only_point_down():
    for model in apps.get_models():
        if model._meta.app_label not in FLOORS:
            continue
        for field in model._meta.get_fields():
            target = field.related_model if field.concrete and field.is_relation else None
            if target is None or target._meta.label == settings.AUTH_USER_MODEL:
                continue
            if target._meta.app_label in FLOORS:
                own_floor, target_floor = (FLOORS.index(m._meta.app_label) for m in (model, target))
                assert target_floor <= own_floor, f"{model.__name__}.{field.name} points up"


def test_no_module_is_called_utils():
    forbidden = {"utils.py", "helpers.py", "common.py", "services.py"}
    assert [path for path in modules(*ROOTS[:-2]) if path.name in forbidden] == []


def test_rows_are_locked_only_in_modules_for_locks():
    """`select_for_update` is in MAY_LOCK and in lock… queryset methods only."""
    for path in modules(*ROOTS[:-2]):
        text = (settings.BASE_DIR / path).read_text()
        if "select_for_update(" in text:
            assert path.as_posix() in MAY_LOCK or "models" in (*path.parts[:-1], path.stem), path
            full_strength = text.count("select_for_update()")
            assert full_strength == text.count("def lock_for_update"), path


@pytest.mark.parametrize("root", ROOTS)
def test_a_folder_has_few_modules(root):
    folders: dict[Path, int] = {}
    for path in modules(root):
        if path.name != "__init__.py":
            folders[path.parent] = folders.get(path.parent, 0) + 1

    assert {str(folder): n for folder, n in folders.items() if n > MAX_MODULES} == {}


@pytest.mark.parametrize("root", ROOTS)
def test_a_module_is_short(root):
    lines = {
        path: len((settings.BASE_DIR / path).read_text().splitlines()) for path in modules(root)
    }

    assert {str(path): n for path, n in lines.items() if n > MAX_LINES} == {}


def test_every_package_has_a_docstring():
    silent = [
        path
        for path in modules(*ROOTS[:-2])
        if path.name == "__init__.py"
        and not {"management", "templatetags"} & set(path.parts)
        and not ast.get_docstring(ast.parse((settings.BASE_DIR / path).read_text()))
    ]

    assert silent == []
