"""The status of every route for every caller, compared with the table in docs/access.md.

A new route without a line fails. `make access` writes the table, to be reviewed before it
is committed.
"""

import os
from pathlib import Path

import pytest
from django.conf import settings

from tests.shop.contract.access import statuses_by_route
from tests.shop.contract.world import schema

TABLE = Path(settings.BASE_DIR) / "docs/access.md"
HEAD = """\
# Who gets what answer

Every route, called with its example by everybody; a test makes these calls and compares.
The owner and the other shopper have a session and, for the API, a token of the scope
`shopper`; staff are superusers in a browser; the others have a token of one scope. What a
call needs beside the right (a body, a state) decides between 200, 409, 422 and the like.
`make access` writes this table.
"""


@pytest.mark.django_db
def test_every_caller_gets_the_status_in_the_table(settings):
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    table = list(statuses_by_route(schema()))

    text = as_markdown(table)
    if os.environ.get("ACCESS") == "write":
        TABLE.write_text(text)

    assert text.splitlines() == TABLE.read_text().splitlines()
    for kind, route, statuses in table:
        assert all(status < 500 for status in statuses.values()), route
        if kind == "Admin":
            assert_only_staff(route, statuses)


def assert_only_staff(route: str, statuses: dict[str, int]) -> None:
    """Check that every other caller is redirected to the sign-in or refused."""
    others = {status for caller, status in statuses.items() if caller != "staff"}
    is_open = route.split()[1] in {"/admin/login/", "/admin/jsi18n/"}
    assert is_open or others <= {302, 403, 404}, route


def as_markdown(table) -> str:
    """Return the text of docs/access.md."""
    lines = [HEAD]
    for kind in ("REST API", "Pages", "Admin"):
        rows = [(route, statuses) for row_kind, route, statuses in table if row_kind == kind]
        callers = list(rows[0][1])
        lines += [f"## {kind}\n", f"| route | {' | '.join(callers)} |"]
        lines.append("|---" * (len(callers) + 1) + "|")
        lines += [
            f"| `{route}` | {' | '.join(str(status) for status in statuses.values())} |"
            for route, statuses in rows
        ]
        lines.append("")
    return "\n".join(lines)
