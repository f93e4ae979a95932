from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from rich.cells import cell_len

from pubcheck.report import FORMATS, write

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine import Report
    from pubcheck.report import View
    from tests.report.conftest import Code


def text(output_format: str, report: Report, view: View) -> str:
    out = StringIO()
    write(output_format, report, view, out)
    return out.getvalue()


def test_concise(code: Code, reset: Diagnostic, race: Diagnostic, view: View, snapshot: SnapshotAssertion) -> None:
    assert text("concise", code.report(reset, race), view) == snapshot


def test_a_concise_message_is_one_line(code: Code, reset: Diagnostic, view: View) -> None:
    broken = msgspec.structs.replace(reset, message="first\nsecond")
    assert text("concise", code.report(broken), view) == "counter/counter.go:13:2: first second (load-then-store)\n"


@pytest.mark.parametrize("width", [60, 100, 200])
def test_full(  # noqa: PLR0917
    code: Code, reset: Diagnostic, race: Diagnostic, view: View, width: int, snapshot: SnapshotAssertion
) -> None:
    shown = text("full", code.report(reset, race), msgspec.structs.replace(view, width=width))
    assert shown == snapshot
    assert all(cell_len(line) <= width for line in shown.splitlines())


def test_colours_add_nothing_but_colours(code: Code, reset: Diagnostic, race: Diagnostic, view: View) -> None:
    plain = text("full", code.report(reset, race), view)
    bright = text("full", code.report(reset, race), msgspec.structs.replace(view, color=True))
    assert "\x1b[" in bright
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", bright) == plain


def test_marks_stand_below_what_they_mark(code: Code, race: Diagnostic, view: View) -> None:
    lines = text("full", code.report(race), view).splitlines()
    at = next(index for index, line in enumerate(lines) if "^" in line)
    first = cell_len(lines[at - 1][: lines[at - 1].index('世界["a"]')])
    assert lines[at].index("^") == first
    assert lines[at].count("^") == cell_len('世界["a"]')


@pytest.mark.parametrize(
    ("line", "marked"),
    [
        ("x" * 3000 + "MARK" + "y" * 3000, "MARK"),
        ("\t" * 50 + "MARK" + "y" * 3000, "MARK"),
        ("世" * 300 + "MARK", "MARK"),
        ("MARK" * 2000, "MARK" * 2000),
        ("y" + "MARK" * 30_000, "MARK" * 30_000),
    ],
)
def test_a_long_line_is_cut_around_the_mark(code: Code, race: Diagnostic, view: View, line: str, marked: str) -> None:
    code.add("long.go", f"package p\n{line}\n")
    shown = text(
        "full", code.report(msgspec.structs.replace(race, span=code.span("long.go", marked), related=())), view
    )
    lines = shown.splitlines()
    assert all(cell_len(one) <= view.width for one in lines)
    marks = next(one for one in lines if "^" in one)
    code_line = lines[lines.index(marks) - 1]
    start = marks.index("^")
    assert cell_len(code_line[: code_line.index("MARK")]) == start
    assert marks.count("^") >= 4


@pytest.mark.parametrize(
    ("data", "start", "end"),
    [
        (b'package p\nvar x = "\x1b[31m\xff\xfe"\n', 10, 24),
        (b"package p", 9, 9),
        (b"package p\n", 10, 10),
        (b"package p\n", 4000, 5000),
        (b"", 0, 0),
        (b"package p\nfunc f() {\n\tg()\n}\n", 10, 28),
        (b"package p\n\n\n", 10, 11),
    ],
)
@pytest.mark.parametrize("output_format", FORMATS)
def test_odd_places_are_shown_somehow(  # noqa: PLR0917
    code: Code, race: Diagnostic, view: View, output_format: str, data: bytes, start: int, end: int
) -> None:
    code.add("odd.go", data)
    odd = msgspec.structs.replace(race, span=code.files[f"{view.cwd}/odd.go"].span(start, end), related=())
    shown = text(output_format, code.report(odd), view)
    assert "odd.go" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize("output_format", FORMATS)
def test_a_file_that_has_gone_is_no_reason_to_fail(
    code: Code, reset: Diagnostic, view: View, output_format: str
) -> None:
    report = code.report(reset)
    code.files.clear()
    gone = msgspec.structs.replace(report, sources=code.report().sources)
    assert "counter/counter.go" in text(output_format, gone, view)


def test_paths_outside_the_current_folder_are_absolute(code: Code, reset: Diagnostic, view: View) -> None:
    elsewhere = msgspec.structs.replace(view, cwd=Path("/home/gopher/other"))
    shown = text("concise", code.report(reset), elsewhere)
    assert shown.startswith("/home/gopher/project/counter/counter.go:13:2: ")
