"""The page on which users download their own data."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from shop.accounts.identity.step_up import did_not_prove, step_up_if
from shop.accounts.personal_data.export import export_personal_data
from shop.core.http.streaming import stream_response
from shop.core.security_log import Action, record

FILE_NAME = "my-data.json"


@never_cache
@login_required
@step_up_if(did_not_prove)
@require_http_methods(["GET", "HEAD", "POST"])
def personal_data(request: HttpRequest) -> HttpResponseBase:
    """Render what the file has, or send it after a recent proof of identity."""
    if request.method != "POST":
        return render(request, "accounts/personal_data.html")
    user: Any = request.user
    parts = export_personal_data(user)
    response = stream_response(parts, content_type="application/json", user_id=user.pk)
    response["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    record(Action.DATA_EXPORTED, request=request, what="own data")
    return response
