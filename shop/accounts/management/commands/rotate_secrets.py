"""The command `rotate_secrets`, between a new key in SECRETS_KEYS and the end of the old one."""

from django.core.management.base import BaseCommand, CommandError

from shop.accounts.identity.second_factor import reencrypt_factors
from shop.core.db.encryption import KeyLost, reencrypt_columns
from shop.core.db.transactions import Busy


class Command(BaseCommand):
    help = (
        "Encrypt every stored secret anew with the first of SECRETS_KEYS: those of webhooks,"
        " and the seeds of second factors. The shop may run meanwhile, with both keys."
    )

    def handle(self, **options) -> None:
        """Write the secrets anew and print their number."""
        try:
            count = reencrypt_columns() + reencrypt_factors()
        except KeyLost as lost:
            raise CommandError(f"{lost} Add the key that wrote it, at the end.") from lost
        except Busy as busy:
            raise CommandError("A row stayed locked for too long. Run it again.") from busy
        self.stdout.write(f"{count} rows are encrypted with the first key.")
