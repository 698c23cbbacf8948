"""Step-up: what outlives a session needs a proof of identity from the last minutes.

A form that comes without such a proof is not lost: its fields, without passwords, wait in the
session while the user proves who they are, and are then sent once more to the same page. The
pages that ask for the proof are allauth's.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import (
    did_recently_reauthenticate,
    stash_and_reauthenticate,
)
from allauth.account.utils import get_next_redirect_url
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.http import urlencode

from shop.accounts.session_lifetime import LOGIN_KEY

View = Callable[..., Any]

FORM_KEY = "step_up_form"  # of the session's data
MAX_FORM_LENGTH = 32_000  # a longer form is typed again; it would be kept in the session
FORM_SECONDS = 15 * 60
STAFF_SECONDS = 15 * 60


def step_up_if(needs_proof: Callable[[HttpRequest], bool]) -> Callable[[View], View]:
    """Return a decorator that asks for a proof of identity where `needs_proof` says so."""

    def decorate(view: View) -> View:
        @resume_forms
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and needs_proof(request):
                return suspend(request)
            return view(request, *args, **kwargs)

        return answer

    return decorate


def resume_forms(view: View) -> View:
    """Decorate a page that suspends forms, so that it takes them up again."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        resend_form(request)
        return view(request, *args, **kwargs)

    return answer


def did_not_prove(request: HttpRequest) -> bool:
    """Return whether a request would change something, without a recent proof of identity.

    A sign-in does not count: who stole a session just after it must not pass.
    """
    return request.method == "POST" and not did_recently_reauthenticate(request)


def did_staff_not_prove(request: HttpRequest) -> bool:
    """Return whether a POST of staff comes later than STAFF_SECONDS after a proof or sign-in."""
    return request.method == "POST" and time.time() >= _last_proof(request) + STAFF_SECONDS


def suspend(request: HttpRequest) -> HttpResponse:
    """Keep the form in the session and redirect to the page that asks who the user is."""
    path = request.get_full_path()
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    if not methods:  # without password or factor nobody can prove anything but a new sign-in
        return HttpResponseRedirect(path)
    state = {"path": path, "fields": _fields_to_keep(request), "at": time.time()}
    stash_and_reauthenticate(request, state, f"{__name__}.resume")
    return HttpResponseRedirect(f"{methods[0]['url']}?{urlencode({'next': path})}")


def resume(request: HttpRequest, state: dict[str, Any]) -> HttpResponse:
    """Redirect to the page that was suspended, which then sends its form once more.

    allauth calls this after the proof. A form that was left for another page is forgotten.
    """
    path = get_next_redirect_url(request) or state["path"]
    if path == state["path"] and state["fields"]:
        request.session[FORM_KEY] = state
    return HttpResponseRedirect(path)


def resend_form(request: HttpRequest) -> None:
    """Turn the GET that follows a proof of identity into the POST that was suspended.

    Its CSRF token was judged when it came first.
    """
    if request.method != "GET" or FORM_KEY not in request.session:
        return
    state = request.session.pop(FORM_KEY)
    is_recent = time.time() < state["at"] + FORM_SECONDS
    if is_recent and state["path"] == request.get_full_path():
        request.method = request.META["REQUEST_METHOD"] = "POST"
        request.POST = QueryDict(state["fields"])


def _last_proof(request: HttpRequest) -> float:
    """Return the time of the last sign-in or proof of identity in this session, or 0."""
    records = get_authentication_records(request, request.user)
    proofs = [record["at"] for record in records if record.get("reauthenticated")]
    return max([request.session.get(LOGIN_KEY, {}).get("at", 0), *proofs])


def _fields_to_keep(request: HttpRequest) -> str:
    """Return the form's fields, encoded, without passwords; nothing if they are too long."""
    fields = request.POST.copy()
    for name in list(fields):
        if "password" in name or name == "csrfmiddlewaretoken":
            del fields[name]
    encoded = fields.urlencode()
    return encoded if len(encoded) <= MAX_FORM_LENGTH else ""
