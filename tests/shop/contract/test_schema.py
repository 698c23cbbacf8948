"""The OpenAPI schema: checked in, complete, and true of the API's responses."""

import json

import pytest

from shop.api_docs.collection import collection_of
from shop.api_docs.examples import EXAMPLES
from shop.core.api.problems import PROBLEM_TYPES
from tests.shop.contract.world import (
    CHECKED_IN,
    COLLECTION,
    called,
    flaws_of,
    given_example_objects,
    operations,
    schema,
)


@pytest.fixture(scope="module")
def document():
    return schema()


def test_the_checked_in_schema_is_current(document):
    assert json.loads(CHECKED_IN.read_text()) == document, "run `make schema`"


def test_the_checked_in_collection_is_current(document):
    assert json.loads(COLLECTION.read_text()) == collection_of(document), "run `make schema`"


def test_every_operation_has_a_summary_security_problems_and_an_example(document):
    for path, method, operation in operations(document):
        where = f"{method} {path}"
        assert operation.get("summary"), where
        assert operation.get("security"), where
        assert {"400", "401", "429", "503"} <= operation["responses"].keys(), where
        assert operation["operationId"] in EXAMPLES, where


def test_every_example_is_of_an_operation(document):
    assert set(EXAMPLES) == {operation["operationId"] for _, _, operation in operations(document)}


def test_every_problem_in_the_schema_has_a_page(document):
    named = {
        example["$ref"].rsplit("/", 1)[-1]
        for _, _, operation in operations(document)
        for response in operation["responses"].values()
        for content in response.get("content", {}).values()
        for example in content.get("examples", {}).values()
        if "$ref" in example
    }

    assert named <= PROBLEM_TYPES.keys()


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_gets_the_response_in_the_schema(document, conserved, name):
    client = given_example_objects()
    [(path, method, operation)] = [
        operation for operation in operations(document) if operation[2]["operationId"] == name
    ]

    response = called(client, path, method, operation)

    assert response.status_code == EXAMPLES[name].status, response.content
    assert flaws_of(response, document, operation) == []
