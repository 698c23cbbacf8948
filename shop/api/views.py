"""What the API answers by itself: unknown addresses and the meaning of problems."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from shop.api.errors import plain_problem
from shop.api.problems import PROBLEM_TYPES


@csrf_exempt
def unknown_path(request: HttpRequest) -> HttpResponse:
    """Answer an address below /api/v1/ that is no route, whatever the method."""
    return plain_problem(request, "not-found")


def problem_page(request: HttpRequest, name: str) -> HttpResponse:
    """Explain a problem type: what causes it and what to do."""
    if name not in PROBLEM_TYPES:
        raise Http404
    return render(request, "problems/problem_detail.html", {"problem": PROBLEM_TYPES[name]})
