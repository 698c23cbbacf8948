"""The pages of a user's own API tokens; another user's token is a 404."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from shop.accounts.exceptions import NameTaken, TooManyTokens
from shop.accounts.identity.step_up import did_not_prove, resume_forms, suspend
from shop.accounts.models import ApiToken
from shop.accounts.tokens import (
    MAX_TOKENS,
    issue_personal_token,
    revoke_tokens,
)
from shop.accounts.views.forms import SCOPE_LABELS, TokenForm
from shop.core.db.transactions import run_transaction
from shop.core.http.post_redirect import redirect_unless_post
from shop.core.security_log import Action, record

MAX_SHOWN = 100  # tokens in force first, then the latest that ended


@never_cache
@login_required
@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """Render the user's tokens and a form for a new one."""
    return _render_list(request, TokenForm(user=request.user))


@sensitive_variables("secret")
@resume_forms
@never_cache
@redirect_unless_post("tokens")
@login_required
def issue_token(request: HttpRequest) -> HttpResponse:
    """Issue a token and render its secret, without a redirect: only its hash is stored."""
    form = TokenForm(request.POST, user=request.user)
    if not form.is_valid():
        return _render_list(request, form)
    if did_not_prove(request):
        return suspend(request)
    try:
        secret = run_transaction(_issue_and_mail, request, **form.arguments)
    except NameTaken:
        form.add_error("name", _("You have a token of this name. Revoke it, or choose another."))
        return _render_list(request, form)
    except TooManyTokens:
        text = _("You have %(limit)d tokens, as many as there may be. Revoke one to make room.")
        form.add_error(None, text % {"limit": MAX_TOKENS})
        return _render_list(request, form)
    record(Action.TOKEN_CREATED, request=request)
    context = {"secret": secret, "name": form.cleaned_data["name"]}
    return render(request, "accounts/token_created.html", context)


@resume_forms
@login_required
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke one of the user's tokens. Raises Http404 for another's."""
    token = get_object_or_404(_own(request), pk=pk)
    if did_not_prove(request):
        return suspend(request)
    if request.method == "POST":
        run_transaction(_revoke_and_mail, request, token)
        record(Action.TOKEN_REVOKED, request=request, token=token.pk)
        messages.success(request, _("The token opens the door no longer."))
    return redirect("tokens")


@sensitive_variables("secret")
@transaction.atomic
def _issue_and_mail(request: HttpRequest, **arguments: Any) -> str:
    """Issue a token, mail its owner about it, and return its secret."""
    secret = issue_personal_token(user=request.user, **arguments)
    _mail(request, "accounts/mail/token_created", arguments["name"])
    return secret


@transaction.atomic
def _revoke_and_mail(request: HttpRequest, token: ApiToken) -> None:
    if revoke_tokens(token_ids=[token.pk]):
        _mail(request, "accounts/mail/token_revoked", token.name)


def _mail(request: HttpRequest, template: str, name: str) -> None:
    get_adapter(request).send_notification_mail(template, request.user, {"name": name})


def _own(request: HttpRequest):
    return ApiToken.objects.personal().filter(user=request.user.pk)


def _render_list(request: HttpRequest, form: TokenForm) -> HttpResponse:
    newest = F("revoked_at").asc(nulls_first=True), "-pk"
    own = _own(request).with_status().order_by(*newest)[:MAX_SHOWN]
    rows = [(token, [SCOPE_LABELS[scope] for scope in token.scopes]) for token in own]
    status = 422 if form.errors else 200
    return render(request, "accounts/token_list.html", {"rows": rows, "form": form}, status=status)
