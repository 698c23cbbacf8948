"""The page of a user's open sessions, where they are ended one by one or all."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shop.accounts.identity.open_sessions import end_others, end_session, list_sessions
from shop.core.db.transactions import run_transaction
from shop.core.http.post_redirect import redirect_unless_post
from shop.core.security_log import Action, record


@never_cache
@login_required
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Render the browsers in which the user is signed in."""
    own = list_sessions(user=request.user, current_key=request.session.session_key)
    return render(request, "accounts/session_list.html", {"sessions": own})


@redirect_unless_post("sessions")
@login_required
def sign_out_session(request: HttpRequest, name: str) -> HttpResponse:
    """End one of the user's sessions; a name that is none of theirs ends nothing."""
    count = run_transaction(end_session, user=request.user, name=name)
    record(Action.SESSIONS_ENDED, request=request, count=count)
    messages.success(request, _("That browser is signed out."))
    return redirect("sessions")


@redirect_unless_post("sessions")
@login_required
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End all sessions of the user, this one too."""
    count = run_transaction(end_others, user=request.user, current_key=request.session.session_key)
    record(Action.SESSIONS_ENDED, request=request, count=count + 1)
    logout(request)
    messages.success(request, _("You are signed out everywhere."))
    return redirect("account_login")
