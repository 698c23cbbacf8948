"""The home page, the favicon, and the pictures in a local folder."""

import errno

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_safe
from django.views.static import serve

from catalog.pictures.storage import cache_control
from catalog.storefront.browsing import categories, popular_items

PLACEHOLDER = settings.BASE_DIR / "static" / "placeholder.svg"
# A picture may be an SVG file from outside; this policy keeps it from running a script.
INERT_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Render the search box, the departments and the popular items."""
    context = {"departments": categories(), "popular": popular_items(), "here": request.path}
    return render(request, "home.html", context)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Redirect to the icon, for pages that name none, as those of the admin."""
    return redirect(static("favicon.svg"))


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve a stored picture, or the placeholder with status 404."""
    try:
        response = _serve_stored(request, path)
        response["Cache-Control"] = cache_control(path)
    except Http404:
        response = FileResponse(PLACEHOLDER.open("rb"), status=404)
    response["Content-Security-Policy"] = INERT_POLICY
    return response


def _serve_stored(request: HttpRequest, path: str) -> HttpResponseBase:
    try:
        return serve(request, path, document_root=str(settings.MEDIA_ROOT))
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:  # no file can have that name
            raise Http404 from error
        raise
