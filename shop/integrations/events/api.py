"""The event log over the API, for integrators that poll."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from shop.core.api.permissions import ANY_SCOPE, scopes_of
from shop.core.api.serializers import read_input
from shop.integrations.events.reader import read_events
from shop.integrations.events.serializers import (
    EventSerializer,
    EventsQuery,
    EventsSerializer,
    cursor_of,
)
from shop.integrations.models import Event


class EventsView(APIView):
    required_scope = ANY_SCOPE

    @extend_schema(
        summary="What happened, oldest first",
        description="Go on at `next`, which is never null: when there is nothing more, ask "
        "there again later. No event is skipped, however late its transaction committed.",
        parameters=[
            OpenApiParameter("cursor", str, description="As `next` has it."),
            OpenApiParameter("limit", int, description="1 to 100, 24 unless said."),
            OpenApiParameter("type", str, enum=Event.Type.values, many=True),
        ],
        responses=EventsSerializer,
        extensions={"x-problems": ["cursor-expired"]},
    )
    def get(self, request: Request) -> Response:
        """Return a page of events and the address of the next one."""
        parameters = read_input(EventsQuery, request.query_params)
        page = read_events(
            user_id=request.user.pk,
            scopes=sorted(scopes_of(request)),
            after=parameters["cursor"],
            limit=parameters["limit"],
            types=sorted(parameters["type"]),
        )
        here = request.build_absolute_uri()
        return Response(
            {
                "results": EventSerializer(page.events, many=True).data,
                "next": replace_query_param(here, "cursor", cursor_of(page.end)),
                "previous": None,
                "has_more": page.has_more,
            }
        )
