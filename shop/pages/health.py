"""Health checks: liveness and readiness of this process.

`/livez` uses no service, so it only fails when the process itself hangs and needs a restart.
`/readyz` checks the database, the cache and the migrations, and lists the failures.
"""

from django.core.cache import cache
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Return a 200 while the process serves requests."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Return a 200 if every check passes, or a 503 with the reasons."""
    reasons = _database_reasons() + _cache_reasons()
    status = {"status": "unavailable", "reasons": reasons} if reasons else {"status": "ok"}
    return JsonResponse(status, status=503 if reasons else 200)


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
