from uuid import UUID, uuid4

import httpx
import pytest
from structlog.testing import capture_logs

JSON = {"accept": "application/json"}


async def test_a_refusal_is_a_page_for_a_person(client: httpx.AsyncClient):
    answer = await client.get("/awards/full")
    assert answer.status_code == 409
    assert "<h1" in answer.text
    assert "All 70 places are taken." in answer.text


async def test_what_is_so_already_is_said_where_it_can_be_seen(office: httpx.AsyncClient):
    answer = await office.post("/awards/projects/accept")
    assert (answer.status_code, answer.headers["location"]) == (303, "/awards/projects")
    assert "You have accepted the place already." in (await office.get("/awards/projects")).text
    machine = await office.post("/awards/projects/accept", headers=JSON)
    assert (machine.status_code, machine.json()["detail"]) == (
        409,
        "You have accepted the place already.",
    )


@pytest.mark.parametrize(
    ("path", "shown"), [("/awards/projects", "/awards/projects"), ("/awards/graduate", "/awards/")]
)
async def test_what_is_so_already_is_said_where_no_page_is_above(
    office: httpx.AsyncClient, path: str, shown: str
):
    answer = await office.post(path)
    assert (answer.status_code, answer.headers["location"]) == (303, shown)
    there = await office.get(shown)
    assert there.status_code == 200
    assert "You have accepted the place already." in there.text


async def test_a_refusal_is_a_problem_document_for_a_machine(client: httpx.AsyncClient):
    asked = uuid4()
    answer = await client.get("/awards/full", headers=JSON | {"X-Correlation-Id": str(asked)})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "This is not possible now",
        "status": 409,
        "detail": "All 70 places are taken.",
        "instance": f"urn:uuid:{asked}",
    }


@pytest.mark.parametrize(
    ("method", "path", "accept", "status", "kind"),
    [
        ("GET", "/awards/nowhere", "text/html", 404, "text/html"),
        ("GET", "/awards/nowhere", "*/*", 404, "text/html"),
        ("GET", "/awards/nowhere", "application/json", 404, "application/problem+json"),
        ("GET", "/nowhere", "*/*", 404, "application/problem+json"),
        ("PUT", "/awards/full", "text/html", 405, "text/html"),
        ("GET", "/webhooks/form", "text/html", 405, "application/problem+json"),
        ("GET", "/awards/projects", "application/json", 401, "application/problem+json"),
        ("GET", "/awards/static/nothing.css", "text/html", 404, "text/html"),
    ],
)
async def test_every_error_is_told_in_the_askers_language(  # noqa: PLR0917 - a table of cases
    client: httpx.AsyncClient, method: str, path: str, accept: str, status: int, kind: str
):
    answer = await client.request(method, path, headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (status, kind)


async def test_a_method_not_allowed_names_those_that_are(client: httpx.AsyncClient):
    assert (await client.get("/webhooks/form")).headers["allow"] == "POST"


async def test_a_request_of_the_wrong_shape_names_the_fields(office: httpx.AsyncClient):
    page = await office.get("/awards/counted?count=many")
    assert page.status_code == 422
    assert "<strong>count</strong>" in page.text
    document = (await office.get("/awards/counted?count=many", headers=JSON)).json()
    assert [error["field"] for error in document["errors"]] == ["count"]


async def test_a_failure_shows_a_reference_and_no_cause(client: httpx.AsyncClient):
    with capture_logs() as logs:
        answer = await client.get("/awards/broken")
    assert answer.status_code == 500
    reference = answer.headers["x-correlation-id"]
    assert UUID(reference)
    assert reference in answer.text
    assert "secret" not in answer.text
    (failure,) = [line for line in logs if line["event"] == "request_failed"]
    assert (failure["route"], failure["exc_info"]) == ("/awards/broken", True)
    assert answer.headers["content-security-policy"]


async def test_a_failure_is_a_problem_document_for_a_machine(client: httpx.AsyncClient):
    with capture_logs():
        answer = await client.get("/awards/broken", headers=JSON)
    assert answer.json()["title"] == "Something went wrong on our side"


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/awards/small", {"content": b"x" * 2_000_001}),
        ("/awards/upload", {"files": {"file": ("a.txt", b"x" * 2_000_001)}}),
    ],
)
async def test_a_body_over_the_limit_is_told_so_on_a_page(
    office: httpx.AsyncClient, path: str, sent: dict[str, object]
):
    answer = await office.post(path, **sent)
    assert answer.status_code == 413
    assert "What you sent is too large" in answer.text
    assert answer.headers["content-security-policy"]


async def test_a_route_sets_its_own_limit(office: httpx.AsyncClient):
    assert (await office.post("/awards/small", content=b"x" * 100)).json() == {"bytes": 100}
    assert (await office.post("/awards/small", content=b"x" * 101)).status_code == 413


async def test_a_body_that_does_not_say_how_long_it_is_is_cut_off_at_the_limit(
    office: httpx.AsyncClient,
):
    async def endless():
        for _ in range(50):
            yield b"x" * 1000

    answer = await office.post("/awards/small", content=endless())
    assert answer.status_code == 413


async def test_a_webhook_over_the_limit_gets_a_problem_document(client: httpx.AsyncClient):
    answer = await client.post("/webhooks/form", content=b"x" * 2_000_001)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 413


async def test_a_refused_method_is_told_all_that_the_path_allows(office: httpx.AsyncClient):
    answer = await office.request("OPTIONS", "/awards/withdraw")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")


async def test_being_overtaken_is_told_in_words_for_a_person(office: httpx.AsyncClient):
    page = await office.post("/awards/overtaken")
    assert page.status_code == 409
    assert "Somebody else changed this at the same moment" in page.text
    assert "projects 7" not in page.text


async def test_a_machine_that_is_overtaken_is_told_to_send_again(client: httpx.AsyncClient):
    answer = await client.post("/webhooks/overtaken")
    assert (answer.status_code, answer.json()["status"]) == (503, 503)


async def test_a_database_that_is_away_is_a_page_that_says_what_to_do(office: httpx.AsyncClient):
    with capture_logs() as logs:
        page = await office.get("/awards/away")
    assert page.status_code == 503
    assert "look whether it was saved before you send it again" in page.text
    assert "must not be named" not in page.text
    assert "a server that must not be named" in [line.get("error") for line in logs]
    document = (await office.get("/awards/away", headers=JSON)).json()
    assert document["title"] == "The service is not ready"


async def test_no_redirect_believes_the_host_that_a_request_names(client: httpx.AsyncClient):
    begun = await client.get("/awards", headers={"host": "evil.example"})
    assert (begun.status_code, begun.headers["location"]) == (303, "/awards/")
    slash = await client.get("/awards/audit/", headers={"host": "evil.example"})
    assert (slash.status_code, "location" in slash.headers) == (404, False)
