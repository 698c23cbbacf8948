"""The storage of pictures, configured by MEDIA_STORAGE_URL; the settings read it here."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ImproperlyConfigured

URL_FORMAT = (
    "MEDIA_STORAGE_URL must look like s3://bucket?endpoint_url=https://s3.example.com"
    "&region=us-east-1&custom_domain=pictures.example.com; each parameter may be left out."
)
DEFAULT_REGION = "us-east-1"


def read_storage_url(url: str) -> tuple[dict[str, Any], list[str]]:
    """Return the entry of settings.STORAGES for a URL, and the origins of its pictures.

    Without a URL it is a local folder, which this server serves. Raises ImproperlyConfigured.
    """
    if not url:
        local = "django.core.files.storage.FileSystemStorage"
        return {"BACKEND": local, "OPTIONS": {"allow_overwrite": True}}, []
    options = _options(url)
    host = options["custom_domain"].split("/")[0]
    storage = {"BACKEND": "shop.core.blob_storage.BlobStorage", "OPTIONS": options}
    return storage, [f"{options['url_protocol']}//{host}"]


def _options(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    parameters = dict(parse_qsl(parts.query))
    endpoint = parameters.pop("endpoint_url", None)
    region = parameters.pop("region", DEFAULT_REGION)
    domain = parameters.pop("custom_domain", "")
    bucket = parts.netloc
    if parts.scheme != "s3" or not bucket or "@" in bucket or parts.path.strip("/") or parameters:
        raise ImproperlyConfigured(URL_FORMAT)
    protocol, server = "https:", f"{bucket}.s3.{region}.amazonaws.com"
    if endpoint and not domain:
        address = urlsplit(endpoint)
        protocol, server = f"{address.scheme}:", f"{address.netloc}/{bucket}"
    return {
        "bucket_name": bucket,
        "endpoint_url": endpoint,
        "region_name": region,
        "custom_domain": domain or server,
        "url_protocol": protocol,
    }
