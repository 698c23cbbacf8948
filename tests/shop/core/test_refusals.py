"""Every refusal with a code has a problem type, and every problem type has its refusal."""

from collections.abc import Iterator
from importlib import import_module

import pytest
from django.conf import settings

from shop.core.api.errors import FRAMEWORK_ERRORS
from shop.core.api.problems import PROBLEM_TYPES
from shop.core.refusals import Refusal

# The problem types of Django's error handlers (shop.pages.errors).
HANDLER_PROBLEMS = {
    *("bad-request", "permission-denied", "not-found"),
    *("internal-error", "unavailable"),
}


@pytest.fixture
def refusals() -> list[type[Refusal]]:
    """Return every refusal of the shop; its URLs import every app that refuses a call."""
    import_module(settings.ROOT_URLCONF)
    return [kind for kind in subclasses_of(Refusal) if not kind.__module__.startswith("tests.")]


def subclasses_of(kind: type) -> Iterator[type]:
    for subclass in kind.__subclasses__():
        yield subclass
        yield from subclasses_of(subclass)


def test_every_code_is_a_problem_type(refusals):
    codes = {kind.__name__: kind.code for kind in refusals if kind.code}

    assert {name: code for name, code in codes.items() if code not in PROBLEM_TYPES} == {}


def test_every_problem_type_is_a_code_or_an_error_of_a_framework(refusals):
    codes = {kind.code for kind in refusals if kind.code}

    assert {*codes, *FRAMEWORK_ERRORS.values(), *HANDLER_PROBLEMS} == set(PROBLEM_TYPES)
