"""Conditional requests: ETags, If-None-Match and If-Match (RFC 9110, section 13).

A tag is "VERSION.CONTENT" (shop.core.api.etags.Versioned). If-None-Match compares both
parts. If-Match compares the version alone, so that a sale of a lamp does not keep a clerk
from renaming it; the verb makes that comparison after it has the lock.
"""

from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.middleware.gzip import GZipMiddleware
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response

from shop.core.optimistic_locking import VersionMismatch, Versions, digest
from shop.core.refusals import Refusal

ANY = "*"
GZIP_SUFFIX = "-gzip"
# The key in request.META of the If-None-Match header as the client sent it.
SENT_ETAGS = "shop.core.api.sent_etags"


class VersionMissing(Refusal):
    """The request needs an If-Match header and has none."""

    code = "precondition-required"


class ConditionalRequests:
    """A view mixin: GET honours If-None-Match, and writes can honour If-Match.

    A write passes `self.expected_versions()` to its verb, which compares them after it has
    the lock. `if_match` names the methods that do so, `if_match_required` those that need
    the header. A view without a GET of its own overrides `read_current`, which returns the
    response whose tag If-Match names.
    """

    if_match: Collection[str] = ()
    if_match_required: Collection[str] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a write without its If-Match before anything else of it is judged."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        if request.method in self.if_match_required:
            method = str(request.method).lower()
            setattr(self, method, partial(self._write_if_match, getattr(self, method)))

    def _write_if_match(
        self, write: Callable[..., Response], *args: Any, **kwargs: Any
    ) -> Response:
        self.expected_versions()
        return write(*args, **kwargs)

    def expected_versions(self) -> Versions:
        """Return the versions in If-Match, without weak and malformed tags; None for any version.

        Raises VersionMissing.
        """
        request: Request = self.request  # type: ignore[attr-defined]
        header = request.headers.get("If-Match")
        if header is None and request.method in self.if_match_required:
            raise VersionMissing
        if header is None or header.strip() == ANY:
            return None
        return {_version(tag) for tag in parse_etags(header) if not tag.startswith("W/")}

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Set the ETag of a read, and reduce it to a 304 if the client has it already."""
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        if request.method in {"GET", "HEAD"} and not response.exception:
            response.add_post_render_callback(_tag_by_content)
            if etags := parse_etags(request.headers.get("If-None-Match", "")):
                response.add_post_render_callback(lambda full: _not_modified(full, etags))
        return response

    def handle_exception(self, error: Exception) -> Response:
        """Add the current ETag to a VersionMismatch before it becomes a response."""
        if isinstance(error, VersionMismatch):
            error.etag = self._current_etag()
        return super().handle_exception(error)  # type: ignore[misc]

    def read_current(self) -> Response:
        """Return the response to the GET whose tag If-Match names. Raises Http404."""
        return self.get(self.request, **self.kwargs)  # type: ignore[attr-defined]

    def _current_etag(self) -> str | None:
        """Return the current tag, or None if the resource no longer exists."""
        try:
            current = self.read_current()
        except (Http404, Refusal):
            return None
        return self.finalize_response(self.request, current).render().get("ETag")  # type: ignore[attr-defined]


def _tag_by_content(response: HttpResponse) -> None:
    """Set an ETag that is a hash of the content, on a response without a version."""
    if "ETag" not in response:
        response["ETag"] = f'"{digest(response.content)}"'


def _not_modified(response: HttpResponse, etags: list[str]) -> HttpResponse | None:
    """Return a 304 that replaces the response, or None if no tag of the client matches."""
    current = response.get("ETag", "")
    match = next((tag for tag in etags if tag == ANY or _opaque(tag) == _opaque(current)), None)
    if not current or match is None:
        return None
    headers = {"ETag": current if match == ANY else match}
    if "Vary" in response:
        headers["Vary"] = response["Vary"]
    return HttpResponseNotModified(headers=headers)


def _opaque(tag: str) -> str:
    """Return the text of a tag for a weak comparison: without W/, quotes and gzip's suffix."""
    return tag.removeprefix("W/").strip('"').removesuffix(GZIP_SUFFIX)


def _version(tag: str) -> str:
    return _opaque(tag).partition(".")[0]


class ETagGZipMiddleware(GZipMiddleware):
    """A gzip middleware that gives each compressed response a strong tag of its own.

    Django would weaken the tag, and a weak tag never matches in If-Match: a client that
    accepts gzip, as most do by default, could change nothing.
    """

    def process_request(self, request):
        """Remove gzip's suffix from If-None-Match outside of the API.

        The views of pages compare with the tags of uncompressed responses.
        """
        etags = request.META.get("HTTP_IF_NONE_MATCH", "")
        if GZIP_SUFFIX in etags and not request.path.startswith("/api/"):
            request.META[SENT_ETAGS] = etags
            request.META["HTTP_IF_NONE_MATCH"] = etags.replace(f'{GZIP_SUFFIX}"', '"')

    def process_response(self, request, response):
        """Compress the response, and add gzip's suffix to its strong tag.

        A response that is compressed already, such as a static file, keeps the tag that its
        own server compares.
        """
        if "Content-Encoding" in response:
            return response
        tag = response.get("ETag", "")
        gzip_tag = f'{tag[:-1]}{GZIP_SUFFIX}"'
        if response.status_code == 304:  # nothing to compress, though it may be a stream
            is_compressed = gzip_tag in request.META.get(SENT_ETAGS, "")
        else:
            response = super().process_response(request, response)
            is_compressed = "Content-Encoding" in response
        if is_compressed and tag.startswith('"'):
            response["ETag"] = gzip_tag
        return response


class Versioned(Response):
    """A response whose ETag names the version of its resource.

    The tag is "VERSION.CONTENT", where CONTENT is a hash of the body. The body of a response
    that contains the current time (`is_timeless` false) always differs: its tag is
    W/"VERSION", a weak one.
    """

    def __init__(self, data: Any, version: str, *, is_timeless: bool = True, **kwargs: Any):
        super().__init__(data, **kwargs)
        self.version = version
        self.is_timeless = is_timeless
        self.add_post_render_callback(Versioned._set_tag)

    def _set_tag(self) -> None:
        strong = f'"{self.version}.{digest(self.content)}"'
        self["ETag"] = strong if self.is_timeless else f'W/"{self.version}"'
