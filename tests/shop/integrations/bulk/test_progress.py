"""The progress and the cancellation of bulk jobs, over the API and in the admin."""

import pytest

from catalog.models import Item
from shop.integrations.bulk import worker
from tests.support.api import client_of, problem_of
from tests.support.bulk_jobs import (
    ITEMS,
    RECEIPTS,
    item,
    job_of,
    lines,
    receipt,
    results,
    send,
    work,
)

pytestmark = pytest.mark.usefixtures("conserved")


@pytest.mark.usefixtures("chunks_of_two")
def test_progress_is_seen_and_cancelling_takes_effect_between_chunks(staff):
    answer = send(staff, ITEMS, lines(*map(item, ["A", "B", "C", "D", "E"])))
    url = answer.json()["url"]
    worker.run_next_chunk()

    running = staff.get(url).json()
    so_far = results(staff, answer)
    cancelled = [staff.post(f"{url}cancel/") for _ in range(2)]
    work()

    assert (running["status"], running["done"], len(so_far)) == ("running", 2, 2)
    assert [response.json()["status"] for response in cancelled] == ["cancelled", "cancelled"]
    outcomes = [(result["line"], result["status"]) for result in results(staff, answer)]
    assert outcomes == [
        *[(1, "created"), (2, "created")],
        *[(3, "cancelled"), (4, "cancelled"), (5, "cancelled")],
    ]
    assert set(Item.objects.values_list("sku", flat=True)) == {"A", "B"}


def test_a_job_that_is_over_cannot_be_cancelled(staff):
    answer = send(staff, ITEMS, lines(item("A")))
    work()

    refused = staff.post(f"{answer.json()['url']}cancel/")

    assert problem_of(refused) == (409, "job-over")
    assert job_of(answer).status == "done"


def test_a_job_of_another_user_is_not_found(staff, mallory):
    answer = send(staff, ITEMS, lines(item("A")))
    url = answer.json()["url"]
    other = client_of(mallory, "catalog:write", "stock:write")

    answers = [other.get(url), other.get(f"{url}results/"), other.post(f"{url}cancel/")]

    assert [problem_of(response) for response in answers] == [(404, "not-found")] * 3
    assert other.get("/api/v1/jobs/").json()["results"] == []
    assert job_of(answer).status == "queued"
    assert len(staff.get("/api/v1/jobs/").json()["results"]) == 1


def test_a_token_sees_only_jobs_that_it_could_have_sent(alice):
    catalogue, stock = (client_of(alice, scope) for scope in ("catalog:write", "stock:write"))
    sent = send(catalogue, ITEMS, lines(item("A"))), send(stock, RECEIPTS, lines(receipt("A")))

    for client, own, other in [(catalogue, *sent), (stock, *reversed(sent))]:
        url = other.json()["url"]
        answers = [client.get(url), client.get(f"{url}results/"), client.post(f"{url}cancel/")]
        assert [problem_of(response) for response in answers] == [(404, "not-found")] * 3
        [listed] = client.get("/api/v1/jobs/").json()["results"]
        assert listed["id"] == own.json()["id"]
        assert client.get(own.json()["url"]).status_code == 200
    assert [job_of(answer).status for answer in sent] == ["queued", "queued"]


def test_staff_see_jobs_in_the_admin_and_cancel_them(desk, staff):
    answer = send(staff, ITEMS, lines(item("A")))

    page = desk.get("/admin/integrations/bulkjob/").content.decode()
    desk.post(
        "/admin/integrations/bulkjob/",
        {"action": "cancel", "_selected_action": [answer.json()["id"]]},
    )

    assert "0 of 1 lines" in page
    assert desk.get(f"/admin/integrations/bulkjob/{answer.json()['id']}/change/").status_code == 200
    assert job_of(answer).status == "cancelled"
