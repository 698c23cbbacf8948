"""Serializers of bulk jobs and of the query parameters of an upload."""

from rest_framework import serializers
from rest_framework.reverse import reverse

from shop.core.api.serializers import OutputSerializer
from shop.integrations.models import BulkJob


class BulkJobSerializer(OutputSerializer):
    """A job and how far it is, in lines; `results` is the address of what became of each."""

    url = serializers.CharField(read_only=True)
    results = serializers.CharField(read_only=True)

    class Meta:
        model = BulkJob
        fields = [
            *["id", "kind", "on_error", "status", "total", "done", "succeeded", "failed"],
            *["failure", "created_at", "started_at", "finished_at", "url", "results"],
        ]

    def get_url(self, job: BulkJob) -> str:
        """Return the address of the job."""
        return reverse("api:job", [job.pk], request=self.context.get("request"))

    def get_results(self, job: BulkJob) -> str:
        """Return the address of the results of its lines."""
        return reverse("api:job-results", [job.pk], request=self.context.get("request"))


class JobQuery(serializers.Serializer):
    """The parameters of an upload."""

    on_error = serializers.ChoiceField(
        choices=BulkJob.OnError.choices,
        default=BulkJob.OnError.CONTINUE,
        help_text="Take the good lines (continue), or none if any is bad (abort).",
    )
