"""What guards exported memory is for all packages of a module to say, however they are looked at."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from pubcheck.diagnostic import Confidence
from pubcheck.engine import Config, Shard, available_rules, check
from pubcheck.engine.analyst import Analyst
from pubcheck.engine.builtin import BUILTIN_RULES
from pubcheck.engine.hands import Hands
from pubcheck.engine.merging import merge
from pubcheck.engine.session import Session
from pubcheck.report import View, write
from pubcheck.source import Overlay

if TYPE_CHECKING:
    from pathlib import Path

    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine import Report
    from pubcheck.engine.task import Outcome, Task

CONFIG = Config(select=("inconsistent-guard",), min_confidence=Confidence.LOW)
MODULE = "example.test/case/rules-inconsistent-guard-polled"
LOCKED = "p.board.Lock.Lock()\n\tp.board.Scores[name]++\n\tp.board.Lock.Unlock()"
BARE = "p.board.Scores[name]++"


@pytest.fixture
def module(tmp_path: Path, pytestconfig: pytest.Config) -> Path:
    """Two packages that guard their memory or don't, and who uses it from elsewhere."""
    (tmp_path / "go.mod").write_text(f"module {MODULE}\n\ngo 1.24\n")
    for path in (pytestconfig.rootpath / "testdata/rules/inconsistent-guard/polled").glob("*/*.go"):
        (tmp_path / path.parent.name).mkdir(exist_ok=True)
        (tmp_path / path.parent.name / path.name).write_bytes(path.read_bytes())
    return tmp_path


def look(root: Path, *patterns: str, config: Config = CONFIG, **more: Any) -> Report:
    return check(patterns or ["./..."], config, cwd=root, rules=available_rules(None), **more)


def text(root: Path, report: Report) -> str:
    out = StringIO()
    write("json", report, View(cwd=root, rules=BUILTIN_RULES), out)
    return out.getvalue()


def told(report: Report) -> list[str]:
    return [f"{one.span.path.rpartition('/')[2]}: {one.message}" for one in report.diagnostics]


def edit(root: Path, name: str, before: str, after: str) -> None:
    path = root / name / f"{name}.go"
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))


def test_the_packages_are_heard_together(module: Path) -> None:
    report = look(module)
    assert [one.confidence for one in report.diagnostics] == [Confidence.MEDIUM] * 4
    title, *_ = sorted(report.diagnostics, key=lambda one: ("board.go" not in one.span.path, one.span))
    assert title.because == (
        "`Board.Lock` is held in 3 of 4 accesses; `(*Panel).Name` of package panel holds it, and others call that",
    )
    assert [(each.span.path.rpartition("/")[2], each.message) for each in title.related] == [
        ("panel.go", "`(*Panel).Name` writes it under `Board.Lock`")
    ]
    assert title.poll is None


def test_a_lock_that_too_few_hold_is_no_guard(module: Path) -> None:
    edit(module, "panel", LOCKED, BARE)
    assert not any("Scores" in one for one in told(look(module)))


def test_what_only_readers_lock_needs_no_guard(module: Path) -> None:
    assert not any("Draft" in one for one in told(look(module)))
    edit(module, "robot", 'r.board.Draft = "robot"', "_ = r.board.Draft")
    edit(module, "board", 'b.Draft += "."', "_ = b.Draft")
    assert not any("Draft" in one for one in told(look(module)))


def test_workers_say_the_same(module: Path) -> None:
    assert text(module, look(module, hands=Hands(2))) == text(module, look(module))


@pytest.mark.parametrize("count", [2, 5])
def test_parts_say_the_same(module: Path, count: int) -> None:
    parts = {str(index): look(module, shard=Shard(index, count)) for index in range(1, count + 1)}
    assert max(len(part.diagnostics) for part in parts.values()) < 4
    whole = look(module)
    assert merge(parts).diagnostics == whole.diagnostics


def test_who_is_looked_at_alone_hears_those_below(module: Path) -> None:
    whole = told(look(module))
    assert told(look(module, "./desk")) == [one for one in whole if one.startswith("desk")]
    assert told(look(module, "./robot")) == []


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The packages that are analysed."""
    names: list[str] = []
    run = Analyst.run

    def noted(self: Analyst, task: Task) -> Outcome:
        names.append(task.package.rpartition("/")[2])
        return run(self, task)

    monkeypatch.setattr(Analyst, "run", noted)
    return names


def test_an_edit_is_heard_by_who_is_not_looked_at_again(module: Path, tmp_path: Path, looked_at: list[str]) -> None:
    cache = tmp_path / "cache"
    look(module, cache=cache)
    for before, after in ((LOCKED, BARE), (BARE, LOCKED)):
        edit(module, "panel", before, after)
        looked_at.clear()
        warm = look(module, cache=cache)
        assert looked_at in (["panel"], [])
        assert text(module, warm) == text(module, look(module))
    assert any("Scores" in one for one in told(warm))


def test_parts_remember_whom_they_heard(module: Path, tmp_path: Path, looked_at: list[str]) -> None:
    cache = tmp_path / "cache"

    def part(index: int) -> str:
        config = msgspec.structs.replace(CONFIG, select=("shared-state",))
        return text(module, look(module, config=config, shard=Shard(index, 3), cache=cache))

    cold = [part(index) for index in (1, 2, 3)]
    assert len(looked_at) > 5
    looked_at.clear()
    assert [part(index) for index in (1, 2, 3)] == cold
    assert looked_at == []


def findings(session: Session) -> list[Diagnostic]:
    while session.left:
        session.work()
    return [one for path in session.files for one in session.findings(path)]


def test_while_one_package_is_edited_others_hear_it(module: Path) -> None:
    session = Session(module, CONFIG)
    path = module / "panel" / "panel.go"
    whole = path.read_text()
    assert findings(session) == list(look(module).diagnostics)
    for buffer in (
        whole,
        whole.replace(LOCKED, BARE),
        f"// more\n{whole}",
        whole.replace("\tp.board.Title", "\n\tp.board.Title"),
    ):
        session.edit(path, buffer.encode())
        assert findings(session) == list(look(module, overlay=Overlay({path: buffer.encode()})).diagnostics)
