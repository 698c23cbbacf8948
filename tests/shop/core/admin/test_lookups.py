"""Admin lists as oracles: a list answers about the columns that its filters name, and no other."""

import pytest
from django.contrib import admin
from django.contrib.admin.filters import SimpleListFilter
from django.urls import reverse

from shop.integrations.webhooks.endpoints import create_endpoint

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
OPERATORS = ("regex", "startswith", "contains", "gt", "lt")

pytestmark = pytest.mark.django_db


def list_of(model) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def _name_of(entry) -> str:
    """Return the column, or the parameter, of an entry of list_filter."""
    if isinstance(entry, type):
        return entry.parameter_name
    return entry[0] if isinstance(entry, tuple) else entry


def hidden_columns(model) -> list[str]:
    """Return the columns of a model that no filter names, and some of the models beyond."""
    own = admin.site._registry[model]
    named = {_name_of(entry) for entry in own.list_filter}
    columns = [field.name for field in model._meta.concrete_fields if field.name not in named]
    relations = [f for f in model._meta.concrete_fields if f.is_relation and f.name not in named]
    beyond = [
        f"{relation.name}__{field.name}"
        for relation in relations
        for field in relation.related_model._meta.concrete_fields
    ]
    return columns + beyond


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_no_list_answers_about_a_column_that_no_filter_names(model):
    own = admin.site._registry[model]

    allowed = [
        f"{column}__{operator}"
        for column in hidden_columns(model)
        for operator in ("", *OPERATORS)
        if own.lookup_allowed(f"{column}__{operator}".removesuffix("__"), "x")
    ]

    assert allowed == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_question_in_the_address_is_a_bad_request(desk, model, security_events):
    answer = desk.get(list_of(model), {"pk__regex": "^1"})

    assert answer.status_code == 400
    [event] = security_events.of("authz_fail")
    assert event["labels"] == {"lookup_of": model._meta.label_lower}


@pytest.mark.parametrize(
    "question",
    [
        {"password__startswith": "argon2"},
        {"sessions__session_key__regex": "^a"},
        {"tokens__digest__startswith": "0"},
        {"groups__user__password__regex": "x"},
        {"email__gt": "a"},
    ],
)
def test_the_list_of_users_tells_nothing_of_secrets(desk, question):
    assert desk.get("/admin/accounts/user/", question).status_code == 400


@pytest.mark.parametrize("column", ["secret", "old_secret", "user__password"])
def test_the_list_of_webhooks_tells_nothing_of_secrets(desk, alice, column):
    endpoint = create_endpoint(
        user=alice, scopes=["shopper"], url="https://example.com/", events=["item.updated"]
    )
    page = "/admin/integrations/webhookendpoint/"

    for guess in (endpoint.secret[:7], "no such text"):
        assert desk.get(page, {f"{column}__startswith": guess}).status_code == 400


def filters_in_use() -> list:
    """Return each list with each of its filters that is for a column or reads a parameter."""
    return [
        pytest.param(model, entry, id=f"{model._meta.label}-{entry}")
        for model in MODELS
        for entry in admin.site._registry[model].list_filter
    ]


@pytest.mark.parametrize(("model", "entry"), filters_in_use())
def test_every_filter_that_a_list_offers_still_works(desk, model, entry):
    column = _name_of(entry)
    page = desk.get(list_of(model))
    offered = [
        choice["query_string"]
        for spec in page.context["cl"].filter_specs
        if isinstance(spec, SimpleListFilter) or getattr(spec, "field_path", None) == column
        for choice in spec.choices(page.context["cl"])
    ]

    answers = {desk.get(list_of(model) + query).status_code for query in offered}

    assert answers <= {200}
