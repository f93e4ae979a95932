"""Which pull request is meant."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from pubcheck.review.errors import ReviewError
from pubcheck.review.where import Target, Wish, take_token, target

if TYPE_CHECKING:
    from pathlib import Path

    from tests.review.conftest import Start

ACTIONS = {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "o/r", "GITHUB_REF": "refs/pull/12/merge"}
PIPELINE = {
    "GITLAB_CI": "true",
    "CI_API_V4_URL": "https://lab.example/api/v4",
    "CI_PROJECT_PATH": "group/sub/r",
    "CI_MERGE_REQUEST_IID": "5",
}
PUBLIC_GITHUB = "https://api.github.com"


@pytest.mark.parametrize(
    ("wish", "environment", "meant"),
    [
        (Wish(), ACTIONS, Target("github", PUBLIC_GITHUB, "o/r", 12)),
        (Wish(number="13"), ACTIONS, Target("github", PUBLIC_GITHUB, "o/r", 13)),
        (
            Wish(),
            {**ACTIONS, "GITHUB_API_URL": "https://hub.example/api/v3"},
            Target("github", "https://hub.example/api/v3", "o/r", 12),
        ),
        (Wish(), PIPELINE, Target("gitlab", "https://lab.example/api/v4", "group/sub/r", 5)),
        (Wish(number="https://github.com/o/r/pull/3/files#x"), {}, Target("github", PUBLIC_GITHUB, "o/r", 3)),
        (Wish(number="https://hub.example/o/r/pull/3"), {}, Target("github", "https://hub.example/api/v3", "o/r", 3)),
        (
            Wish(number="https://lab.example/group/sub/r/-/merge_requests/4"),
            ACTIONS,
            Target("gitlab", "https://lab.example/api/v4", "group/sub/r", 4),
        ),
        (
            Wish(repository="https://gitlab.com/a/b.git", number="!6"),
            {},
            Target("gitlab", "https://gitlab.com/api/v4", "a/b", 6),
        ),
        (Wish(repository="o/r", number="#7", provider="github"), {}, Target("github", PUBLIC_GITHUB, "o/r", 7)),
        (
            Wish(repository="o/r", number="7", provider="github", api="https://x.example"),
            ACTIONS,
            Target("github", "https://x.example", "o/r", 7),
        ),
    ],
)
def test_the_user_says_it_or_the_job_knows(wish: Wish, environment: dict[str, str], meant: Target) -> None:
    assert target(wish, environment) == meant


@pytest.mark.parametrize(
    "event",
    [{"pull_request": {"number": 9}}, {"workflow_run": {"pull_requests": [{"number": 9}]}}],
)
def test_the_event_of_a_workflow_tells(tmp_path: Path, event: object) -> None:
    path = tmp_path / "event.json"
    path.write_text(json.dumps(event))
    environment = {"GITHUB_REPOSITORY": "o/r", "GITHUB_EVENT_PATH": str(path)}
    assert target(Wish(), environment).number == 9


@pytest.mark.parametrize("event", ["", "[]", "{", '{"workflow_run": {"pull_requests": []}}', '{"pull_request": null}'])
def test_an_event_that_tells_nothing_is_no_trouble(tmp_path: Path, event: str) -> None:
    path = tmp_path / "event.json"
    path.write_text(event)
    with pytest.raises(ReviewError, match="which pull request"):
        target(Wish(), {"GITHUB_REPOSITORY": "o/r", "GITHUB_EVENT_PATH": str(path)})


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish(), "which forge"),
        (Wish(provider="github"), "which repository"),
        (Wish(provider="github", repository="o/r"), "which pull request"),
        (Wish(provider="gitlab", repository="o/r", number="x"), "which pull request"),
        (Wish(number="https://github.com/o/r/issues/3"), "of no pull request"),
    ],
)
def test_what_is_not_known_is_asked(wish: Wish, said: str) -> None:
    with pytest.raises(ReviewError, match=said):
        target(wish, {})


def test_the_token_leaves_the_environment() -> None:
    environment = {"GITHUB_TOKEN": "ghs_1", "GH_TOKEN": "ghs_2", "PUBCHECK_TOKEN": " mine\n", "GITLAB_TOKEN": "other"}
    assert take_token("github", environment).reveal() == "mine"
    assert environment == {"GITLAB_TOKEN": "other"}
    with pytest.raises(ReviewError, match="characters that no token has"):
        take_token("github", {"GITHUB_TOKEN": "a\r\nHost: evil"})


def test_without_httpx_it_says_what_to_install(github: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    review = github({"a.go": "package a\n"})
    for name in [name for name in sys.modules if name.startswith("pubcheck.review")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "pubcheck.cli.review", raising=False)
    monkeypatch.setitem(sys.modules, "httpx", None)
    outcome = review.start()
    assert (outcome.code, outcome.err) == (
        2,
        "pubcheck: reviews need httpx, which isn't installed: pip install 'pubcheck[review]'\n",
    )
