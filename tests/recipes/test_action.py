"""The GitHub Action: its scripts are run as a runner runs them, with its inputs in the environment."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from fake_github import TOKEN, FakeGitHub
from samples import RESET
from webserver import served

from tests.recipes.conftest import read_yaml

if TYPE_CHECKING:
    from tests.recipes.conftest import Sample

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


class Outcome(NamedTuple):
    code: int
    out: str
    outputs: dict[str, str]
    summary: str


@pytest.fixture(scope="module")
def action(pytestconfig: pytest.Config) -> dict[str, Any]:
    found: dict[str, Any] = read_yaml(pytestconfig.rootpath / "action.yml")
    return found


def _step(action: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(step for step in action["runs"]["steps"] if step["name"] == name)
    return found


@pytest.fixture
def temp(tmp_path: Path, bin_folder: Path) -> Path:
    """The runner's folder, with pubcheck where the action installs it."""
    folder = tmp_path / "runner temp"
    (folder / "pubcheck").mkdir(parents=True)
    (folder / "pubcheck" / "bin").symlink_to(bin_folder)
    return folder


def _run(step: dict[str, Any], sample: Sample, temp: Path, contexts: dict[str, str], **variables: str) -> Outcome:
    """Run a step's script as the runner does: ``bash --noprofile --norc -eo pipefail FILE``.

    ``variables`` are those that a runner sets beside the step's.
    """
    known = {"runner.temp": str(temp)} | contexts
    environment = {
        name: _EXPRESSION.sub(lambda found: known[found[1]], value) for name, value in step.get("env", {}).items()
    }
    files = {name: temp / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.write_text("")
    script = temp / "script.sh"
    script.write_text(step["run"])
    done = sample.run(
        *("bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)),
        **environment,
        **variables,
        RUNNER_TEMP=str(temp),
        **{name: str(file) for name, file in files.items()},
    )
    outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
    return Outcome(done.returncode, done.stdout + done.stderr, outputs, files["GITHUB_STEP_SUMMARY"].read_text())


def _inputs(action: dict[str, Any], **given: str) -> dict[str, str]:
    defaults = {name: told["default"] for name, told in action["inputs"].items()}
    return {f"inputs.{name}": given.get(name.replace("-", "_"), default) for name, default in defaults.items()}


def _check(action: dict[str, Any], sample: Sample, temp: Path, **given: str) -> Outcome:
    return _run(_step(action, "Check"), sample, temp, _inputs(action, **given))


def test_a_run(action: dict[str, Any], sample: Sample, temp: Path) -> None:
    outcome = _check(action, sample, temp)
    assert outcome.code == 0
    assert outcome.outputs["exit-code"] == "1"
    assert "::error file=counter.go,line=11" in outcome.out
    assert "<code>load-then-store</code>" in outcome.summary
    (found,) = json.loads(Path(outcome.outputs["report"]).read_text())["diagnostics"]
    assert found["rule"] == "load-then-store"
    (run,) = json.loads(Path(outcome.outputs["sarif"]).read_text())["runs"]
    assert len(run["results"]) == 1
    last = _step(action, "Tell whether it failed")
    assert _run(last, sample, temp, {"steps.check.outputs.exit-code": outcome.outputs["exit-code"]}).code == 1


@pytest.mark.parametrize("may_write", [True, False])
def test_a_pull_request_is_reviewed(action: dict[str, Any], sample: Sample, temp: Path, may_write: bool) -> None:
    """Where the token may not write, as for a fork, the annotations and the job's summary are what is left."""
    gauge = RESET.replace("Counter", "Gauge")
    sample.write("gauge.go", gauge)
    sample.commit()
    checked = _check(action, sample, temp, new_from="main")
    forge = FakeGitHub({"counter.go": RESET})
    forge.push({"counter.go": RESET, "gauge.go": gauge})
    forge.may_write = may_write
    event = temp / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7}}))
    contexts = {"inputs.token": TOKEN, "steps.check.outputs.report": checked.outputs["report"]}
    with served(forge.answer) as url:
        forge.url = url
        runner = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": url,
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_REPOSITORY": "gopher/cache",
            "NO_PROXY": "*",
        }
        outcome = _run(_step(action, "Review"), sample, temp, contexts, **runner)
    assert outcome.code == 0
    assert TOKEN not in outcome.out + outcome.summary
    if may_write:
        assert [(one["path"], one["line"]) for one in forge.threads] == [("gauge.go", 11)]
        assert "```suggestion" in str(forge.said()[0]["body"])
        assert len(forge.comments) == 1
    else:
        assert "::error file=gauge.go,line=11" in outcome.out
        assert "the token may not write here" in outcome.out
        assert "1 finding on lines of this change" in outcome.summary
        assert not forge.threads


def test_nothing_found(action: dict[str, Any], sample: Sample, temp: Path) -> None:
    sample.write("counter.go", "package m\n")
    outcome = _check(action, sample, temp)
    assert outcome.outputs["exit-code"] == "0"
    last = _step(action, "Tell whether it failed")
    assert _run(last, sample, temp, {"steps.check.outputs.exit-code": "0"}).code == 0


def test_the_inputs(action: dict[str, Any], sample: Sample, temp: Path) -> None:
    assert _check(action, sample, temp, fail_on="never").outputs["exit-code"] == "0"
    assert _check(action, sample, temp, args="--select  locks\n--no-tests").outputs["exit-code"] == "0"
    sample.write("a/a.go", "package a\n")
    assert _check(action, sample, temp, patterns="./a  ./a/...").outputs["exit-code"] == "0"
    assert _check(action, sample, temp, new_from="main").outputs["exit-code"] == "0"
    sample.write("gauge.go", RESET.replace("Counter", "Gauge"))
    assert _check(action, sample, temp, new_from="main").outputs["exit-code"] == "1"
    sample.run("pubcheck", "baseline", "write", "--baseline", "a known.toml")
    assert _check(action, sample, temp, baseline="a known.toml").outputs["exit-code"] == "0"


def test_wrong_usage_fails_at_once(action: dict[str, Any], sample: Sample, temp: Path) -> None:
    for given in ({"fail_on": "bad"}, {"patterns": "./nowhere"}, {"new_from": "nowhere"}, {"args": "--nonsense"}):
        outcome = _check(action, sample, temp, **given)
        assert (outcome.code, outcome.outputs) == (2, {}), outcome.out


@pytest.mark.parametrize(
    "text",
    [
        "; touch owned",
        "$(touch owned)",
        "`touch owned`",
        '"; touch owned; "',
        "'; touch owned; '",
        "x\ntouch owned",
        "*",
    ],
)
def test_no_input_is_a_command(action: dict[str, Any], sample: Sample, temp: Path, text: str) -> None:
    names = [name.replace("-", "_") for name in action["inputs"] if name != "working-directory"]
    _check(action, sample, temp, **dict.fromkeys(names, text))
    assert not (sample.root / "owned").exists()


def test_scripts_hold_no_expressions(action: dict[str, Any]) -> None:
    for step in action["runs"]["steps"]:
        assert not _EXPRESSION.search(step.get("run", ""))
        assert step.get("shell", "bash") == "bash"
        assert ("run" in step) == ("shell" in step)
        assert ("run" in step) != ("uses" in step)


def test_what_is_referred_to_is_there(action: dict[str, Any]) -> None:
    text = json.dumps(action["runs"]) + json.dumps(action["outputs"])
    assert {*re.findall(r"inputs\.([\w-]+)", text)} == {*action["inputs"]}
    written = re.findall(r"^\s*echo \"([\w-]+)=", _step(action, "Check")["run"], re.MULTILINE)
    assert {*re.findall(r"steps\.check\.outputs\.([\w-]+)", text)} == {*written}


def test_a_pattern_is_no_option(action: dict[str, Any], sample: Sample, temp: Path) -> None:
    outcome = _check(action, sample, temp, patterns="--exit-zero")
    assert outcome.code == 2
