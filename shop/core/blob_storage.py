"""Files in a blob storage that speaks S3."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import File
from django.utils.module_loading import import_string
from storages.backends.s3 import S3Storage


class BlobStorage(S3Storage):
    """An S3 storage that fails as a folder does: with an OSError, and within seconds.

    The files are public, so their addresses are not signed and stay the same: a page needs
    no request to make them, and browsers cache the files. The keys come from
    AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or from boto's other sources.
    """

    querystring_auth = False

    def __init__(self, **options: Any):
        config = Config(
            s3={"addressing_style": "path" if options.get("endpoint_url") else "auto"},
            connect_timeout=3,
            read_timeout=10,
            retries={"total_max_attempts": 2},
        )
        super().__init__(client_config=config, **options)

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        """Return the Cache-Control header of a file, from settings.MEDIA_CACHE_CONTROL."""
        cache_control = import_string(settings.MEDIA_CACHE_CONTROL)
        return {"CacheControl": cache_control(name)}

    def _open(self, name: str, mode: str = "rb") -> File:
        with _as_os_errors():
            file = super()._open(name, mode)
            return file.open()  # fetched now, while errors are converted

    def _save(self, name: str, content: File) -> str:
        with _as_os_errors():
            return super()._save(name, content)

    def delete(self, name: str) -> None:
        """Delete a file, if it exists. Raises OSError."""
        with _as_os_errors():
            super().delete(name)

    def exists(self, name: str) -> bool:
        """Return whether there is a file of that name. Raises OSError."""
        with _as_os_errors():
            return super().exists(name)

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        """Return the folders and the files in a folder. Raises OSError."""
        with _as_os_errors():
            return super().listdir(name)


@contextmanager
def _as_os_errors() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError, Boto3Error) as error:
        raise OSError(str(error)) from error
