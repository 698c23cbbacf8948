"""ETags: reading again only what is new, and changing only what was seen (RFC 9110, 13).

A tag is "VERSION.CONTENT" (shop.core.api.etags.Versioned). If-None-Match compares both.
If-Match compares the version alone, so that nobody fails to rename a lamp because one
was sold; the verb does it, behind its lock.
"""

from collections.abc import Collection
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.middleware.gzip import GZipMiddleware
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response

from shop.core.refusals import Refusal
from shop.core.versions import VersionMismatch, Versions, digest

ANY = "*"
GZIPPED = "-gzip"
KNOWN = "shop.core.api.known"  # where a request has its If-None-Match as it came


class VersionMissing(Refusal):
    """If-Match is required here."""

    code = "precondition-required"


class ConditionalRequests:
    """A view mixin: GET honours If-None-Match, and writes can honour If-Match.

    A write asks `self.expected_versions()` and hands them to its verb, which judges them
    behind its lock. `if_match` names the methods that do so, `if_match_required` those
    that are refused without the header. A view without a GET of its own says in
    `read_current` whose tag its writes judge.
    """

    if_match: Collection[str] = ()
    if_match_required: Collection[str] = ()

    def expected_versions(self) -> Versions:
        """Return the versions that If-Match names. A weak or malformed tag names none.

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
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        if request.method in {"GET", "HEAD"} and not response.exception:
            response.add_post_render_callback(_tag_by_content)
            if known := parse_etags(request.headers.get("If-None-Match", "")):
                response.add_post_render_callback(lambda full: _not_modified(full, known))
        return response

    def handle_exception(self, error: Exception) -> Response:
        if isinstance(error, VersionMismatch):
            error.etag = self._current_etag()
        return super().handle_exception(error)  # type: ignore[misc]

    def read_current(self) -> Response:
        """Answer the GET whose tag the writes judge. Raises Http404."""
        return self.get(self.request, **self.kwargs)  # type: ignore[attr-defined]

    def _current_etag(self) -> str | None:
        """Return the tag of now, or None if what was to be changed is no longer there."""
        try:
            shown = self.read_current()
        except Http404:
            return None
        return self.finalize_response(self.request, shown).render().get("ETag")  # type: ignore[attr-defined]


def _tag_by_content(response: HttpResponse) -> None:
    """Tag what has no version: it is what it says."""
    if "ETag" not in response:
        response["ETag"] = f'"{digest(response.content)}"'


def _not_modified(response: HttpResponse, known: list[str]) -> HttpResponse | None:
    """Put an empty answer in the place of one that the client has already."""
    tag = response.get("ETag", "")
    same = next((one for one in known if one == ANY or _weakly(one) == _weakly(tag)), None)
    if not tag or same is None:
        return None
    told = {"ETag": tag if same == ANY else same}
    if "Vary" in response:
        told["Vary"] = response["Vary"]
    return HttpResponseNotModified(headers=told)


def _weakly(tag: str) -> str:
    return tag.removeprefix("W/").strip('"').removesuffix(GZIPPED)


def _version(tag: str) -> str:
    return _weakly(tag).partition(".")[0]


class ETagGZipMiddleware(GZipMiddleware):
    """Compresses, and gives what it compressed a strong tag of its own.

    Django would weaken the tag, and a weak one never matches in If-Match: whoever accepts
    gzip, as most clients do unasked, could change nothing.
    """

    def process_request(self, request):
        """Outside the API nobody knows of such tags: views compare with the plain ones."""
        known = request.META.get("HTTP_IF_NONE_MATCH", "")
        if GZIPPED in known and not request.path.startswith("/api/"):
            request.META[KNOWN] = known
            request.META["HTTP_IF_NONE_MATCH"] = known.replace(f'{GZIPPED}"', '"')

    def process_response(self, request, response):
        """What came packed, as static files do, keeps the tag that its server compares."""
        if "Content-Encoding" in response:
            return response
        tag = response.get("ETag", "")
        packed = f'{tag[:-1]}{GZIPPED}"'
        if response.status_code == 304:  # nothing to compress, though it may be a stream
            is_packed = packed in request.META.get(KNOWN, "")
        else:
            response = super().process_response(request, response)
            is_packed = "Content-Encoding" in response
        if is_packed and tag.startswith('"'):
            response["ETag"] = packed
        return response


class Versioned(Response):
    """An answer that shows something of this version, with an ETag made of it.

    The tag is "VERSION.CONTENT", the latter a hash of all that is shown. What tells the
    time (`is_timeless` false) is never the same to the letter: its tag is a weak one.
    """

    def __init__(self, data: Any, version: str, *, is_timeless: bool = True, **kwargs: Any):
        super().__init__(data, **kwargs)
        self.version = version
        self.is_timeless = is_timeless
        self.add_post_render_callback(Versioned._set_tag)

    def _set_tag(self) -> None:
        whole = f'"{self.version}.{digest(self.content)}"'
        self["ETag"] = whole if self.is_timeless else f'W/"{self.version}"'
