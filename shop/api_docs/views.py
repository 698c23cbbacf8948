"""What the API answers by itself: unknown addresses and the meaning of problems."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from shop.api_docs.problem_examples import EXAMPLES, REQUEST_ID
from shop.core.api.errors import problem_body, problem_response
from shop.core.api.problems import PROBLEM_TYPES


@csrf_exempt
def unknown_path(request: HttpRequest) -> HttpResponse:
    """Answer an address below /api/v1/ that is no route, whatever the method."""
    return problem_response(request, "not-found")


def problem_index(request: HttpRequest) -> HttpResponse:
    """List every problem type by its status."""
    kinds = sorted(PROBLEM_TYPES.values(), key=lambda kind: (kind.status, kind.name))
    return render(request, "problems/problem_index.html", {"problems": kinds})


def problem_page(request: HttpRequest, name: str) -> HttpResponse:
    """Explain a problem type: what causes it, what to do, and what it looks like."""
    if name not in PROBLEM_TYPES:
        raise Http404
    said = {
        "problem": PROBLEM_TYPES[name],
        "curl": EXAMPLES[name].curl.replace("$SHOP", _origin(request)),
        "body": json.dumps(example_of(request, name), indent=2),
    }
    return render(request, "problems/problem_detail.html", said)


def example_of(request: HttpRequest, name: str) -> dict:
    """Return the body of a problem as the API might answer it."""
    said = problem(request, name, detail="", **EXAMPLES[name].fields)
    return {**said, "request_id": REQUEST_ID}


def _origin(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").removesuffix("/")
