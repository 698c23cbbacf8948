"""Everything that happened, for integrators who ask instead of being told."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from shop.api.permissions import ANY_SCOPE, scopes_of
from shop.events.models import Event
from shop.events.reading import read_events
from shop.events.serializers import EventSerializer, EventsQuery, EventsSerializer, cursor_of


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
        asked = EventsQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        page = read_events(
            user_id=request.user.pk,
            scopes=sorted(scopes_of(request)),
            after=asked.validated_data["cursor"],
            limit=asked.validated_data["limit"],
            types=sorted(asked.validated_data["type"]),
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
