"""The database's clock."""

from django.db import models


class ClockTimestamp(models.Func):
    """The database's clock at this very moment, not when the statement began."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()
