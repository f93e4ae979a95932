from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubcheck.spec import SpecError
from pubcheck.spec.markdown import read_sections


def test_headings_cut_a_document() -> None:
    head, bad = read_sections("# T\nwhy\n\nmore\n## Bad\nnote\n```go race\nx\n\ny\n```\nafter\n", "r.md")
    assert (head.level, head.heading, head.line, head.after) == (1, "T", 1, "why\n\nmore")
    assert (bad.level, bad.heading, bad.line, bad.after) == (2, "Bad", 5, "after")
    (fence,) = bad.fences
    assert (fence.info, fence.text, fence.line, fence.before) == ("go race", "x\n\ny\n", 8, "note")
    assert bad.prose == "note\n\nafter"


def test_nothing_in_a_fence_is_a_heading() -> None:
    (section,) = read_sections("# T\n````md\n## no heading\n```\n````\n", "r.md")
    assert section.fences[0].text == "## no heading\n```\n"


def test_deeper_headings_are_prose() -> None:
    (section,) = read_sections("# T\n### part\n", "r.md")
    assert section.after == "### part"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("# T\n```go\nx\n", "r.md:2: a fence is never closed"),
        ("text\n# T\n", "r.md:1: text before the title (`# Title` comes first)"),
        ("\n```go\n```\n", "r.md:2: a fence before the title (`# Title` comes first)"),
    ],
)
def test_what_cannot_be_read(text: str, error: str) -> None:
    with pytest.raises(SpecError) as raised:
        read_sections(text, "r.md")
    assert str(raised.value) == error


_LINES = st.lists(st.sampled_from(["# A", "## B", "```go", "```", "text", "", "#### d", "````"]), max_size=20)


@given(_LINES)
def test_no_line_is_lost(lines: list[str]) -> None:
    text = "\n".join(["# T", *lines])
    try:
        sections = read_sections(text, "r.md")
    except SpecError:
        return
    for section in sections:
        for fence in section.fences:
            body = fence.text.splitlines()
            assert lines[fence.line - 2 : fence.line - 2 + len(body)] == body
    kept = "\n".join(section.prose for section in sections)
    assert kept.split().count("text") + sum(f.text.split().count("text") for s in sections for f in s.fences) == (
        lines.count("text")
    )
