"""Bulk jobs and the chunks of their files."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class BulkJobQuerySet(models.QuerySet["BulkJob"]):
    """Bulk jobs as a queue."""

    def open(self):
        """Return the jobs that are queued or running."""
        return self.filter(status__in=BulkJob.OPEN)

    def lock(self, *, skip_locked: bool = False):
        """Return the jobs, the least recently run first, locked until commit.

        A transaction locks them before any other row.
        """
        return self.order_by("last_run_at", "pk").select_for_update(
            of=("self",), no_key=True, skip_locked=skip_locked
        )


class BulkJob(models.Model):
    """An uploaded file of JSON lines, and the progress of its processing, counted in lines."""

    class Kind(models.TextChoices):
        ITEMS = "items"
        RECEIPTS = "receipts"
        COUNTS = "counts"
        DISCARDS = "discards"

    class OnError(models.TextChoices):
        CONTINUE = "continue"
        ABORT = "abort"

    class Status(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"
        FAILED = "failed"

    OPEN = (Status.QUEUED, Status.RUNNING)

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="bulk_jobs"
    )
    kind = models.CharField(max_length=16, choices=Kind.choices)
    on_error = models.CharField(max_length=16, choices=OnError.choices, default=OnError.CONTINUE)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.QUEUED)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    succeeded = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    failure = models.CharField("why it could not go on", max_length=200, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    last_run_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True, db_index=True, editable=False)

    objects = BulkJobQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done=models.F("succeeded") + models.F("failed")),
                name="a_line_that_is_done_succeeded_or_failed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["last_run_at", "id"],
                condition=Q(status__in=["queued", "running"]),
                name="open_bulk_job",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_open(self) -> bool:
        """Return whether the job is queued or running."""
        return self.status in self.OPEN


class BulkChunk(models.Model):
    """Consecutive lines of a job's file as they were uploaded, and the result of each."""

    job = models.ForeignKey(BulkJob, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    lines = models.BinaryField("uploaded lines; empty once processed")
    first_line = models.PositiveIntegerField("number of the first line in the file, from 1")
    keys = ArrayField(models.TextField(), default=list)
    results = models.TextField("results as JSON lines", default="")
    validated_at = models.DateTimeField("validated at; jobs with on_error=abort only", null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["job", "number"]
        constraints = [
            models.UniqueConstraint(fields=["job", "number"], name="one_chunk_of_a_number"),
        ]

    def __str__(self) -> str:
        return f"chunk {self.number} of {self.job_id}"
