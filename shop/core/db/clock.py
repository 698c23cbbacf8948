"""The database's clock."""

from django.db import models


class ClockTimestamp(models.Func):
    """The database's clock when the expression is evaluated, not when the statement began."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()
