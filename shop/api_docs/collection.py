"""The conversion of the schema to a Postman collection, which Bruno and Insomnia import too.

https://schema.postman.com/collection/json/v2.1.0/draft-07/docs/index.html
"""

import json
from typing import Any
from urllib.parse import urlencode

FORM = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
FORM_DATA = "application/x-www-form-urlencoded"
VARIABLES = {"base_url": "http://127.0.0.1:8000", "token": ""}
METHODS = ("get", "post", "put", "patch", "delete")


def collection_of(document: dict[str, Any]) -> dict[str, Any]:
    """Return a collection with a folder for each tag and a request for each operation."""
    folders: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method in METHODS:
            if operation := methods.get(method):
                [tag] = operation["tags"]
                folders.setdefault(tag, []).append(_request(path, method, operation))
    return {
        "info": {"name": document["info"]["title"], "schema": FORM},
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}"}]},
        "variable": [{"key": key, "value": value} for key, value in VARIABLES.items()],
        "item": [{"name": tag, "item": requests} for tag, requests in folders.items()],
    }


def _request(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
    for parameter in operation.get("parameters", []):
        if "example" in parameter:
            values[parameter["in"]][parameter["name"]] = parameter["example"]
        elif parameter["in"] == "header" and parameter.get("required"):
            is_key = parameter["name"] == "Idempotency-Key"
            values["header"][parameter["name"]] = "{{$guid}}" if is_key else "*"
    address = path.format(**values["path"])
    if values["query"]:
        address += f"?{urlencode(values['query'])}"
    headers = dict(values["header"])
    request: dict[str, Any] = {
        "method": method.upper(),
        "url": f"{{{{base_url}}}}{address}",
        "description": operation.get("description", ""),
    }
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        headers["Content-Type"] = media_type
        body = content.get("examples", {}).get("example", {}).get("value")
        if media_type == FORM_DATA:
            pairs = [{"key": key, "value": value} for key, value in body.items()]
            request["body"] = {"mode": "urlencoded", "urlencoded": pairs}
            break
        raw = body if isinstance(body, str) else json.dumps(body, indent=2, ensure_ascii=False)
        request["body"] = {"mode": "raw", "raw": raw}
        break  # the API lists its preferred media type first
    request["header"] = [{"key": key, "value": value} for key, value in headers.items()]
    return {"name": operation["summary"], "request": request}
