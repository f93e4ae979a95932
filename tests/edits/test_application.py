from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubcheck.diagnostic import Edit, Fix
from pubcheck.edits import applied, complete, finished, in_conflict, unified_diff, well_formed
from pubcheck.source import SourceFile, Span

if TYPE_CHECKING:
    from pathlib import Path


def edit(start: int, end: int, text: str, path: str = "a.go") -> Edit:
    return Edit(Span(path, start, end), text)


@st.composite
def texts_and_edits(draw: st.DrawFn) -> tuple[bytes, list[Edit]]:
    """Bytes, and edits of them that don't overlap."""
    data = draw(st.text(alphabet="aé\N{GRINNING FACE}\t x", max_size=40)).encode()
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=8)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return data, [edit(start, end, draw(st.text(alphabet="bü\n", max_size=5))) for start, end in pairs]


@given(texts_and_edits(), st.randoms(use_true_random=False))
def test_edits_are_made_whatever_their_order(case: tuple[bytes, list[Edit]], random: object) -> None:
    data, edits = case
    expected = data
    for one in reversed(edits):
        expected = expected[: one.span.start] + one.text.encode() + expected[one.span.end :]
    apart = [one for n, one in enumerate(edits) if all(one.span != other.span for other in edits[:n])]
    if len(apart) == len(edits):
        random.shuffle(edits)  # type: ignore[attr-defined]
    assert well_formed(edits, len(data))
    assert applied(data, edits) == expected


@given(texts_and_edits())
def test_edits_without_a_conflict_are_made_together_or_one_after_the_other(case: tuple[bytes, list[Edit]]) -> None:
    data, edits = case
    for one in edits:
        for other in edits:
            if one is other or in_conflict([one], [other]):
                continue
            first = applied(data, [one])
            shift = len(first) - len(data) if other.span.start > one.span.start else 0
            moved = edit(other.span.start + shift, other.span.end + shift, other.text)
            assert applied(first, [moved]) == applied(data, [one, other])


@given(texts_and_edits())
def test_a_line_that_is_inserted_ends_as_the_file_s_do(case: tuple[bytes, list[Edit]]) -> None:
    data, edits = case
    unix = applied(data + b"\n\n", edits)
    windows = applied(data + b"\r\n\r\n", edits)
    assert windows == unix.replace(b"\n", b"\r\n")


@pytest.mark.parametrize(
    ("one", "other", "conflict"),
    [
        ((0, 2), (1, 3), True),
        ((0, 2), (2, 3), True),
        ((0, 2), (3, 4), False),
        ((2, 2), (2, 2), True),
        ((0, 2), (2, 2), True),
        ((0, 9), (3, 4), True),
    ],
)
def test_fixes_that_touch_are_in_conflict(one: tuple[int, int], other: tuple[int, int], conflict: bool) -> None:
    left, right = [edit(*one, "x")], [edit(*other, "y")]
    assert in_conflict(left, right) is in_conflict(right, left) is conflict
    assert not in_conflict(left, [edit(*other, "y", "b.go")])


def test_edits_of_one_fix_lie_in_the_file_and_apart() -> None:
    assert well_formed([edit(2, 2, "x"), edit(0, 2, "y"), edit(2, 3, "z")], 3)
    assert not well_formed([edit(0, 2, "x"), edit(1, 3, "y")], 3)
    assert not well_formed([edit(0, 4, "x")], 3)
    assert not well_formed([edit(2, 1, "x")], 3)


def mended(text: str, old: str, new: str, *needs: str) -> str | None:
    start = len(text[: text.index(old)].encode())
    data = finished(SourceFile("a.go", text.encode()), [edit(start, start + len(old.encode()), new)], needs)
    return None if data is None else data.decode()


def test_what_is_no_go_any_more_is_refused() -> None:
    assert mended("package p\n\nfunc f() { g() }\n", "g()", "g(") is None
    assert finished(SourceFile("a.go", b"package p\n"), [edit(4, 90, "")]) is None


def test_an_import_finds_room_where_the_package_clause_has_company() -> None:
    text = "package p; type T struct {\n\tn int64\n}\n"
    assert mended(text, "int64", "atomic.Int64", "sync/atomic") == text.replace(
        "p;", 'p; import "sync/atomic";'
    ).replace("int64", "atomic.Int64")


def test_a_file_that_is_broken_already_may_be_mended_elsewhere() -> None:
    text = "package p\n\nfunc f() { g( }\n\nfunc h() { i() }\n"
    assert mended(text, "i()", "j()") == text.replace("i()", "j()")


IMPORTS = [
    ("package p\n", 'package p\n\nimport "maps"\n'),
    ('package p\n\nimport "fmt"\n', 'package p\n\nimport (\n\t"fmt"\n\t"maps"\n)\n'),
    ('package p\n\nimport "os"\n', 'package p\n\nimport (\n\t"maps"\n\t"os"\n)\n'),
    ('package p\n\nimport (\n\t"a"\n\t"z"\n)\n', 'package p\n\nimport (\n\t"a"\n\t"maps"\n\t"z"\n)\n'),
    ('package p\n\nimport (\n\t"a"\n\n\t"x.y/z"\n)\n', 'package p\n\nimport (\n\t"a"\n\t"maps"\n\n\t"x.y/z"\n)\n'),
    ('package p\n\nimport (\n\t"x.y/z"\n)\n', 'package p\n\nimport (\n\t"maps"\n\n\t"x.y/z"\n)\n'),
    ('package p\n\nimport m "maps"\n', 'package p\n\nimport m "maps"\n'),
    ('package p\n\nimport "C"\n', 'package p\n\nimport "C"\n\nimport "maps"\n'),
]


@pytest.mark.parametrize(("before", "after"), IMPORTS)
def test_a_missing_import_is_added_where_gofmt_wants_it(before: str, after: str) -> None:
    code = "\nfunc f() { g() }\n"
    assert mended(before + code, "g()", "h()", "maps") == after + code.replace("g()", "h()")


def test_several_missing_imports_come_at_once() -> None:
    text = 'package p\n\nimport "os"\n\nfunc f() { os.Exit(1) }\n'
    found = mended(text, "1", "2", "sync", "maps")
    assert found == 'package p\n\nimport (\n\t"maps"\n\t"os"\n\t"sync"\n)\n\nfunc f() { os.Exit(2) }\n'


UNUSED = [
    ('import "os"\n\n', ""),
    ('import (\n\t"fmt"\n\t"os"\n)\n\n', 'import (\n\t"fmt"\n)\n\n'),
    ('import (\n\t"fmt"\n\n\t"os"\n)\n\n', 'import (\n\t"fmt"\n)\n\n'),
    ('import (\n\t"os"\n\n\t"x.y/z"\n)\n\n', 'import (\n\t"x.y/z"\n)\n\n'),
    ('import (\n\t"os"\n)\n\n', ""),
    ('import _ "os"\nimport "os"\n\n', 'import _ "os"\n\n'),
]


@pytest.mark.parametrize(("before", "after"), UNUSED)
def test_an_import_that_is_left_unused_is_removed(before: str, after: str) -> None:
    text = f'package p\n\n{before}// os.X\nfunc f() {{ os.Exit("os.Y") }}\n'
    expected = f"package p\n\n{after}// os.X\nfunc f() {{ g() }}\n"
    assert mended(text, 'os.Exit("os.Y")', "g()") == expected


def test_an_import_that_was_unused_before_is_somebody_else_s() -> None:
    text = 'package p\n\nimport "os"\n\nfunc f() { g() }\n'
    assert mended(text, "g()", "h()") == text.replace("g()", "h()")


ALIGNED = [
    ("type S struct {\n\tn int64 // x\n\tlonger string // y\n}\n", "int64", "atomic.Int64"),
    ("type S struct {\n\tn int64\n\t// why\n\tlonger, other string // y\n\tm int\n}\n", "int64", "atomic.Int64"),
    ('type S struct {\n\tn int64 `json:"n"` // z\n\thttp.Handler // y\n\tm *int // a\n}\n', "int64", "int"),
    ("type S struct {\n\tn int64 // only\n}\n", "int64", "atomic.Int64"),
    ("type S struct {\n\tn int64\n\tf func(a int,\n\t\tb int) // m\n\tq int // q\n}\n", "int64", "atomic.Int64"),
    ("func f() {\n\ta() // x\n\tb() // y\n\tif c { // z\n\t\td() // w\n\t}\n}\n", "b()", "longer()"),
    ("func f() {\n\tswitch a { // x\n\tcase 1: // y\n\t\tb() // z\n\t\tcc() // w\n\t}\n}\n", "cc()", "ddd()"),
    ("func a() { b() } // x\nfunc (t T) cc() int { return 1 } // y\nfunc d() {}\n", "t T", "t *T"),
    ("func a() {}\nfunc bb() { c() } // x\nfunc d() {\n\te() // y\n}\nfunc e() { a() } // z\n", "c()", "cccc()"),
    ("func f() {\n\ttype t struct {\n\t\tn int64\n\t\tlonger int\n\t}\n}\n", "longer", "x"),
]


@pytest.mark.go
@pytest.mark.parametrize(("code", "old", "new"), ALIGNED)
def test_columns_are_laid_out_as_gofmt_does(code: str, old: str, new: str, goroot: Path) -> None:
    def formatted(text: str) -> str:
        gofmt = str(goroot / "bin" / "gofmt")
        return subprocess.run([gofmt], input=text, capture_output=True, text=True, check=True).stdout

    before = formatted("package p\n\n" + code)
    after = mended(before, old, new)
    assert after == formatted(before.replace(old, new))


def test_a_complete_fix_brings_all_that_it_takes() -> None:
    text = "package p\r\n\r\nfunc f() { g() }"
    source = SourceFile("a.go", text.encode())
    start = text.index("g()")
    fix = Fix("Mend it", (edit(start, start + 3, "maps.Clone(g())"),), safe=True, needs=(("a.go", "maps"),))
    edits = complete(fix, {"a.go": source}.get)
    expected = 'package p\r\n\r\nimport "maps"\r\n\r\nfunc f() { maps.Clone(g()) }'
    assert applied(source.data, edits).decode() == expected


NAMES = st.text("abcdefgh", min_size=1, max_size=9)


@given(st.lists(st.tuples(NAMES, NAMES, st.booleans()), min_size=1, max_size=6), NAMES, st.booleans())
def test_a_complete_fix_leads_to_the_finished_file(fields: list[tuple[str, str, bool]], new: str, crlf: bool) -> None:
    lines = [f"\tf{name}{n} t{type_}{' // é' if note else ''}" for n, (name, type_, note) in enumerate(fields)]
    text = "\n".join(["package p", "", "type S struct {", *lines, "}", ""])
    source = SourceFile("a.go", (text.replace("\n", "\r\n") if crlf else text).encode())
    start = source.data.index(b" t") + 1
    fix = Fix("Mend it", (edit(start, start + 1, f"maps.{new}"),), safe=True, needs=(("a.go", "maps"),))
    whole = finished(source, fix.edits, fix.imports("a.go"))
    assert whole is not None
    assert b'import "maps"' in whole
    assert applied(source.data, complete(fix, {"a.go": source}.get)) == whole


LINES = st.lists(st.sampled_from(["a", "b", "c", "\N{GRINNING FACE}", ""]), max_size=12).map("\n".join)


@given(LINES, LINES)
def test_a_diff_is_one_that_patch_reads(before: str, after: str) -> None:
    assert patched(before, unified_diff("a.go", before.encode(), after.encode())) == after


def patched(before: str, diff: str) -> str:
    """``before`` with ``diff`` applied, by what its lines say."""
    lines = before.split("\n")
    ends = [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    out: list[str] = []
    at = 0
    last = ""
    for line in diff.splitlines(keepends=True)[2:]:
        mark, text = line[0], line[1:]
        if mark == "@":
            start = int(text.split()[1].split(",")[0][1:])
            gap = max(start - (0 if text.split()[1].endswith(",0") else 1), 0)
            out += ends[at:gap]
            at = gap
        elif mark == "\\":
            out[-1:] = [text.removesuffix("\n") for text in out[-1:]] if last == "+" else out[-1:]
        elif mark == "+":
            out.append(text)
        elif mark == " ":
            out.append(ends[at])
            at += 1
        else:
            at += 1
        last = mark
    return "".join(out + ends[at:])
