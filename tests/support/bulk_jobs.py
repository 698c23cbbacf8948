"""Bulk jobs as an integrator uploads them, and their results."""

import gzip
import json
from io import BytesIO

from shop.integrations.bulk.parsers import NdjsonParser
from shop.integrations.bulk.uploads import Upload
from shop.integrations.bulk.worker import run_next_chunk
from shop.integrations.models import BulkJob

NDJSON = NdjsonParser.media_type
ITEMS, RECEIPTS = "/api/v1/items/bulk/", "/api/v1/receipts/bulk/"


def lines(*objects) -> bytes:
    """Return the objects as JSON lines; bytes stay as they are."""
    return b"".join(
        line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in objects
    )


def upload_of(*objects) -> Upload:
    return Upload(BytesIO(lines(*objects)), size=None)


def send(client, url, body: bytes, *, packed: bool = False, **headers):
    return client.generic(
        "POST", url, gzip.compress(body) if packed else body, NDJSON, headers=headers
    )


def work() -> None:
    """Process all open jobs, as the workers do."""
    while run_next_chunk():
        pass


def job_of(answer) -> BulkJob:
    return BulkJob.objects.get(pk=answer.json()["id"])


def results(client, answer) -> list[dict]:
    response = client.get(f"/api/v1/jobs/{answer.json()['id']}/results/")
    assert response["Content-Type"] == NDJSON
    return [json.loads(line) for line in response.getvalue().splitlines()]


def item(sku: str, **fields) -> dict:
    return {"sku": sku, "name": f"Thing {sku}", "price": "5.00", **fields}


def receipt(sku: str, quantity: int = 1, **fields) -> dict:
    return {"warehouse": "SEA1", "sku": sku, "quantity": quantity, "reference": "DN-1", **fields}
