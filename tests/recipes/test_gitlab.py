"""The GitLab CI template: its script is run as a runner runs it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from fake_gitlab import TOKEN, FakeGitLab
from samples import RESET
from webserver import served

from tests.recipes.conftest import read_yaml

if TYPE_CHECKING:
    from subprocess import CompletedProcess

    from tests.recipes.conftest import Sample


@pytest.fixture(scope="module")
def template(pytestconfig: pytest.Config) -> dict[str, Any]:
    found: dict[str, Any] = read_yaml(pytestconfig.rootpath / "integrations" / "gitlab" / "pubcheck.gitlab-ci.yml")
    return found


def _run(template: dict[str, Any], sample: Sample, **variables: str) -> CompletedProcess[str]:
    script = "set -eo pipefail\n" + "\n".join(template["pubcheck"]["script"])
    told = template["variables"] | {"CI_PROJECT_DIR": str(sample.root)} | variables
    return sample.run("bash", "-c", script, **told)


def test_a_branch(template: dict[str, Any], sample: Sample) -> None:
    done = _run(template, sample)
    assert done.returncode == 1
    assert "counter.go:11:2" in done.stdout
    (found,) = json.loads((sample.root / "gl-code-quality-report.json").read_text())
    assert found["check_name"] == "load-then-store"
    for name in template["pubcheck"]["artifacts"]["paths"]:
        assert (sample.root / name).exists()


def test_a_merge_request_tells_of_its_changes(template: dict[str, Any], sample: Sample) -> None:
    base = sample.git("rev-parse", "HEAD").strip()
    assert _run(template, sample, CI_MERGE_REQUEST_DIFF_BASE_SHA=base).returncode == 0
    sample.write("gauge.go", RESET.replace("Counter", "Gauge"))
    sample.commit()
    done = _run(template, sample, CI_MERGE_REQUEST_DIFF_BASE_SHA=base, PUBCHECK_ARGS="--min-confidence high")
    assert done.returncode == 1
    assert "gauge.go:11:2" in done.stdout
    assert "counter.go" not in done.stdout


def test_a_merge_request_is_reviewed_if_there_is_a_token(template: dict[str, Any], sample: Sample) -> None:
    base = sample.git("rev-parse", "HEAD").strip()
    gauge = RESET.replace("Counter", "Gauge")
    sample.write("gauge.go", gauge)
    sample.commit()
    forge = FakeGitLab({"counter.go": RESET})
    forge.push({"counter.go": RESET, "gauge.go": gauge})
    with served(forge.answer) as url:
        forge.url = url
        done = _run(
            template,
            sample,
            CI_MERGE_REQUEST_DIFF_BASE_SHA=base,
            CI_MERGE_REQUEST_IID="3",
            CI_MERGE_REQUEST_PROJECT_PATH="gopher/cache",
            CI_API_V4_URL=url,
            GITLAB_CI="true",
            PUBCHECK_TOKEN=TOKEN,
            NO_PROXY="*",
        )
    assert done.returncode == 1, "what is found fails the job, told or not"
    assert [note["position"]["new_line"] for note in forge.threads()] == [11]
    assert len(forge.summaries()) == 1
    assert TOKEN not in done.stdout + done.stderr


def test_variables_are_words(template: dict[str, Any], sample: Sample) -> None:
    for name in ("PUBCHECK_ARGS", "PUBCHECK_PATTERNS", "CI_MERGE_REQUEST_DIFF_BASE_SHA"):
        for text in ("; touch owned", "$(touch owned)", "*"):
            _run(template, sample, **{name: text})
            assert not (sample.root / "owned").exists()


def test_wrong_usage_fails(template: dict[str, Any], sample: Sample) -> None:
    assert _run(template, sample, PUBCHECK_PATTERNS="./nowhere").returncode == 2
