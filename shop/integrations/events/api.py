"""The event log over the API, for integrators that poll."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from shop.core.api.permissions import ANY_SCOPE, scopes_of
from shop.core.api.query_parameters import APIView
from shop.integrations.events.reader import read_events
from shop.integrations.events.serializers import (
    EventSerializer,
    EventsQuery,
    EventsSerializer,
    cursor_of,
)


class EventsView(APIView):
    required_scope = ANY_SCOPE
    query_parameters = {"GET": EventsQuery}

    @extend_schema(
        summary="What happened, oldest first",
        description="Go on at `next`, which is never null: when there is nothing more, ask "
        "there again later. No event is skipped, however late its transaction committed.",
        responses=EventsSerializer,
        extensions={"x-problems": ["cursor-expired"]},
    )
    def get(self, request: Request) -> Response:
        """Return a page of events and the address of the next one."""
        parameters = self.read_query()
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
