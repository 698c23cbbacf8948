"""The JSON parser of the API, which refuses input that PostgreSQL cannot store."""

import json

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class StrictJSONParser(JSONParser):
    """A JSON parser that refuses lone surrogates and endless nesting as malformed."""

    def parse(self, stream, media_type=None, parser_context=None):
        """Return the parsed body. Raises ParseError."""
        try:
            body = super().parse(stream, media_type, parser_context)
            json.dumps(body, ensure_ascii=False).encode()
        except RecursionError as error:
            raise ParseError("JSON parse error - too deeply nested.") from error
        except UnicodeEncodeError as error:
            raise ParseError("JSON parse error - a lone surrogate is no character.") from error
        return body
