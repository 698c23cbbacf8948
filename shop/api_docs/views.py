"""Views of the API as a whole: unknown addresses, and the pages of problem types."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from shop.api_docs.problem_examples import EXAMPLES, REQUEST_ID
from shop.core.api.errors import problem_body, problem_response
from shop.core.api.problems import PROBLEM_TYPES


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
