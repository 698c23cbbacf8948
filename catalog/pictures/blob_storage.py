"""Pictures in a blob storage that speaks S3."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from catalog.pictures.storing import cache_control


class BlobStorage(S3Storage):
    """S3 as a folder behaves: what fails is an OSError, and soon.

    Pictures are public, so their addresses are signed by nobody and stay the same: a page
    makes them without a thought, and browsers keep what is there. The keys come from
    AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or wherever else boto looks for them.
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
        return {"CacheControl": cache_control(name)}

    def _open(self, name: str, mode: str = "rb") -> File:
        with _as_os_errors():
            file = super()._open(name, mode)
            return file.open()  # fetched now, while errors are told apart

    def _save(self, name: str, content: File) -> str:
        with _as_os_errors():
            return super()._save(name, content)

    def delete(self, name: str) -> None:
        with _as_os_errors():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with _as_os_errors():
            return super().exists(name)

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        with _as_os_errors():
            return super().listdir(name)


@contextmanager
def _as_os_errors() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError, Boto3Error) as error:
        raise OSError(str(error)) from error
