"""Columns and expressions for PostgreSQL transaction ids."""

from django.db import models


class CurrentXid8(models.Func):
    """The id of the transaction that runs this statement, as PostgreSQL's xid8."""

    function = "pg_current_xact_id"


class TransactionIdField(models.BigIntegerField):
    """The id of a writing transaction, which PostgreSQL never assigns twice."""

    def db_type(self, connection) -> str:
        """Return PostgreSQL's 64-bit type of transaction ids."""
        return "xid8"


class CurrentTransactionId(models.Func):
    """The id of the transaction that writes the row, as a bigint."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = models.BigIntegerField()


class CurrentSnapshot(models.Func):
    """The transactions that have committed by now and those still running, as a text."""

    template = "pg_current_snapshot()::text"
    output_field = models.TextField()
