"""Mending through the engine's door: rules that are queries, Go files on the disk, and what becomes of them."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rule_document import rule_document

from pubcheck.engine import Config, Mended, check, mend, write_files
from pubcheck.engine.mending import ROUNDS

_CALL = """\
((call_expression function: (identifier) @function arguments: (argument_list . (_)? @argument)) @report
 (#eq? @function "%s"))"""

_FIX = """\
## Fix
Call another
```go %s replace=report
%s
```
"""


class Bench:
    """A module, and query rules that replace calls."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("go.mod", "module example.test\n\ngo 1.27\n")
        (root / ".pubcheck" / "rules").mkdir(parents=True)

    def rule(self, name: str, text: str, *, safe: bool = True) -> None:
        fix = _FIX % ("safe" if safe else "unsafe", text)
        document = rule_document(_CALL % name, "`{function}` is called", fix)
        (self.root / ".pubcheck" / "rules" / f"no-{name}.md").write_text(document)

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.write_bytes(text.encode())
        return path

    def mend(self, *, unsafe: bool = False, config: Config | None = None) -> Mended:
        config = config or Config(select=tuple(path.stem for path in (self.root / ".pubcheck" / "rules").iterdir()))
        return mend(partial(check, ["./..."], config, cwd=self.root), unsafe=unsafe)

    def after(self, mended: Mended, name: str = "a.go") -> str | None:
        data = mended.after.get(str(self.root / name))
        return None if data is None else data.decode()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path.resolve())


CODE = "package p\n\nfunc f() {\n\told(1)\n\told(2)\n}\n"


def test_fixes_are_made_in_memory(bench: Bench) -> None:
    bench.rule("old", "new({argument})")
    path = bench.write("a.go", CODE)
    mended = bench.mend()
    assert bench.after(mended) == CODE.replace("old", "new")
    assert (mended.fixed, mended.unsafe, mended.report.diagnostics) == (2, 0, ())
    assert path.read_text() == CODE


def test_unsafe_fixes_are_made_when_asked_for_and_counted_when_not(bench: Bench) -> None:
    bench.rule("old", "new({argument})", safe=False)
    bench.write("a.go", CODE)
    mended = bench.mend()
    assert (mended.after, mended.fixed, mended.unsafe) == ({}, 0, 2)
    assert len(mended.report.diagnostics) == 2
    mended = bench.mend(unsafe=True)
    assert bench.after(mended) == CODE.replace("old", "new")
    assert (mended.fixed, mended.unsafe) == (2, 0)


def test_what_overlaps_is_mended_in_another_round(bench: Bench) -> None:
    bench.rule("old", "new({argument})")
    bench.write("a.go", "package p\n\nvar a = old(old(old(1)))\n")
    mended = bench.mend()
    assert bench.after(mended) == "package p\n\nvar a = new(new(new(1)))\n"
    assert mended.fixed == 3


EXPRESSIONS = st.recursive(
    st.sampled_from(["1", '"é"', "a[0]"]),
    lambda inner: st.one_of(
        inner.map("old({})".format), st.tuples(inner, inner).map(" + ".join), inner.map("other(/* old( */ {})".format)
    ),
    max_leaves=12,
)


@settings(max_examples=12)
@given(st.lists(EXPRESSIONS, min_size=1, max_size=4), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_rounds_end_where_nothing_is_left_to_mend(expressions: list[str], ending: str, bom: bool) -> None:
    with TemporaryDirectory() as name:
        bench = Bench(Path(name).resolve())
        bench.rule("old", "new({argument})")
        lines = ["package p", "", *(f"var v{n} = {one}" for n, one in enumerate(expressions)), ""]
        text = ("\N{BYTE ORDER MARK}" if bom else "") + ending.join(lines)
        bench.write("a.go", text)
        mended = bench.mend()
        if text.count("old(") <= ROUNDS:
            assert (bench.after(mended) or text) == re.sub(r"(?<!/\* )old\(", "new(", text)
            assert mended.report.diagnostics == ()


def test_one_fix_leads_to_the_next(bench: Bench) -> None:
    bench.rule("first", "second({argument})")
    bench.rule("second", "third({argument})")
    bench.write("a.go", "package p\n\nvar a = first(1)\n")
    mended = bench.mend()
    assert bench.after(mended) == "package p\n\nvar a = third(1)\n"
    assert mended.fixed == 2


def test_fixes_that_undo_each_other_come_to_an_end(bench: Bench) -> None:
    bench.rule("one", "other({argument})")
    bench.rule("other", "one({argument})")
    bench.write("a.go", "package p\n\nvar a = one(1)\n")
    mended = bench.mend()
    assert len(mended.report.diagnostics) == 1


def test_a_fix_that_mends_nothing_is_made_once(bench: Bench) -> None:
    bench.rule("old", "old({argument}, 0)")
    bench.write("a.go", "package p\n\nvar a = old(1)\n")
    mended = bench.mend()
    assert bench.after(mended) == "package p\n\nvar a = old(1, 0)\n"
    assert mended.fixed == 0
    assert len(mended.report.diagnostics) == 1


def test_a_fix_that_would_break_the_file_is_reported_and_not_made(bench: Bench) -> None:
    bench.rule("old", "new(")
    bench.rule("odd", "even({argument})")
    bench.write("a.go", "package p\n\nvar a = old(1)\n\nvar b = odd(1)\n")
    mended = bench.mend()
    assert bench.after(mended) == "package p\n\nvar a = old(1)\n\nvar b = even(1)\n"
    assert mended.fixed == 1
    assert [one.rule for one in mended.report.diagnostics] == ["no-old", "bad-fix"]
    assert "a fix of `no-old` was not made" in mended.report.diagnostics[-1].message


@pytest.mark.parametrize("head", ["// Code generated by x. DO NOT EDIT.\n\n", "//pubcheck:ignore no-old for now\n"])
def test_what_is_generated_or_silenced_stays(bench: Bench, head: str) -> None:
    bench.rule("old", "new({argument})")
    bench.write("a.go", head + CODE)
    config = Config(select=("no-old",), generated=True)
    assert bench.mend(config=config).after == {}


def test_what_is_excluded_stays(bench: Bench) -> None:
    bench.rule("old", "new({argument})")
    bench.write("a.go", CODE)
    bench.write("b.go", "package p\n\nvar b = old(1)\n")
    mended = bench.mend(config=Config(select=("no-old",), exclude=("a.go",)))
    assert list(mended.after) == [str(bench.root / "b.go")]


@pytest.mark.parametrize(
    "text",
    [
        CODE.replace("\n", "\r\n"),
        "\N{BYTE ORDER MARK}" + CODE,
        CODE.rstrip(),
        CODE.replace("1", '"\N{GRINNING FACE} é"'),
        CODE.replace("package", "// é\n\npackage"),
    ],
    ids=["crlf", "bom", "no final newline", "utf-8 in front", "utf-8 above"],
)
def test_the_rest_of_the_file_stays_as_it_is(bench: Bench, text: str) -> None:
    bench.rule("old", "new({argument})")
    path = bench.write("a.go", text)
    mended = bench.mend()
    assert list(write_files(mended.before, mended.after)) == []
    assert path.read_bytes().decode() == text.replace("old", "new")


def test_files_keep_their_mode_and_links_their_target(bench: Bench) -> None:
    bench.rule("old", "new({argument})")
    bench.root.joinpath("elsewhere").mkdir()
    target = bench.write("elsewhere/a.txt", CODE)
    target.chmod(0o640)
    link = bench.root / "a.go"
    link.symlink_to(target)
    mended = bench.mend()
    assert list(write_files(mended.before, mended.after)) == []
    assert link.is_symlink()
    assert target.read_text() == CODE.replace("old", "new")
    assert target.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in target.parent.iterdir()] == ["a.txt"]


def test_a_file_that_has_changed_meanwhile_is_left_alone(bench: Bench) -> None:
    bench.rule("old", "new({argument})")
    path = bench.write("a.go", CODE)
    mended = bench.mend()
    path.write_text(CODE + "// more\n")
    (problem,) = write_files(mended.before, mended.after)
    assert problem.path == str(path)
    assert "has changed" in problem.message
    assert path.read_text() == CODE + "// more\n"


def test_a_file_that_is_gone_is_told(bench: Bench) -> None:
    bench.rule("old", "new({argument})")
    path = bench.write("a.go", CODE)
    mended = bench.mend()
    path.unlink()
    (problem,) = write_files(mended.before, mended.after)
    assert "No such file" in problem.message
