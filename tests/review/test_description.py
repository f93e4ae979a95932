"""What the bot sends, judged by GitHub's own descriptions: OpenAPI, served by Prism, and the schema of GraphQL."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pubcheck.review import queries
from tests.review.test_github import BASE, code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webserver import Request

    from tests.review.conftest import Start

_PULL = "/repos/{owner}/{repo}/pulls/{pull_number}"
_OPERATIONS = {
    _PULL: "get",
    f"{_PULL}/files": "get",
    f"{_PULL}/reviews": "post",
    f"{_PULL}/comments": "post",
    "/repos/{owner}/{repo}/issues/{issue_number}/comments": "post",
}
_MEDIA = "application/vnd.github+json"


@pytest.fixture(scope="session")
def fetched(pytestconfig: pytest.Config) -> Path:
    """Where the descriptions and those who read them lie."""
    folder = pytestconfig.rootpath / "build" / "github"
    if not (folder / "fetched").exists():
        pytest.skip("GitHub's descriptions aren't here: .ci/github fetches them")
    return folder


@pytest.fixture(scope="session")
def prism(fetched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that has an example for each request of the description, and 422 for all others."""
    path = tmp_path_factory.mktemp("prism") / "github.json"
    path.write_text(json.dumps(described(fetched)))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    main = "node_modules/@stoplight/prism-cli/dist/index.js"
    command = ["node", main, "mock", "-h", "127.0.0.1", "-p", str(port), str(path)]
    with subprocess.Popen(command, cwd=fetched, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            await_port(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def await_port(port: int) -> None:
    for _ in range(300):
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("Prism doesn't start")


def described(fetched: Path) -> dict[str, Any]:
    """The operations that the bot uses, as strict as GitHub is itself: no keys that aren't known, no side but two."""
    whole = json.loads((fetched / "node_modules/@octokit/openapi/generated/api.github.com.json").read_text())
    paths = {}
    for path, method in _OPERATIONS.items():
        operation = whole["paths"][path][method]
        paths[path] = {method: operation}
        if "requestBody" in operation:
            strict(operation["requestBody"]["content"]["application/json"]["schema"])
    cut = {"openapi": whole["openapi"], "info": whole["info"], "paths": paths, "components": {}}
    gather(paths, whole["components"], cut["components"])
    offer(cut)
    return cut


def strict(schema: dict[str, Any]) -> None:
    schema["additionalProperties"] = False
    known = schema["properties"]
    for name in {"side", "start_side"} & {*known}:
        known[name]["enum"] = ["LEFT", "RIGHT"]
    for name in {"line", "start_line"} & {*known}:
        known[name]["minimum"] = 1
    if "line" in known:
        schema["required"] = ["path", "body", "line", "side"]
    if "comments" in known:
        strict(known["comments"]["items"])


def gather(part: object, components: dict[str, Any], into: dict[str, Any]) -> None:
    """The components that ``part`` refers to, and those that they refer to."""
    if isinstance(part, list):
        for one in part:
            gather(one, components, into)
    if not isinstance(part, dict):
        return
    reference = part.get("$ref")
    if isinstance(reference, str):
        _, _, section, name = reference.split("/", 3)
        if name not in into.setdefault(section, {}):
            into[section][name] = components[section][name]
            gather(into[section][name], components, into)
    for one in part.values():
        gather(one, components, into)


def offer(part: object) -> None:
    """Have answers in GitHub's own media type, which clients ask for and the description leaves out."""
    if isinstance(part, list):
        for one in part:
            offer(one)
    if isinstance(part, dict):
        content = part.get("content")
        if isinstance(content, dict) and "application/json" in content:
            content.setdefault(_MEDIA, content["application/json"])
        for one in part.values():
            offer(one)


def judged(prism: str, request: Request) -> httpx.Response:
    headers = {"Accept": request.headers["accept"], "Authorization": request.headers["authorization"]}
    body = request.body
    return httpx.request(request.method, prism + request.path, params=request.query, headers=headers, json=body)


def test_each_request_is_as_github_describes_it(github: Start, prism: str) -> None:
    review = github(BASE)
    review.push({**BASE, "a.go": code('bug("first") // see second', 'x = bug("second") // fix')})
    review.run()
    rest = [one for one in review.forge.requests if one.path != "/graphql"]
    assert {one.method for one in rest} == {"GET", "POST"}
    for request in rest:
        answer = judged(prism, request)
        assert answer.is_success, f"{request.method} {request.path}: {answer.headers.get('sl-violations', answer.text)}"


def test_a_comment_alone_is_as_github_describes_it(github: Start, prism: str) -> None:
    review = github(BASE)
    review.push({**BASE, "a.go": code("x = 1", 'x = bug("second") // fix')})
    review.forge.refuse_reviews = True
    review.run()
    (alone,) = [one for one in review.forge.requests if one.path.endswith("/pulls/7/comments")]
    assert judged(prism, alone).is_success


def test_the_judge_finds_fault(prism: str) -> None:
    bad = {"event": "COMMENT", "comments": [{"path": "a.go", "line": 0, "side": "MIDDLE", "body": "", "colour": 1}]}
    answer = httpx.post(f"{prism}/repos/o/r/pulls/7/reviews", json=bad, headers={"Accept": _MEDIA})
    assert answer.status_code == 422
    faults = " ".join(one["message"] for one in json.loads(answer.headers["sl-violations"]))
    assert "additional properties; found 'colour'" in faults
    assert "must be >= 1" in faults


def asked_of(fetched: Path, asked: list[dict[str, Any]]) -> list[str]:
    script = Path(__file__).with_name("described.js").read_text()
    command = ["node", "-e", script]
    told = subprocess.run(command, cwd=fetched, input=json.dumps(asked), capture_output=True, text=True, check=True)
    wrong: list[str] = json.loads(told.stdout)
    return wrong


def test_each_query_is_as_githubs_schema_has_it(github: Start, fetched: Path) -> None:
    review = github(BASE)
    review.forge.may_resolve = False
    for lines in (['bug("first")'], ["good()"], ['bug("first")']):
        review.push({**BASE, "a.go": code(*lines)})
        review.run()
    review.forge.may_resolve = True
    for lines in (["good()"], ['bug("first")']):
        review.push({**BASE, "a.go": code(*lines)})
        review.run()
    asked = [one.body for one in review.forge.requests if one.path == "/graphql"]
    assert {one["query"] for one in asked} == {*queries.ALL}
    assert asked_of(fetched, asked) == []


def test_the_schema_finds_fault(fetched: Path) -> None:
    wrong = asked_of(fetched, [{"query": queries.RESOLVE.replace("threadId", "thread"), "variables": {"id": None}}])
    assert len(wrong) >= 2
