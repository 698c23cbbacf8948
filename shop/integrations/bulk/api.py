"""Bulk jobs over the API: upload a file, read its progress and results, cancel it."""

from typing import ClassVar

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from shop.core.api.etags import ConditionalRequests
from shop.core.api.idempotency import IdempotentWrites
from shop.core.api.permissions import scopes_of
from shop.core.api.query_parameters import APIView, ListAPIView
from shop.core.db.transactions import run_transaction
from shop.core.http.streaming import stream_response
from shop.integrations.bulk.exceptions import JobNotFound
from shop.integrations.bulk.jobs import begin_job, cancel_job, iter_results
from shop.integrations.bulk.parsers import NdjsonParser
from shop.integrations.bulk.serializers import BulkJobSerializer, JobQuery
from shop.integrations.bulk.uploads import Upload
from shop.integrations.models import BulkJob, BulkJobQuerySet

# The scope that a token needs to upload a job of a kind, and to read it.
SCOPES = {
    BulkJob.Kind.ITEMS: "catalog:write",
    BulkJob.Kind.RECEIPTS: "stock:write",
    BulkJob.Kind.COUNTS: "stock:write",
    BulkJob.Kind.DISCARDS: "stock:write",
}
ANY_UPLOAD_SCOPE = tuple(dict.fromkeys(SCOPES.values()))


class UploadsView(IdempotentWrites, APIView):
    """A file of JSON lines, plain or gzip, of which one job is made."""

    parser_classes = [NdjsonParser]
    query_parameters = {"POST": JobQuery}
    kind: ClassVar[BulkJob.Kind]

    def post(self, request: Request) -> Response:
        """Begin a job of the uploaded file."""
        parameters = self.read_query()
        upload = request.data
        if not isinstance(upload, Upload) or not upload.total:
            raise serializers.ValidationError("There is no line in the file.")
        job = run_transaction(
            begin_job, owner=request.user, kind=self.kind, upload=upload, **parameters
        )
        body = BulkJobSerializer(job, context={"request": request}).data
        headers = {"Location": body["url"]}
        return Response(body, status=status.HTTP_202_ACCEPTED, headers=headers)


def _describe_upload(summary: str):
    return extend_schema(
        summary=summary,
        request={NdjsonParser.media_type: OpenApiTypes.STR},
        responses={status.HTTP_202_ACCEPTED: BulkJobSerializer},
        extensions={"x-problems": ["too-many-jobs"]},
    )


@_describe_upload("Add or change up to 100,000 items, one JSON object a line")
class BulkItemsView(UploadsView):
    kind = BulkJob.Kind.ITEMS
    required_scope = SCOPES[kind]


@_describe_upload("Receive up to 100,000 receipts, one JSON object a line")
class BulkReceiptsView(UploadsView):
    kind = BulkJob.Kind.RECEIPTS
    required_scope = SCOPES[kind]


@_describe_upload("Correct up to 100,000 counts, one JSON object a line")
class BulkCountsView(UploadsView):
    kind = BulkJob.Kind.COUNTS
    required_scope = SCOPES[kind]


@_describe_upload("Throw out up to 100,000 times, one JSON object a line")
class BulkDiscardsView(UploadsView):
    kind = BulkJob.Kind.DISCARDS
    required_scope = SCOPES[kind]


class JobsView(ListAPIView):
    required_scope = ANY_UPLOAD_SCOPE
    serializer_class = BulkJobSerializer

    @extend_schema(summary="Your bulk jobs, newest first", extensions={"x-problems": []})
    def get(self, request: Request) -> Response:
        """List the caller's jobs."""
        return super().get(request)

    def get_queryset(self):
        """Return the jobs that the token may read."""
        return visible_jobs(self.request)


class JobView(ConditionalRequests, APIView):
    required_scope = ANY_UPLOAD_SCOPE

    @extend_schema(
        summary="One bulk job and how far it is",
        responses=BulkJobSerializer,
        extensions={"x-problems": []},
    )
    def get(self, request: Request, job_id: int) -> Response:
        """Show a job and its progress."""
        return _respond(request, _find_job(request, job_id))


class JobResultsView(APIView):
    required_scope = ANY_UPLOAD_SCOPE

    @extend_schema(
        summary="What became of each line, one JSON object a line",
        responses={(200, NdjsonParser.media_type): OpenApiResponse(OpenApiTypes.STR)},
        extensions={"x-problems": ["too-many-streams"]},
    )
    def get(self, request: Request, job_id: int) -> StreamingHttpResponse:
        """Stream the results of a job's lines."""
        results, media_type = iter_results(_find_job(request, job_id)), NdjsonParser.media_type
        return stream_response(results, content_type=media_type, user_id=request.user.pk)


class CancelJobView(IdempotentWrites, APIView):
    required_scope = ANY_UPLOAD_SCOPE

    @extend_schema(
        summary="Take no more lines of a job",
        request=None,
        responses=BulkJobSerializer,
        extensions={"x-problems": ["job-over"]},
    )
    def post(self, request: Request, job_id: int) -> Response:
        """Cancel a job."""
        _find_job(request, job_id)
        return _respond(request, run_transaction(cancel_job, job_id=job_id))


def visible_jobs(request: Request) -> BulkJobQuerySet:
    """Return the caller's jobs, of the kinds that the token may upload."""
    scopes = scopes_of(request)
    kinds = [kind for kind, scope in SCOPES.items() if scope in scopes]
    return BulkJob.objects.filter(owner=request.user.pk, kind__in=kinds)


def _find_job(request: Request, job_id: int) -> BulkJob:
    job = visible_jobs(request).filter(pk=job_id).first()
    if job is None:
        raise JobNotFound
    return job


def _respond(request: Request, job: BulkJob) -> Response:
    return Response(BulkJobSerializer(job, context={"request": request}).data)
