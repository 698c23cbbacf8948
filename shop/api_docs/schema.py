"""Additions to drf-spectacular's OpenAPI schema: scopes, every possible problem, examples.

A view lists its own problems in `extend_schema(extensions={"x-problems": [...]})`; this
module adds those that follow from the method, the headers and the parameters.
"""

from collections import defaultdict
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import get_doc, get_lib_doc_excludes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.parsers import JSONParser
from rest_framework.permissions import SAFE_METHODS

from shop.api_docs import problem_examples
from shop.api_docs.examples import EXAMPLES
from shop.core.api.errors import CONTENT_TYPE
from shop.core.api.etags import ConditionalRequests
from shop.core.api.idempotency import IdempotentWrites
from shop.core.api.permissions import HasRequiredScope, Scope, scopes_needed
from shop.core.api.problems import PROBLEM_TYPES, ProblemType
from shop.core.api.query_parameters import APIView, DeclaredParameters, ListAPIView
from shop.core.api.serializers import CompiledOutput, InputSerializer

PROBLEM = {
    "type": "object",
    "description": "RFC 9457. A refusal's own fields stand beside these.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "Opens a page on it."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "request_id": {"type": "string", "description": "What the log calls the request."},
        "errors": {
            "type": "array",
            "description": "The fields that make no sense.",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {
                    "parameter": {"type": "string", "description": "Of the query, by its name."},
                    "pointer": {"type": "string", "description": "RFC 6901, as a fragment."},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
FLOWS = {
    "clientCredentials": {
        "tokenUrl": "/api/v1/oauth/token/",
        "scopes": {scope.value: scope.label for scope in Scope},
    }
}
COMMON_PROBLEMS = ("bad-request", "throttled", "busy", "unavailable")
# Refused by the server before the shop reads the request; the type is `about:blank`.
REFUSED_UNREAD = {
    str(status.value): {
        "description": status.phrase,
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status in (
        HTTPStatus.REQUEST_URI_TOO_LONG,
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    )
}
IF_MATCH = "Only if it still has one of these ETags."
IF_NONE_MATCH = "Answer 304 if it still has one of these ETags."
KEY_DESCRIPTION = "The same key with the same body gets the first answer again, for 24 hours."


class BearerTokenScheme(OpenApiAuthenticationExtension):
    target_class = "shop.accounts.api.authentication.BearerTokenAuthentication"
    name = ["bearerToken", "clientCredentials"]

    def get_security_requirement(self, auto_schema):
        """Return the two schemes as alternatives."""
        return [{name: []} for name in self.name]

    def get_security_definition(self, auto_schema):
        """Return the definitions of both schemes, in the order of `name`."""
        return [{"type": "http", "scheme": "bearer"}, {"type": "oauth2", "flows": FLOWS}]


class ContractSchema(AutoSchema):
    """The description of one operation, with every possible response."""

    def get_operation(self, *args, **kwargs) -> dict[str, Any] | None:
        """Add the problems, the 304 and the example to the operation."""
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        own = operation.pop("x-problems", [])
        problems = _problem_responses({*own, *COMMON_PROBLEMS, *self._implied_problems(operation)})
        for status, problem in problems.items():
            response = operation["responses"].setdefault(status, problem)
            response.setdefault("content", {}).update(problem["content"])
        operation["responses"] |= REFUSED_UNREAD
        if "If-None-Match" in _headers_of(operation):
            operation["responses"]["304"] = {"description": "Still what the ETag names."}
        return _with_examples(operation)

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Return the security requirements: a sufficient scope each.

        They have no scope where any token suffices, and are optional where none is needed.
        """
        schemes = [name for scheme in super().get_auth() for name in scheme]
        if not schemes:
            return []
        needed = self._scopes_needed()
        if set(needed) == set(Scope.values):
            return [{name: []} for name in schemes]
        if not needed:
            return [*[{name: list[str]()} for name in schemes], {}]
        return [{name: [scope]} for name in schemes for scope in needed]

    def get_description(self) -> str:  # type: ignore[override]  # as the library's own
        """Return the view's docstring and the scopes; docstrings of methods are not published."""
        needed = self._scopes_needed()
        scope = f"Needs the scope {' or '.join(f'`{name}`' for name in needed)}." if needed else ""
        return "\n\n".join(part for part in (get_doc(type(self.view)), scope) if part)

    def get_override_parameters(self) -> list[Any]:
        """Add the view's query parameters, and the headers of conditions and of idempotency."""
        parameters = [*super().get_override_parameters(), *self._query_parameters()]
        parameters += self._conditional_headers()
        if kind := self._key_requirement():
            key = OpenApiParameter(
                "Idempotency-Key",
                {"type": "string", "minLength": 1, "maxLength": 255},
                OpenApiParameter.HEADER,
                required=kind == "required",
                description=KEY_DESCRIPTION,
            )
            return [*parameters, key]
        return parameters

    def _map_basic_serializer(self, serializer, direction):
        schema = super()._map_basic_serializer(serializer, direction)
        if direction == "request" and isinstance(serializer, InputSerializer):
            schema["additionalProperties"] = False
        return schema

    def _map_serializer_field(self, field, direction, bypass_extensions=False):
        schema = super()._map_serializer_field(field, direction, bypass_extensions)
        if isinstance(field, serializers.DecimalField) and schema.get("type") == "string":
            fraction = field.decimal_places or 2
            whole = (field.max_digits or 14) - fraction
            schema["pattern"] = rf"^-?\d{{1,{whole}}}(?:\.\d{{1,{fraction}}})?$"
        return schema

    def _scopes_needed(self) -> tuple[str, ...]:
        permissions = self.view.get_permissions()
        if not any(isinstance(permission, HasRequiredScope) for permission in permissions):
            return ()
        return scopes_needed(self.view, self.method)

    def _query_parameters(self) -> list[type[serializers.Serializer]]:
        """Return the serializer that reads the query, whose fields are the parameters."""
        if not isinstance(self.view, DeclaredParameters):
            return []
        query_class = self.view.query_parameters.get(self.method)
        return [query_class] if query_class else []

    def _key_requirement(self) -> str:
        """Return whether an idempotency key is `required`, `optional`, or without effect ("")."""
        is_write = self.method not in SAFE_METHODS
        return (
            self.view.idempotency_key
            if is_write and isinstance(self.view, IdempotentWrites)
            else ""
        )

    def _conditional_headers(self) -> Iterator[OpenApiParameter]:
        if not isinstance(self.view, ConditionalRequests):
            return
        if self.method == "GET":
            yield OpenApiParameter(
                "If-None-Match", str, OpenApiParameter.HEADER, description=IF_NONE_MATCH
            )
        if self.method in self.view.if_match:
            yield OpenApiParameter(
                "If-Match",
                str,
                OpenApiParameter.HEADER,
                required=self.method in self.view.if_match_required,
                description=IF_MATCH,
            )

    def _implied_problems(self, operation: dict[str, Any]) -> Iterator[str]:
        locations = {parameter["in"] for parameter in operation.get("parameters", [])}
        if self.view.get_authenticators():
            yield "not-authenticated"
        if self._scopes_needed():
            yield "permission-denied"
        if "path" in locations:
            yield "not-found"
        if "If-Match" in _headers_of(operation):
            yield "precondition-failed"
        if self.method not in SAFE_METHODS:
            yield "too-large"
        if self.method in {"POST", "PUT", "PATCH"}:
            yield "unsupported-media-type"
        if "query" in locations:
            yield "validation-error"
        if isinstance(self.view, DeclaredParameters):
            yield "unknown-parameter"
        if any(isinstance(parser, JSONParser) for parser in self.view.get_parsers()):
            yield from self._problems_of_json(operation)
        if kind := self._key_requirement():
            yield from ("invalid-idempotency-key", "idempotency-key-in-use")
            yield from ("idempotency-key-reused", "too-many-kept-answers")
            if kind == "required":
                yield "idempotency-key-missing"

    def _problems_of_json(self, operation: dict[str, Any]) -> Iterator[str]:
        if self.method in {"POST", "PUT", "PATCH"}:
            yield "malformed-json"
        if "requestBody" in operation:
            yield "validation-error"


def doc_excludes() -> list[type]:
    """Return the base classes whose docstrings must not describe a view that inherits them."""
    mixins = [IdempotentWrites, ConditionalRequests, DeclaredParameters]
    return [*get_lib_doc_excludes(), CompiledOutput, *mixins, APIView, ListAPIView]


def add_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the schema of a problem, and an example of each type (a postprocessing hook)."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    result["components"]["examples"] = {
        kind.name: {"value": _example_body(kind)} for kind in PROBLEM_TYPES.values()
    }
    return result


def _problem_responses(names: set[str]) -> dict[str, Any]:
    by_status = defaultdict(list)
    for name in sorted(names):
        by_status[PROBLEM_TYPES[name].status].append(PROBLEM_TYPES[name])
    return {
        str(status): {
            "description": "; ".join(f"{kind.title} (`{kind.name}`)" for kind in kinds),
            "content": {
                CONTENT_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "examples": {
                        kind.name: {"$ref": f"#/components/examples/{kind.name}"} for kind in kinds
                    },
                }
            },
        }
        for status, kinds in sorted(by_status.items())
    }


def _example_body(kind: ProblemType) -> dict[str, Any]:
    return {
        "type": f"/problems/{kind.name}",
        "title": kind.title,
        "status": kind.status,
        "detail": kind.cause,
        **problem_examples.EXAMPLES[kind.name].fields,
        "request_id": problem_examples.REQUEST_ID,
    }


def _headers_of(operation: dict[str, Any]) -> set[str]:
    parameters = operation.get("parameters", [])
    return {parameter["name"] for parameter in parameters if parameter["in"] == "header"}


def _with_examples(operation: dict[str, Any]) -> dict[str, Any]:
    example = EXAMPLES.get(operation["operationId"])
    if example is None:
        return operation
    values = {**example.path, **example.query}
    for parameter in operation.get("parameters", []):
        if parameter["name"] in values:
            parameter["example"] = values[parameter["name"]]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        content["examples"] = {"example": {"value": example.body}}
    return operation
