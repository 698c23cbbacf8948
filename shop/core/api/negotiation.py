"""The API speaks JSON, whatever a client says that it accepts."""

from rest_framework.negotiation import DefaultContentNegotiation


class JsonNegotiation(DefaultContentNegotiation):
    def select_parser(self, request, parsers):
        """Return the parser of what was sent; None of what a client does not say, as */*."""
        if "*" in (request.content_type or ""):
            return None
        return super().select_parser(request, parsers)

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type
