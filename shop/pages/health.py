"""Health checks: liveness and readiness of this process.

`/livez` uses no service, so it only fails when the process itself hangs and needs a restart.
`/readyz` checks the database, the cache and the migrations; the operator (shop.core.http.operators)
reads what is wrong, a stranger only whether anything is, as it was up to a second ago.
"""

import time

from django.core.cache import cache
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shop.core.http.operators import is_operator

MEMORY_SECONDS = 1.0


@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Return a 200 while the process serves requests."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Return a 200 if every check passes, or a 503, with the reasons for the operator."""
    if is_operator(request):
        reasons = _find_reasons()
        details = {"reasons": reasons} if reasons else {}
    else:
        reasons, details = _recent_reasons(), {}
    status = {"status": "unavailable" if reasons else "ok", **details}
    return JsonResponse(status, status=503 if reasons else 200)


class _LastCheck:
    """The reasons of the last check for a stranger, which cost some statements."""

    reasons: list[str] = []
    until = 0.0  # of time.monotonic()


def _recent_reasons() -> list[str]:
    if time.monotonic() >= _LastCheck.until:
        _LastCheck.reasons = _find_reasons()
        _LastCheck.until = time.monotonic() + MEMORY_SECONDS
    return _LastCheck.reasons


def _find_reasons() -> list[str]:
    return _database_reasons() + _cache_reasons()


def _database_reasons() -> list[str]:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return ["The database does not answer."]
    names = ", ".join(str(migration) for migration, _ in missing[:5])
    return [f"Migrations are missing: {names}"] if missing else []


def _cache_reasons() -> list[str]:
    cache.set("readyz", "here", 10)
    return [] if cache.get("readyz") == "here" else ["The cache does not answer."]
