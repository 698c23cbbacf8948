"""The one table from refusals to problem+json (RFC 9457)."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost, PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions as drf
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from cart.exceptions import CartFull, LineRefused, OutOfStock, TooManyUnits
from catalog.edge import Busy
from catalog.exceptions import InsufficientStock, SkuExists
from catalog.streaming import TooManyStreams
from catalog.versions import Changed
from orders import exceptions as orders
from shop import request_ids
from shop.api.field_errors import field_errors, in_words
from shop.api.problems import PROBLEM_TYPES
from shop.bulk.exceptions import JobNotFound, JobOver, TooManyJobs
from shop.bulk.uploads import UploadTooLarge
from shop.events.exceptions import CursorExpired
from shop.webhooks import exceptions as webhooks
from warehouses import exceptions as warehouses

CONTENT_TYPE = "application/problem+json"

Fields = Callable[[Any], dict[str, Any]]


class KeyMissing(Exception):
    """An Idempotency-Key is required here."""


class InvalidKey(Exception):
    """The Idempotency-Key is empty or too long."""


class KeyReused(Exception):
    """The Idempotency-Key was used with another body."""


class KeyInUse(Exception):
    """Another request with this Idempotency-Key has not finished."""


class VersionMissing(Exception):
    """If-Match is required here."""


def _nothing(refusal: Exception) -> dict[str, Any]:
    return {}


def _line(refusal: LineRefused) -> dict[str, Any]:
    if isinstance(refusal, TooManyUnits):
        return {"item_id": refusal.item.pk, "wanted": refusal.wanted, "limit": refusal.limit}
    return {"item_id": refusal.item.pk, "stock": 0}


def _lines(refusal: LineRefused) -> list[dict[str, Any]]:
    """Every line that was refused, each with the problem that it would be by itself."""
    return [{**_line(one), "problem": REFUSALS[type(one)][0]} for one in refusal.all]


REFUSALS: dict[type[Exception], tuple[str, Fields]] = {
    OutOfStock: ("out-of-stock", lambda r: {**_line(r), "lines": _lines(r)}),
    TooManyUnits: ("too-many-units", lambda r: {**_line(r), "lines": _lines(r)}),
    CartFull: ("cart-full", lambda r: {"limit": r.limit}),
    InsufficientStock: (
        "insufficient-stock",
        lambda r: {"shortages": [asdict(shortage) for shortage in r.shortages]},
    ),
    SkuExists: ("sku-exists", lambda r: {"sku": r.sku}),
    orders.EmptyCart: ("empty-cart", _nothing),
    orders.TooManyHolds: ("too-many-holds", lambda r: {"limit": r.limit}),
    orders.NoHeldCheckout: ("no-held-checkout", _nothing),
    orders.CheckoutNotFound: ("not-found", _nothing),
    orders.CheckoutExpired: ("checkout-expired", _nothing),
    orders.OrderNotFound: ("not-found", _nothing),
    orders.OrderAlreadyShipped: ("order-already-shipped", _nothing),
    orders.NotThatMany: (
        "not-that-many",
        lambda r: {"item_id": r.item_id, "wanted": r.wanted, "left": r.left},
    ),
    warehouses.WarehouseOrderNotFound: ("not-found", _nothing),
    warehouses.OrderCancelled: ("order-cancelled", _nothing),
    warehouses.MoreThanPhysicalStock: (
        "insufficient-stock",
        lambda r: {"wanted": r.wanted, "left": r.left},
    ),
    warehouses.ReferenceConflict: (
        "reference-conflict",
        lambda r: {"received": r.movement.physical_change},
    ),
    warehouses.TooMuchStock: (
        "too-much-stock",
        lambda r: {"wanted": r.wanted, "limit": r.limit},
    ),
    warehouses.CountConflict: (
        "count-conflict",
        lambda r: {"expected": r.expected, "physical_stock": r.actual},
    ),
    warehouses.WarehouseExists: ("warehouse-exists", lambda r: {"code": r.code}),
    CursorExpired: ("cursor-expired", _nothing),
    webhooks.EndpointNotFound: ("not-found", _nothing),
    webhooks.DeliveryNotFound: ("not-found", _nothing),
    webhooks.TooManyEndpoints: ("too-many-webhooks", lambda r: {"limit": r.limit}),
    UploadTooLarge: ("too-large", lambda r: {"lines": r.lines, "bytes": r.bytes}),
    RequestDataTooBig: ("too-large", lambda r: {"bytes": settings.DATA_UPLOAD_MAX_MEMORY_SIZE}),
    JobNotFound: ("not-found", _nothing),
    TooManyJobs: ("too-many-jobs", lambda r: {"limit": r.limit}),
    JobOver: ("job-over", lambda r: {"job_status": r.status}),
    TooManyStreams: ("too-many-streams", _nothing),
    Busy: ("busy", _nothing),
    KeyMissing: ("idempotency-key-missing", _nothing),
    InvalidKey: ("invalid-idempotency-key", _nothing),
    KeyReused: ("idempotency-key-reused", _nothing),
    KeyInUse: ("idempotency-key-in-use", _nothing),
    VersionMissing: ("precondition-required", _nothing),
    Changed: ("precondition-failed", lambda r: {"etag": r.etag}),
    Http404: ("not-found", _nothing),
    PermissionDenied: ("permission-denied", _nothing),
    drf.ParseError: ("malformed-json", _nothing),
    drf.NotAuthenticated: ("not-authenticated", _nothing),
    drf.AuthenticationFailed: ("not-authenticated", _nothing),
    drf.PermissionDenied: ("permission-denied", _nothing),
    drf.NotFound: ("not-found", _nothing),
    drf.MethodNotAllowed: ("method-not-allowed", _nothing),
    drf.NotAcceptable: ("not-acceptable", _nothing),
    drf.UnsupportedMediaType: ("unsupported-media-type", _nothing),
    drf.Throttled: ("throttled", _nothing),
    drf.ValidationError: ("validation-error", _nothing),  # see _invalid
}

# Seconds after which a retry has a chance.
RETRY_AFTER = {"busy": 1, "idempotency-key-in-use": 1, "too-many-streams": 5}


def answer_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer a refusal as problem+json; what is not in the table is a fault and goes on."""
    known = next((REFUSALS[kind] for kind in type(error).mro() if kind in REFUSALS), None)
    if known is None:
        return None
    name, fields = known
    request = context["request"]
    request.accepted_renderer = JSONRenderer()  # also where a page was asked for
    request.accepted_media_type = JSONRenderer.media_type
    is_invalid = isinstance(error, drf.ValidationError)
    said = _invalid(error, request) if is_invalid else {"detail": _detail(error), **fields(error)}
    body = problem(request, name, **said)
    response = Response(body, status=body["status"], content_type=CONTENT_TYPE)
    for header, value in _headers(error, name).items():
        response[header] = value
    return response


def problem(request: HttpRequest | Request, name: str, *, detail: str, **fields: Any) -> dict:
    """Return the body of a problem of this type."""
    kind = PROBLEM_TYPES[name]
    return {
        "type": request.build_absolute_uri(f"/problems/{name}"),
        "title": kind.title,
        "status": kind.status,
        "detail": detail or kind.cause,
        "request_id": request_ids.current.get(),
        **fields,
    }


def plain_problem(request: HttpRequest, name: str) -> JsonResponse:
    """Answer outside the API's views, where nothing has been parsed yet."""
    try:
        body = problem(request, name, detail="")
    except DisallowedHost:  # then there is no host to build an address with
        kind = PROBLEM_TYPES[name]
        body = {
            "type": f"/problems/{name}",
            "title": kind.title,
            "status": kind.status,
            "detail": kind.cause,
            "request_id": request_ids.current.get(),
        }
    return JsonResponse(body, status=body["status"], content_type=CONTENT_TYPE)


def _invalid(error: Exception, request: Request) -> dict[str, Any]:
    """What only reads has no body, so its errors are in the query."""
    detail = getattr(error, "detail", None)
    errors = field_errors(detail, of_query=request.method in SAFE_METHODS)
    return {"detail": in_words(errors), "errors": errors}


def _detail(error: Exception) -> str:
    if isinstance(error, drf.APIException):
        return str(error.detail)
    return "" if isinstance(error, Http404 | RequestDataTooBig) else str(error)


def _headers(error: Exception, name: str) -> dict[str, str]:
    headers = {}
    if name in RETRY_AFTER:
        headers["Retry-After"] = str(RETRY_AFTER[name])
    if isinstance(error, orders.TooManyHolds):
        headers["Retry-After"] = str(error.retry_after)
        headers["RateLimit-Policy"] = f'"holds";q={error.limit};w=3600'
        headers["RateLimit"] = f'"holds";r=0;t={error.retry_after}'
    if challenge := getattr(error, "auth_header", None):  # set by DRF's view
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = f"{wait:.0f}"
    return headers
