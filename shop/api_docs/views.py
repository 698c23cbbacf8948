"""Views of the API as a whole: its description, unknown paths, the pages of problem types."""

import json

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers

from shop.api_docs.problem_examples import EXAMPLES, REQUEST_ID
from shop.core.api.errors import problem_body, problem_response
from shop.core.api.problems import PROBLEM_TYPES
from shop.core.api.query_parameters import DeclaredParameters


class SchemaQuery(serializers.Serializer):
    """The parameters that drf-spectacular reads; the shop has one language and one version."""

    lang = serializers.CharField(required=False)
    version = serializers.CharField(required=False)


class SchemaView(DeclaredParameters, SpectacularJSONAPIView):
    """The OpenAPI schema. It needs no token, and an invalid token is no error here."""

    query_parameters = {"GET": SchemaQuery}
    authentication_classes = ()
    permission_classes = ()


# Swagger UI writes its own styles.
@method_decorator(csp_update({"style-src": [SELF, UNSAFE_INLINE]}), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """The page of Swagger UI. It needs no token, and an invalid token is no error here."""

    url_name = "api:schema"
    http_method_names = ["get", "head"]
    authentication_classes = ()
    permission_classes = ()


@csrf_exempt
def unknown_path(request: HttpRequest) -> HttpResponse:
    """Return a 404 problem for an address below /api/ that is no route, for any method."""
    return problem_response(request, "not-found")


def problem_index(request: HttpRequest) -> HttpResponse:
    """Render the list of problem types, grouped by status."""
    kinds = sorted(PROBLEM_TYPES.values(), key=lambda kind: (kind.status, kind.name))
    return render(request, "problems/problem_index.html", {"problems": kinds})


def problem_page(request: HttpRequest, name: str) -> HttpResponse:
    """Render a problem type: its cause, its fix, a call to try and the body of the response."""
    if name not in PROBLEM_TYPES:
        raise Http404
    context = {
        "problem": PROBLEM_TYPES[name],
        "curl": EXAMPLES[name].curl.replace("$SHOP", _origin(request)),
        "body": json.dumps(example_of(request, name), indent=2),
    }
    return render(request, "problems/problem_detail.html", context)


def example_of(request: HttpRequest, name: str) -> dict:
    """Return an example of the body of a problem."""
    body = problem_body(request, name, detail="", **EXAMPLES[name].fields)
    return {**body, "request_id": REQUEST_ID}


def _origin(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").removesuffix("/")
