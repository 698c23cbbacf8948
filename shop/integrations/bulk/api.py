"""Bulk jobs for integrators: sending a file, following it, cancelling it."""

from typing import ClassVar

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.core.api.etags import ConditionalRequests
from shop.core.api.idempotency import IdempotentWrites
from shop.core.api.permissions import scopes_of
from shop.core.api.serializers import read_input
from shop.core.db.transactions import run_transaction
from shop.core.http.streaming import stream_response
from shop.integrations.bulk.exceptions import JobNotFound
from shop.integrations.bulk.jobs import begin_job, cancel_job, results_of
from shop.integrations.bulk.parsers import NdjsonParser
from shop.integrations.bulk.serializers import BulkJobSerializer, JobQuery
from shop.integrations.bulk.uploads import Upload
from shop.integrations.models import BulkJob, BulkJobQuerySet

# What a token must be good for to send a job of this kind, and to see it.
SCOPES = {BulkJob.Kind.ITEMS: "catalog:write", BulkJob.Kind.RECEIPTS: "stock:write"}
ANY_WRITER = tuple(SCOPES.values())


class UploadsView(IdempotentWrites, APIView):
    """A file of JSON lines, plain or gzip, of which one job is made."""

    parser_classes = [NdjsonParser]
    kind: ClassVar[BulkJob.Kind]

    def post(self, request: Request) -> Response:
        parameters = read_input(JobQuery, request.query_params)
        upload = request.data
        if not isinstance(upload, Upload) or not upload.total:
            raise serializers.ValidationError("There is no line in the file.")
        job = run_transaction(
            begin_job, owner=request.user, kind=self.kind, upload=upload, **parameters
        )
        said = BulkJobSerializer(job, context={"request": request}).data
        headers = {"Location": said["url"]}
        return Response(said, status=status.HTTP_202_ACCEPTED, headers=headers)


def _described(summary: str):
    return extend_schema(
        summary=summary,
        parameters=[JobQuery],
        request={NdjsonParser.media_type: OpenApiTypes.STR},
        responses={status.HTTP_202_ACCEPTED: BulkJobSerializer},
        extensions={"x-problems": ["too-many-jobs"]},
    )


@_described("Add or change up to 100,000 items, one JSON object a line")
class BulkItemsView(UploadsView):
    kind = BulkJob.Kind.ITEMS
    required_scope = SCOPES[kind]


@_described("Receive up to 100,000 receipts, one JSON object a line")
class BulkReceiptsView(UploadsView):
    kind = BulkJob.Kind.RECEIPTS
    required_scope = SCOPES[kind]


class JobsView(ListAPIView):
    required_scope = ANY_WRITER
    serializer_class = BulkJobSerializer

    @extend_schema(summary="Your bulk jobs, newest first", extensions={"x-problems": []})
    def get(self, request: Request) -> Response:
        return super().get(request)

    def get_queryset(self):
        return visible_jobs(self.request)


class JobView(ConditionalRequests, APIView):
    required_scope = ANY_WRITER

    @extend_schema(
        summary="One bulk job and how far it is",
        responses=BulkJobSerializer,
        extensions={"x-problems": []},
    )
    def get(self, request: Request, job_id: int) -> Response:
        return _answer(request, _find(request, job_id))


class JobResultsView(APIView):
    required_scope = ANY_WRITER

    @extend_schema(
        summary="What became of each line, one JSON object a line",
        responses={(200, NdjsonParser.media_type): OpenApiResponse(OpenApiTypes.STR)},
        extensions={"x-problems": ["too-many-streams"]},
    )
    def get(self, request: Request, job_id: int) -> StreamingHttpResponse:
        results, kind = results_of(_find(request, job_id)), NdjsonParser.media_type
        return stream_response(results, content_type=kind, user_id=request.user.pk)


class CancelJobView(IdempotentWrites, APIView):
    required_scope = ANY_WRITER

    @extend_schema(
        summary="Take no more lines of a job",
        request=None,
        responses=BulkJobSerializer,
        extensions={"x-problems": ["job-over"]},
    )
    def post(self, request: Request, job_id: int) -> Response:
        _find(request, job_id)
        return _answer(request, run_transaction(cancel_job, job_id=job_id))


def visible_jobs(request: Request) -> BulkJobQuerySet:
    """The caller's own jobs, of the kinds that the token could have sent."""
    scopes = scopes_of(request)
    kinds = [kind for kind, scope in SCOPES.items() if scope in scopes]
    return BulkJob.objects.filter(owner=request.user.pk, kind__in=kinds)


def _find(request: Request, job_id: int) -> BulkJob:
    job = visible_jobs(request).filter(pk=job_id).first()
    if job is None:
        raise JobNotFound
    return job


def _answer(request: Request, job: BulkJob) -> Response:
    return Response(BulkJobSerializer(job, context={"request": request}).data)
