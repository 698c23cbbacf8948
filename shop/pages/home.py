"""The front door, and the pictures when they lie in a local folder."""

import errno

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_safe
from django.views.static import serve

from catalog.pictures.storing import cache_control
from catalog.storefront.browsing import departments, popular_items

PLACEHOLDER = settings.BASE_DIR / "static" / "placeholder.svg"
# A picture may be an SVG that somebody put there: it is shown, and can do nothing.
HARMLESS = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The search box, the departments below it, and what sells."""
    said = {"departments": departments(), "popular": popular_items(), "here": request.path}
    return render(request, "home.html", said)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look when a page does not say, as those of the admin."""
    return redirect(static("favicon.svg"))


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A stored file; where there is none, the drawn picture that stands for any."""
    try:
        answer = _stored(request, path)
        answer["Cache-Control"] = cache_control(path)
    except Http404:
        answer = FileResponse(PLACEHOLDER.open("rb"), status=404)
    answer["Content-Security-Policy"] = HARMLESS
    return answer


def _stored(request: HttpRequest, path: str) -> HttpResponseBase:
    try:
        return serve(request, path, document_root=str(settings.MEDIA_ROOT))
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:  # no file can have that name
            raise Http404 from error
        raise
