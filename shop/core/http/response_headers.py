"""Headers of every response: who may keep it, embed it, and what its page may use.

`no-store` on everything personal keeps it off the disks of browsers and proxies. An answer of
the API with an ETag is `private, no-cache` instead for a caller with a token: its client may
keep it to ask again with If-None-Match (a 304), and `no-store` would end that.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PERSONAL_PATHS = ("/accounts/", "/orders/", "/cart/", "/checkout/", "/admin/")
NOT_KEPT = "private, no-store"
ASKED_AGAIN = "private, no-cache"
# Powers of a browser that no page of the shop uses; passkeys are not among them.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "autoplay", "bluetooth", "browsing-topics", "camera"),
        *("display-capture", "geolocation", "gyroscope", "hid", "idle-detection"),
        *("local-fonts", "magnetometer", "microphone", "midi", "payment", "serial"),
        *("usb", "xr-spatial-tracking"),
    )
)


class ResponseHeaders:
    """A middleware that sets Cache-Control where no view has, and headers against embedding.

    Cross-Origin-Opener-Policy is that of Django's SecurityMiddleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers that the response lacks."""
        response = self.get_response(request)
        is_picture = request.path.startswith(f"/{settings.MEDIA_URL.strip('/')}/")
        origins = "cross-origin" if is_picture else "same-origin"  # other sites show our pictures
        response.setdefault("Cross-Origin-Resource-Policy", origins)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if "no-store" not in response.get("Cache-Control", "") and (
            policy := _cache_policy(request, response)
        ):
            response["Cache-Control"] = policy
        return response


def _cache_policy(request: HttpRequest, response: HttpResponse) -> str:
    """Return the Cache-Control of a personal response, or an empty text for any other."""
    if request.path.startswith(PERSONAL_PATHS):
        return NOT_KEPT
    if "Cache-Control" in response:  # a view knows better, for what is the same for everybody
        return ""
    if request.path.startswith("/api/"):
        return _api_policy(request, response)
    session = getattr(request, "session", None)
    return ASKED_AGAIN if session is not None and session.accessed else ""


def _api_policy(request: HttpRequest, response: HttpResponse) -> str:
    if settings.SESSION_COOKIE_NAME in request.COOKIES:  # a browser, whose user others may follow
        return NOT_KEPT
    if "Authorization" not in request.headers:
        return ""
    return ASKED_AGAIN if "ETag" in response else NOT_KEPT
