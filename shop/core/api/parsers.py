"""JSON that the database can keep: real Unicode, of a sane depth."""

import json

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class StrictJSONParser(JSONParser):
    """Refuses, as malformed, what would fail further in: lone surrogates, endless nesting."""

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            data = super().parse(stream, media_type, parser_context)
            json.dumps(data, ensure_ascii=False).encode()
        except RecursionError as error:
            raise ParseError("JSON parse error - too deeply nested.") from error
        except UnicodeEncodeError as error:
            raise ParseError("JSON parse error - a lone surrogate is no character.") from error
        return data
