"""Bulk jobs in the admin."""

from django.contrib import admin, messages

from shop.core.admin.lists import ReadOnlyList
from shop.core.db.transactions import run_transaction
from shop.integrations.bulk.exceptions import JobOver
from shop.integrations.bulk.jobs import cancel_job
from shop.integrations.models import BulkJob


@admin.register(BulkJob)
class BulkJobAdmin(ReadOnlyList):
    """Bulk jobs and their progress, read-only."""

    list_display = ["id", "kind", "owner", "status", "progress", "failed", "created_at"]
    list_filter = ["status", "kind"]
    list_select_related = ["owner"]
    search_fields = ["owner__email__istartswith"]
    sortable_by = ()
    ordering = ["-pk"]
    actions = ["cancel"]
    fields = [
        *["kind", "owner", "on_error", "status", "total", "done", "succeeded", "failed"],
        *["failure", "created_at", "started_at", "last_run_at", "finished_at"],
    ]

    @admin.display(description="processed")
    def progress(self, job: BulkJob) -> str:
        """Return the number of processed lines out of all."""
        return f"{job.done} of {job.total} lines"

    @admin.action(description="Cancel", permissions=["act"])
    def cancel(self, request, jobs) -> None:
        """Cancel the selected jobs, each in a transaction of its own."""
        for job_id in sorted(jobs.values_list("pk", flat=True)):
            try:
                run_transaction(cancel_job, job_id=job_id)
            except JobOver as refusal:
                messages.warning(request, f"Job {job_id}: {refusal}")
            else:
                messages.success(request, f"Job {job_id} is cancelled.")
