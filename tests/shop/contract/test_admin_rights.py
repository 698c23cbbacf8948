"""What each role may do with each model in the admin, compared with docs/admin-rights.md.

A new model, right or action without its line fails. `make access` writes the table, to be
reviewed before it is committed.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import RequestFactory

from shop.accounts.models import User
from tests.support.factories import UserFactory

TABLE = Path(settings.BASE_DIR) / "docs/admin-rights.md"
HEAD = """\
# Who may do what in the admin

For each model: the pages that a role may open (view, add, change, delete) and the actions that
it may run on selected rows. The roles have the Django permissions of that name for every model;
"all rights" has every permission and is no superuser. A customer, and staff without rights, may
do nothing. What depends on the row comes on top: nobody changes a user with more rights than
their own, and others than superusers make tokens for themselves alone, with the scopes that they
hold. `make access` writes this table, and a test compares.
"""
DEEDS = ("view", "add", "change", "delete")

pytestmark = pytest.mark.django_db


def role(*deeds: str) -> User:
    """Return staff with the permissions of these deeds for every model."""
    user = UserFactory(is_staff=True)
    rights = Permission.objects.all()
    held = [right for right in rights if right.codename.startswith(tuple(deeds))] if deeds else []
    user.user_permissions.set(held)
    return user


def request_of(user: User):
    request = RequestFactory().get("/admin/")
    request.user = user
    return request


def cell(model_admin: admin.ModelAdmin, user: User) -> str:
    """Return what a user may do with the model of an admin."""
    request = request_of(user)
    pages = [deed for deed in DEEDS if getattr(model_admin, f"has_{deed}_permission")(request)]
    actions = sorted(model_admin.get_actions(request)) if pages else []
    return ", ".join(pages) + (f"; {', '.join(actions)}" if actions else "")


def as_markdown(roles: dict[str, User], models: Iterable) -> list[str]:
    """Return the lines of docs/admin-rights.md."""
    lines = [*HEAD.splitlines(), "", f"| model | {' | '.join(roles)} |", "|---" * 6 + "|"]
    for model in models:
        own = admin.site._registry[model]
        cells = [cell(own, user) or "–" for user in roles.values()]
        lines.append(f"| {model._meta.label} | {' | '.join(cells)} |")
    return lines


def models_of_the_admin() -> list:
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


def test_every_role_may_do_with_every_model_what_the_table_says():
    roles = {
        "view": role("view"),
        "view, add": role("view", "add"),
        "view, change": role("view", "change"),
        "all rights": role(""),
        "superuser": UserFactory(is_staff=True, is_superuser=True),
    }

    lines = as_markdown(roles, models_of_the_admin())
    if os.environ.get("ACCESS") == "write":
        TABLE.write_text("\n".join([*lines, ""]))

    assert lines == TABLE.read_text().splitlines()


@pytest.mark.parametrize("model", models_of_the_admin(), ids=lambda model: model._meta.label)
def test_a_customer_and_staff_without_rights_may_do_nothing(model, alice):
    model_admin = admin.site._registry[model]

    for user in (alice, role()):
        assert cell(model_admin, user) == ""
        assert not model_admin.has_module_permission(request_of(user))


@pytest.mark.parametrize("model", models_of_the_admin(), ids=lambda model: model._meta.label)
def test_a_demoted_superuser_may_do_nothing(model, clerk):
    User.objects.filter(pk=clerk.pk).update(is_superuser=False)

    assert cell(admin.site._registry[model], User.objects.get(pk=clerk.pk)) == ""
