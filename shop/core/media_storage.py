"""Where pictures lie, as MEDIA_STORAGE_URL says; read by the settings."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ImproperlyConfigured

WHAT_IT_LOOKS_LIKE = (
    "MEDIA_STORAGE_URL must look like s3://bucket?endpoint_url=https://s3.example.com"
    "&region=us-east-1&custom_domain=pictures.example.com; each parameter may be left out."
)
AWS = "us-east-1"


def read_storage_url(url: str) -> tuple[dict[str, Any], list[str]]:
    """Return the storage as settings.STORAGES wants it, and the origins of its pictures.

    Without a URL it is a local folder, which this server serves. Raises ImproperlyConfigured.
    """
    if not url:
        local = "django.core.files.storage.FileSystemStorage"
        return {"BACKEND": local, "OPTIONS": {"allow_overwrite": True}}, []
    options = _options(url)
    host = options["custom_domain"].split("/")[0]
    storage = {"BACKEND": "catalog.pictures.blob_storage.BlobStorage", "OPTIONS": options}
    return storage, [f"{options['url_protocol']}//{host}"]


def _options(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    said = dict(parse_qsl(parts.query))
    endpoint, region = said.pop("endpoint_url", None), said.pop("region", AWS)
    domain = said.pop("custom_domain", "")
    bucket = parts.netloc
    if parts.scheme != "s3" or not bucket or "@" in bucket or parts.path.strip("/") or said:
        raise ImproperlyConfigured(WHAT_IT_LOOKS_LIKE)
    protocol, server = "https:", f"{bucket}.s3.{region}.amazonaws.com"
    if endpoint and not domain:
        given = urlsplit(endpoint)
        protocol, server = f"{given.scheme}:", f"{given.netloc}/{bucket}"
    return {
        "bucket_name": bucket,
        "endpoint_url": endpoint,
        "region_name": region,
        "custom_domain": domain or server,
        "url_protocol": protocol,
    }
