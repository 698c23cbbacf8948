"""The command `create_api_token EMAIL… --scope S… [--create-users] [--name] [--days]`."""

from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.accounts.exceptions import InvalidAddresses, UnknownAddresses
from shop.accounts.models import ApiToken
from shop.accounts.tokens import issue_tokens
from shop.core.api.permissions import Scope
from shop.core.db.transactions import Busy, run_transaction

MAX_NAME_LENGTH = ApiToken._meta.get_field("name").max_length or 0


class Command(BaseCommand):
    help = (
        "Make a token of the REST API for each e-mail address and print them, one a line, in"
        " their order. Nobody can read them again. Any unknown address: no token is made."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the addresses, the scopes, and the options of the tokens."""
        parser.add_argument("emails", nargs="+", metavar="EMAIL")
        parser.add_argument(
            "--scope",
            action="append",
            required=True,
            choices=Scope.values,
            dest="scopes",
            help="what the tokens may do; give it several times for several scopes",
        )
        parser.add_argument(
            "--create-users",
            action="store_true",
            help="make a user without a password for an unknown address",
        )

        parser.add_argument("--name", default="", help="what the tokens are for")
        parser.add_argument(
            "--days", type=int, choices=range(1, 3651), metavar="N", help="until they expire"
        )

    def handle(
        self,
        *,
        emails: list[str],
        scopes: list[str],
        create_users: bool,
        name: str,
        days: int | None,
        **options,
    ) -> None:
        """Issue the tokens in one transaction and print them."""
        if len(name) > MAX_NAME_LENGTH:
            raise CommandError(f"A name has at most {MAX_NAME_LENGTH} characters.")
        try:
            tokens = run_transaction(
                issue_tokens,
                emails=emails,
                scopes=list(dict.fromkeys(scopes)),
                name=name,
                lifetime=timedelta(days=days) if days else None,
                may_create_users=create_users,
            )
        except (UnknownAddresses, InvalidAddresses) as refusal:
            raise CommandError(str(refusal)) from refusal
        except Busy as busy:
            raise CommandError("The users stayed locked for too long. Run it again.") from busy
        for token in tokens:
            self.stdout.write(token)
