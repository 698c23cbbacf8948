"""The command `reset_second_factors EMAIL`, for the last superuser who lost a phone."""

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.accounts.models import User
from shop.accounts.sessions import end_sessions
from shop.core.db.transactions import run_transaction
from shop.core.security_log import Action, record


class Command(BaseCommand):
    help = (
        "Remove the second factors of one user and end the user's sessions. Staff who have a"
        " colleague left use the action of the same name in the admin, which mails the user."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the address of the user."""
        parser.add_argument("email", metavar="EMAIL")

    def handle(self, *, email: str, **options) -> None:
        """Remove the factors and print their number."""
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"There is no user {email}.")
        factors = Authenticator.objects.filter(user=user)
        count, _ = run_transaction(factors.delete)
        run_transaction(end_sessions, user_id=user.pk)
        record(Action.SECOND_FACTOR_CHANGED, user_id=user.pk, change="removed", author="operator")
        self.stdout.write(f"{count} second factors of {email} were removed.")
