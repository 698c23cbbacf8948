"""Post/Redirect/Get: the conventions of every page that changes something."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

# A path grows up to twelvefold when it is percent-encoded, and Django refuses long redirects.
MAX_PATH_LENGTH = 1000

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def redirect_unless_post(go_to: str) -> Callable[[View[P]], View[P]]:
    """Return a decorator that redirects any method but POST to the page with the form.

    A sign-in on the way, or a copied address, turns a POST into a GET.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method != "POST":
                return redirect(go_to)
            return view(request, *args, **kwargs)

        return answer

    return decorate


def next_path(request: HttpRequest, *, default: str) -> str:
    """Return the path in the posted field `next`, or the default if it is not on this site.

    Redirect to it with HttpResponseRedirect: `redirect` would also try it as a view's name.
    """
    page = request.POST.get("next", "")
    is_path = page.startswith("/") and len(page) <= MAX_PATH_LENGTH
    return page if is_path and url_has_allowed_host_and_scheme(page, None) else default
