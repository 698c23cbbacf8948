"""Admin actions with a confirmation page: a form for all rows, a form for each row, one verb a row.

Every row is a transaction of its own. A refused row stays on the page, with the input and
the reason of the refusal; a row that succeeded leaves the page with a success message. A page
that is sent twice acts once on each row.
"""

import inspect
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.db.models import Model, QuerySet
from django.template.response import TemplateResponse

from shop.core.authors import Author, author_of
from shop.core.db.advisory_locks import serialize_on
from shop.core.db.transactions import Busy, run_transaction
from shop.core.models import IdempotencyRecord

MAX_ROWS = 50
SENT_TWICE = "This was done already: the page was sent twice. Send it again to do it once more."


class SentTwice(Exception):
    """The same page has acted on the row before."""


class PageForm(forms.Form):
    """The key of a confirmation page, which is new each time that it is shown."""

    page = forms.UUIDField(required=False, widget=forms.HiddenInput)


class RowForm(forms.Form):
    """A form about one row, whose fields may depend on it."""

    def __init__(self, *args: Any, row: Model, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.row = row


@dataclass(frozen=True)
class Confirmation:
    """The forms of a confirmation page, and the verb that runs for each row.

    `act` calls one verb with a row, the cleaned data of both forms and the author, and
    returns a sentence for the success message. `refusals` are the exceptions of the verb
    that are shown on the row's form. `shared_form` is the form for all rows together,
    `row_form` the form of each row, which a RowForm gets; `initial` returns the initial values
    of a row's form, and `name` the title of a row on the page.
    """

    title: str
    button: str
    act: Callable[[Any, Mapping[str, Any], Author], str]
    refusals: tuple[type[Exception], ...]
    shared_form: type[forms.Form] = forms.Form
    row_form: type[forms.Form] = forms.Form
    initial: Callable[[Any], dict[str, Any]] = lambda row: {}
    name: Callable[[Any], str] = str


def confirm_and_act(
    confirmation: Confirmation, model_admin, request, rows: QuerySet
) -> TemplateResponse | None:
    """Render the confirmation page, or act on its submitted forms.

    Returns None when every row is done, or when there are more than MAX_ROWS rows.
    """
    selected = list(rows.order_by("pk")[: MAX_ROWS + 1])
    if len(selected) > MAX_ROWS:
        messages.error(request, f"Choose at most {MAX_ROWS} rows at a time.")
        return None
    submitted = request.POST if "confirmed" in request.POST else None
    shared_form = confirmation.shared_form(submitted)
    row_forms = [(row, _form_for(row, confirmation, submitted)) for row in selected]
    if submitted is not None and _are_valid(shared_form, row_forms):
        row_forms = [
            row_form
            for row_form in row_forms
            if not _act(confirmation, model_admin, request, row_form, shared_form.cleaned_data)
        ]
        if not row_forms:
            return None
    return _page(confirmation, model_admin, request, shared_form, row_forms)


def _form_for(row: Model, confirmation: Confirmation, submitted) -> forms.Form:
    options: dict[str, Any] = {"prefix": f"row-{row.pk}", "initial": confirmation.initial(row)}
    if issubclass(confirmation.row_form, RowForm):
        options["row"] = row
    return confirmation.row_form(submitted, **options)


def _are_valid(shared_form: forms.Form, row_forms: Sequence[tuple]) -> bool:
    return shared_form.is_valid() and all(form.is_valid() for _, form in row_forms)


def _act(
    confirmation: Confirmation,
    model_admin,
    request,
    row_form: tuple[Model, forms.Form],
    shared: Mapping[str, Any],
) -> bool:
    """Call the verb, log it and add its success message, or add the refusal to the row's form."""
    row, form = row_form
    inputs = {**shared, **form.cleaned_data}

    @transaction.atomic
    def act() -> str:
        _act_once(request, row)
        message = confirmation.act(row, inputs, author_of(request))
        model_admin.log_change(request, row, message)
        return message

    try:
        message = run_transaction(act)
    except confirmation.refusals as refusal:
        form.add_error(None, describe_refusal(refusal))
        return False
    except SentTwice:
        form.add_error(None, SENT_TWICE)
        return False
    except Busy:
        form.add_error(None, "Somebody else is changing this right now. Try again.")
        return False
    messages.success(request, message)
    return True


def _act_once(request, row: Model) -> None:
    """Record in the transaction of the verb that a page acts on a row. Raises SentTwice."""
    page_form = PageForm(request.POST)
    if not page_form.is_valid() or not (page := page_form.cleaned_data["page"]):
        return
    record = {
        "caller": f"user {request.user.pk}",
        "route": f"POST {request.path}"[:200],
        "key": f"{page} {row.pk}",
    }
    serialize_on("\n".join(record.values()))
    if IdempotencyRecord.objects.filter(**record).exists():
        raise SentTwice
    IdempotencyRecord.objects.create(**record, fingerprint="", status=200, body="")


def describe_refusal(refusal: Exception) -> str:
    """Return the message of a refusal, or else the docstring of its class."""
    return str(refusal) or inspect.getdoc(type(refusal)) or type(refusal).__name__


def _page(
    confirmation: Confirmation,
    model_admin,
    request,
    shared_form: forms.Form,
    row_forms: Sequence[tuple],
) -> TemplateResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": confirmation.title,
        "button": confirmation.button,
        "opts": model_admin.opts,
        "page_form": PageForm(initial={"page": uuid.uuid4()}),
        "shared_form": shared_form,
        "row_forms": [(row, confirmation.name(row), form) for row, form in row_forms],
        "action": request.POST["action"],
        "checkbox_name": ACTION_CHECKBOX_NAME,
        "media": model_admin.media + shared_form.media,
    }
    return TemplateResponse(request, "admin/confirm_action.html", context)
