"""ETags: reading again only what is new, and changing only what was seen (RFC 9110, 13).

A tag is "VERSION.CONTENT" (catalog.serializers.Versioned). If-None-Match compares both.
If-Match compares the version alone, so that nobody fails to rename a lamp because one
was sold; the verb does it, behind its lock.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.middleware.gzip import GZipMiddleware
from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.versions import Changed, Versions, digest
from shop.api.errors import VersionMissing
from shop.api.idempotency import WRITES

ANY = "*"
GZIPPED = "-gzip"
KNOWN = "shop.api.known"  # where a request has its If-None-Match as it came
IF_MATCH = "Only if it still has one of these ETags."
IF_NONE_MATCH = "Answer 304 if it still has one of these ETags."


def conditional(
    view_class: Any, *, shows: Any = None, requires: tuple[str, ...] = ()
) -> type[APIView]:
    """Return the view honouring If-None-Match and, in writes that take `expected`, If-Match.

    `requires` names the writes that are refused without. `shows` is the view whose GET
    gives the tag that they judge, if it is not this one.
    """
    methods: dict[str, Any] = {
        name: _changed_as_seen(
            getattr(view_class, name), shows or view_class, is_required=name in requires
        )
        for name in WRITES
        if _takes(getattr(view_class, name, None), "expected")
    }
    if hasattr(view_class, "get"):
        methods["get"] = _read_if_new(view_class.get)
    methods["__doc__"] = view_class.__doc__
    return type(view_class.__name__, (view_class,), methods)


def _read_if_new(get: Callable[..., Response]) -> Callable[..., Response]:
    @extend_schema(parameters=[_header("If-None-Match", IF_NONE_MATCH)])
    @wraps(get)
    def get_if_new(self: APIView, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = get(self, request, *args, **kwargs)
        response.add_post_render_callback(_tagged_by_content)
        if known := parse_etags(request.headers.get("If-None-Match", "")):
            response.add_post_render_callback(lambda full: _not_modified(full, known))
        return response

    return get_if_new


def _changed_as_seen(
    write: Callable[..., Response], shows: type[APIView], *, is_required: bool
) -> Callable[..., Response]:
    @extend_schema(parameters=[_header("If-Match", IF_MATCH, is_required)])
    @wraps(write)
    def write_if_as_seen(self: APIView, request: Request, *args: Any, **kwargs: Any) -> Response:
        expected = _expected(request, is_required)
        try:
            return write(self, request, *args, expected=expected, **kwargs)
        except Changed as refusal:
            refusal.etag = _tag_now(self, shows, request, kwargs)
            raise

    return write_if_as_seen


def _expected(request: Request, is_required: bool) -> Versions:
    """The versions that If-Match names. A weak or malformed tag names none."""
    given = request.headers.get("If-Match")
    if given is None and is_required:
        raise VersionMissing
    if given is None or given.strip() == ANY:
        return None
    return {_version(tag) for tag in parse_etags(given) if not tag.startswith("W/")}


def _tagged_by_content(response: HttpResponse) -> None:
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


def _tag_now(view: APIView, shows: Any, request: Request, kwargs: dict[str, Any]) -> str | None:
    """Read again what was to be changed; None if it is no longer there."""
    named = {name: value for name, value in kwargs.items() if _takes(shows.get, name)}
    try:
        shown = shows().get(request, **named)
    except Http404:
        return None
    return view.finalize_response(request, shown).render().get("ETag")


def _takes(method: Callable[..., Any] | None, name: str) -> bool:
    return method is not None and name in inspect.signature(method).parameters


def _weakly(tag: str) -> str:
    return tag.removeprefix("W/").strip('"').removesuffix(GZIPPED)


def _version(tag: str) -> str:
    return _weakly(tag).partition(".")[0]


def _header(name: str, description: str, required: bool = False) -> OpenApiParameter:
    return OpenApiParameter(
        name, str, OpenApiParameter.HEADER, required=required, description=description
    )


class GZip(GZipMiddleware):
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
