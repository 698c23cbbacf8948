"""The exception handler of the API: it renders each refusal as problem+json (RFC 9457)."""

from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost, PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions as drf
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from shop.core.api.field_errors import field_errors, summarize
from shop.core.api.problems import PROBLEM_TYPES
from shop.core.http import request_ids
from shop.core.refusals import Refusal

CONTENT_TYPE = "application/problem+json"

# The problem types of the exceptions that Django and DRF raise.
FRAMEWORK_ERRORS: dict[type[Exception], str] = {
    RequestDataTooBig: "too-large",
    Http404: "not-found",
    PermissionDenied: "permission-denied",
    drf.ParseError: "malformed-json",
    drf.NotAuthenticated: "not-authenticated",
    drf.AuthenticationFailed: "not-authenticated",
    drf.PermissionDenied: "permission-denied",
    drf.NotFound: "not-found",
    drf.MethodNotAllowed: "method-not-allowed",
    drf.NotAcceptable: "not-acceptable",
    drf.UnsupportedMediaType: "unsupported-media-type",
    drf.Throttled: "throttled",
    drf.ValidationError: "validation-error",
}


def problem_exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Render a refusal as problem+json; return None for a fault, which Django then handles."""
    name = problem_type_of(error)
    if not name:
        return None
    request = context["request"]
    request.accepted_renderer = JSONRenderer()  # also where the client accepts HTML only
    request.accepted_media_type = JSONRenderer.media_type
    body = problem_body(request, name, **_members(error, request))
    response = Response(body, status=body["status"], content_type=CONTENT_TYPE)
    for header, value in _headers(error).items():
        response[header] = value
    return response


def problem_type_of(error: Exception) -> str:
    """Return the problem type of an error, or an empty text for a fault."""
    if isinstance(error, Refusal):
        return error.code
    classes = type(error).mro()
    return next((FRAMEWORK_ERRORS[kind] for kind in classes if kind in FRAMEWORK_ERRORS), "")


def problem_body(request: HttpRequest | Request, name: str, *, detail: str, **fields: Any) -> dict:
    """Return the body of a problem of this type, with the refusal's own fields."""
    kind = PROBLEM_TYPES[name]
    return {
        "type": request.build_absolute_uri(f"/problems/{name}"),
        "title": kind.title,
        "status": kind.status,
        "detail": detail or kind.cause,
        "request_id": request_ids.current.get(),
        **fields,
    }


def problem_response(request: HttpRequest, name: str) -> JsonResponse:
    """Return a problem outside of the API's views, for a request that DRF has not parsed."""
    try:
        body = problem_body(request, name, detail="")
    except DisallowedHost:  # so no absolute address can be built
        kind = PROBLEM_TYPES[name]
        body = {
            "type": f"/problems/{name}",
            "title": kind.title,
            "status": kind.status,
            "detail": kind.cause,
            "request_id": request_ids.current.get(),
        }
    return JsonResponse(body, status=body["status"], content_type=CONTENT_TYPE)


def _members(error: Exception, request: Request) -> dict[str, Any]:
    match error:
        case drf.ValidationError():
            # A request of a safe method has no body, so its errors are in the query.
            errors = field_errors(error.detail, of_query=request.method in SAFE_METHODS)
            return {"detail": summarize(errors), "errors": errors}
        case drf.APIException():
            return {"detail": str(error.detail)}
        case Refusal():
            return {"detail": str(error), **error.details()}
        case RequestDataTooBig():
            return {"detail": "", "bytes": settings.DATA_UPLOAD_MAX_MEMORY_SIZE}
        case Http404():
            return {"detail": ""}
    return {"detail": str(error)}


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if isinstance(error, Refusal) and error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Refusal) and (limit := error.rate_limit):
        headers["RateLimit-Policy"] = f'"{limit.name}";q={limit.quota};w={limit.window}'
        headers["RateLimit"] = f'"{limit.name}";r=0;t={error.retry_after}'
    if challenge := getattr(error, "auth_header", None):  # set by DRF's view
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = f"{wait:.0f}"
    return headers
