"""The settings of drf-spectacular, which writes the OpenAPI schema."""

from typing import Any

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Shop",
    "DESCRIPTION": "Search items with live stock, hold them, order them, ship them.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "GET_LIB_DOC_EXCLUDES": "shop.api_docs.schema.doc_excludes",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "clientSecret": {"type": "http", "scheme": "basic"},
            # The same in every environment; with TLS the name begins with __Host-.
            "cookieAuth": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
        },
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "shop.api_docs.schema.add_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "EventTypeEnum": "shop.integrations.models.Event.Type",
        "WebhookStatusEnum": "shop.integrations.webhooks.serializers.VISIBLE_STATUSES",
    },
}
