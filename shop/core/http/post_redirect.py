"""What every page that changes something has in common: it is posted, then goes elsewhere."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

# Percent-encoded it grows up to twelvefold, and a longer redirect Django refuses.
MAX_PATH_LENGTH = 1000

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def only_by_post(go_to: str) -> Callable[[View[P]], View[P]]:
    """Answer anything but POST by going to the page that has the form.

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


def where_from(request: HttpRequest, *, default: str) -> str:
    """The path of the page that the posted form says it stands on, if it is one of ours.

    Go there with HttpResponseRedirect: `redirect` would also try it as the name of a view.
    """
    page = request.POST.get("next", "")
    is_path = page.startswith("/") and len(page) <= MAX_PATH_LENGTH
    return page if is_path and url_has_allowed_host_and_scheme(page, None) else default
