"""Admin actions that ask before they act: a page of questions, then one verb for each row.

Every row is a transaction of its own. What is refused stays on the page with what was
typed and the reason; what was done is done and said.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model, QuerySet
from django.template.response import TemplateResponse

from shop.core.db.transactions import Busy, run_transaction

MAX_ROWS = 50


@dataclass(frozen=True)
class Confirmation:
    """What is asked once, what is asked for each row, and what is done with the answers.

    `act` calls one verb with a row, the answers and the user, and returns a sentence
    that says what happened. `name` is how a row is called on the page, `start_with` gives
    the answers that its form begins with.
    """

    title: str
    button: str
    act: Callable[[Any, Mapping[str, Any], Any], str]
    refusals: tuple[type[Exception], ...]
    ask_once: type[forms.Form] = forms.Form
    ask_each: type[forms.Form] = forms.Form
    start_with: Callable[[Any], dict[str, Any]] = lambda row: {}
    name: Callable[[Any], str] = str


def ask(question: Confirmation, model_admin, request, rows: QuerySet) -> TemplateResponse | None:
    """Show the page of questions, or act on its answers; None when nothing is left to ask."""
    chosen = list(rows.order_by("pk")[: MAX_ROWS + 1])
    if len(chosen) > MAX_ROWS:
        messages.error(request, f"Choose at most {MAX_ROWS} rows at a time.")
        return None
    answers = request.POST if "answered" in request.POST else None
    once = question.ask_once(answers)
    each = [(row, _form_for(row, question, answers)) for row in chosen]
    if answers is not None and once.is_valid() and all(form.is_valid() for _, form in each):
        each = [
            (row, form)
            for row, form in each
            if not _act(question, request, row, form, once.cleaned_data)
        ]
        if not each:
            return None
    return _page(question, model_admin, request, once, each)


def _form_for(row: Model, question: Confirmation, answers) -> forms.Form:
    start = question.start_with(row)
    return question.ask_each(answers, prefix=f"row-{row.pk}", initial=start)


def _act(question: Confirmation, request, row: Model, form: forms.Form, once: dict) -> bool:
    """Call the verb and say what it did, or note the refusal on the row's form."""
    try:
        said = run_transaction(question.act, row, {**once, **form.cleaned_data}, request.user)
    except question.refusals as refusal:
        form.add_error(None, in_words(refusal))
        return False
    except Busy:
        form.add_error(None, "Somebody else is changing this right now. Try again.")
        return False
    messages.success(request, said)
    return True


def in_words(refusal: Exception) -> str:
    """Return what a refusal says of itself, or else what its class stands for."""
    return str(refusal) or inspect.getdoc(type(refusal)) or type(refusal).__name__


def _page(
    question: Confirmation, model_admin, request, once: forms.Form, each: Sequence[tuple]
) -> TemplateResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": question.title,
        "button": question.button,
        "opts": model_admin.opts,
        "once": once,
        "each": [(row, question.name(row), form) for row, form in each],
        "action": request.POST["action"],
        "checkbox_name": ACTION_CHECKBOX_NAME,
        "media": model_admin.media + once.media,
    }
    return TemplateResponse(request, "admin/ask.html", context)
