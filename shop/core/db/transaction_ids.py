"""Columns and expressions for PostgreSQL transaction ids."""

from django.db import models


class CurrentXid8(models.Func):
    """The number of the transaction that runs this statement."""

    function = "pg_current_xact_id"


class TransactionIdField(models.BigIntegerField):
    """A number that PostgreSQL gives each writing transaction, and never again."""

    def db_type(self, connection) -> str:
        return "xid8"


class CurrentTransactionId(models.Func):
    """The id of the database transaction that writes the row."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = models.BigIntegerField()


class CurrentSnapshot(models.Func):
    """Which database transactions have committed by now, and which are still running."""

    template = "pg_current_snapshot()::text"
    output_field = models.TextField()
