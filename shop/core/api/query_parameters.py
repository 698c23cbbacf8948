"""Query parameters: a view declares those that it takes, and any other is refused by name.

A parameter that nothing reads would be a filter that filters nothing, without a word.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from rest_framework import generics, serializers, views
from rest_framework.request import Request

from shop.core.api.serializers import read_input
from shop.core.refusals import Refusal

QueryClass = type[serializers.Serializer] | None


class UnknownParameters(Refusal):
    """The query has parameters that the call does not take."""

    code = "unknown-parameter"

    def __init__(self, parameters: list[str], *, known: frozenset[str]):
        names = ", ".join(f"“{name}”" for name in parameters)
        takes = ", ".join(sorted(known)) or "no parameter"
        super().__init__(f"There is no parameter {names}; this call takes {takes}.")
        self.parameters = parameters

    def details(self):
        """Return the names of the unknown parameters."""
        return {"parameters": self.parameters}


class DeclaredParameters:
    """A view mixin: a query has only parameters that the view declares, each once.

    `query_parameters` has, by method, the serializer whose fields are the parameters; the
    entry for GET is also that of HEAD. A list adds those of its pages. The schema of the API
    describes the same fields. A preflight by OPTIONS reads nothing, so it refuses nothing.
    """

    query_parameters: Mapping[str, type[serializers.Serializer]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse unknown and repeated parameters, once the caller may make the call.

        Raises UnknownParameters or ValidationError.
        """
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        has_query = request.META.get("QUERY_STRING") and request.method != "OPTIONS"
        if has_query and hasattr(self, str(request.method).lower()):
            self._check_parameters(request)

    def read_query(self) -> dict[str, Any]:
        """Return the declared parameters of the query, validated. Raises ValidationError."""
        request: Request = self.request  # type: ignore[attr-defined]
        return read_input(self.query_parameters[_method(request)], request.query_params)

    def _check_parameters(self, request: Request) -> None:
        query = request.query_params
        serializer_class = self.query_parameters.get(_method(request))
        known = _names_of(serializer_class) | self._names_of_paging(request)
        if unknown := [name for name in query if name not in known]:
            raise UnknownParameters(unknown, known=known)
        repeated = {name for name, values in query.lists() if len(values) > 1}
        if once := sorted(repeated - _names_of_several(serializer_class)):
            raise serializers.ValidationError(dict.fromkeys(once, "Give it once."))

    def _names_of_paging(self, request: Request) -> frozenset[str]:
        pagination = getattr(self, "pagination_class", None)
        return frozenset(pagination.parameters if pagination and _method(request) == "GET" else ())


class APIView(DeclaredParameters, views.APIView):
    """The base class of the API's views."""


class ListAPIView(DeclaredParameters, generics.ListAPIView):
    """The base class of the API's lists, which come in pages."""


@cache
def _names_of(serializer_class: QueryClass) -> frozenset[str]:
    """Return the names of the parameters that a serializer reads; none without one."""
    return frozenset(serializer_class().fields if serializer_class else ())


@cache
def _names_of_several(serializer_class: QueryClass) -> frozenset[str]:
    """Return the names of the parameters that may come several times."""
    fields = serializer_class().fields.items() if serializer_class else ()
    several = (serializers.ListField, serializers.MultipleChoiceField)
    return frozenset(name for name, field in fields if isinstance(field, several))


def _method(request: Request) -> str:
    return "GET" if request.method == "HEAD" else str(request.method)
