"""Content negotiation of the API: JSON, independent of the Accept header."""

from rest_framework.negotiation import DefaultContentNegotiation


class JsonNegotiation(DefaultContentNegotiation):
    """A negotiation whose result is always JSON."""

    def select_parser(self, request, parsers):
        """Return the parser of the body, or None for a Content-Type with a wildcard, as */*."""
        if "*" in (request.content_type or ""):
            return None
        return super().select_parser(request, parsers)

    def select_renderer(self, request, renderers, format_suffix=None):
        """Return the first renderer."""
        return renderers[0], renderers[0].media_type
