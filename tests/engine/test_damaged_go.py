"""Damaged Go, from bytes to findings: whatever stands there, nothing of pubcheck fails, and nothing stays behind."""

from __future__ import annotations

import gc
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from damage import damaged
from hypothesis import given, settings
from hypothesis import strategies as st

from pubcheck.diagnostic import Confidence
from pubcheck.engine import Config, Report, check
from pubcheck.rules.registry import load

TESTDATA = Path(__file__).parents[2] / "testdata"
ORIGINALS = {str(path.relative_to(TESTDATA)): path.read_bytes() for path in sorted(TESTDATA.rglob("*.go"))}
EVERYTHING = Config(select=("all",), min_confidence=Confidence.LOW)
RULES = load(())


def check_files(files: dict[str, bytes], folder: Path) -> Report:
    (folder / "go.mod").write_text("module example.com/m\n\ngo 1.25\n")
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return check(["./..."], EVERYTHING, cwd=folder, rules=RULES)


def test_the_originals_are_found_as_they_are() -> None:
    assert len(ORIGINALS) > 40
    assert sum(data.count(b"// want") for data in ORIGINALS.values()) > 40


@settings(max_examples=300)
@given(st.data())
def test_no_damage_makes_it_fail(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(ORIGINALS)), label="file")
    text = data.draw(damaged(ORIGINALS[name]), label="damaged")
    with TemporaryDirectory() as folder:
        report = check_files({"a.go": text}, Path(folder))
        assert [(one.message, one.because) for one in report.diagnostics if one.rule == "internal-error"] == []
        for diagnostic in report.diagnostics:
            for span in (diagnostic.span, *(related.span for related in diagnostic.related)):
                assert 0 <= span.start <= span.end <= len(text)


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_file_keeps_to_itself(data: st.DataObject) -> None:
    """Another package says the same, whatever happens to one that it doesn't import."""
    name = data.draw(st.sampled_from(sorted(ORIGINALS)), label="file")
    text = data.draw(damaged(ORIGINALS[name]), label="damaged")
    whole = ORIGINALS["showcase/meter.go"]
    with TemporaryDirectory() as folder:
        (Path(folder) / "apart").mkdir()
        report = check_files({"a.go": text, "apart/meter.go": whole}, Path(folder))
        apart = {one.rule for one in report.diagnostics if one.span.path.endswith("meter.go")}
    assert "load-then-store" in apart


def test_what_gives_nothing_may_be_appended_to(tmp_path: Path) -> None:
    text = b'package m\n\nimport "sync"\n\nvar mu sync.Mutex\n\nfunc f() {}\n\n'
    text += b"func g() []int { mu.Lock(); return append(f(), 1) }\n"
    assert not check_files({"a.go": text}, tmp_path).crashed


def test_nothing_of_a_run_stays_in_memory(tmp_path: Path) -> None:
    """An editor's process checks a thousand times."""

    def alive() -> Counter[str]:
        # What a circle of others held on to is only seen to be free on a second look.
        while gc.collect():
            pass
        return Counter(
            type(one).__name__ for one in gc.get_objects() if str(type(one).__module__).startswith("pubcheck.")
        )

    files = {name.removeprefix("showcase/"): ORIGINALS[name] for name in ORIGINALS if name.startswith("showcase/")}
    check_files(files, tmp_path)
    before = alive()
    check_files(files, tmp_path)
    assert alive() - before == Counter()


@pytest.mark.parametrize("times", [2, 1000])
def test_a_cycle_of_calls_of_any_length_ends(times: int, tmp_path: Path) -> None:
    functions = [
        f"func (t *T) m{number}() {{ t.mu.Lock(); t.m{(number + 1) % times}(); t.n++; t.mu.Unlock() }}"
        for number in range(times)
    ]
    text = 'package m\n\nimport "sync"\n\ntype T struct {\n\tmu sync.Mutex\n\tn int\n}\n\n' + "\n".join(functions)
    report = check_files({"a.go": text.encode()}, tmp_path)
    assert not report.crashed
