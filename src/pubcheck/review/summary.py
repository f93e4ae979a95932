"""The one comment that sums up, and is rewritten in place with every push."""

from __future__ import annotations

from posixpath import basename
from typing import TYPE_CHECKING

import msgspec

from pubcheck.report.markup import code, prose
from pubcheck.report.wording import counted
from pubcheck.review.conversation import Memory, digest
from pubcheck.review.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pubcheck.review.conversation import Conversation

_ROWS = 30
"""Findings in a table; what is more is counted."""
_LONGEST = 25_000
"""Characters of a table: the memory behind it may take more than half of a comment."""
_SETTINGS = ("pubcheck.toml", ".pubcheck.toml")
_RULES = ".pubcheck/rules/"


class Standing(msgspec.Struct, frozen=True, gc=False):
    """How a finding stands on a pull request.

    Attributes:
        finding: the finding.
        on_line: whether a comment tells of it, or is about to.
        settled: whether a person resolved or deleted that comment.
        waiting: whether it would have a comment if there weren't so many.
        concerned: whether the pull request has to do with it.
        url: where its comment is.
    """

    finding: Finding
    on_line: bool = False
    settled: bool = False
    waiting: bool = False
    concerned: bool = False
    url: str = ""


def summary(
    standing: Sequence[Standing], conversation: Conversation, said: tuple[str, ...], *, whole: bool
) -> tuple[str, Memory]:
    """The text of the summary, and the memory that it holds.

    Args:
        standing: all findings.
        conversation: where it is going to stand.
        said: what is to be remembered.
        whole: whether those are all that there are, as far as pubcheck knows.
    """
    lines = [*_lines(standing, conversation)]
    if not whole:
        lines += ["", "A part of pubcheck failed in this run: there may be more than it found."]
    text = "\n".join(lines)
    memory = Memory(digest(text), said)
    return f"{text}\n\n{memory.line()}", memory


def _lines(standing: Sequence[Standing], conversation: Conversation) -> Iterator[str]:
    here = [one for one in standing if one.on_line or one.waiting]
    settled = [one for one in standing if one.settled]
    near = [one for one in standing if one.concerned and not (one.on_line or one.waiting or one.settled)]
    rest = [one for one in standing if not (one.concerned or one.on_line or one.waiting or one.settled)]
    yield "### pubcheck"
    yield ""
    yield f"{_counts(here, near, conversation)}"
    yield from _table(here, conversation)
    if near:
        yield from ("", "**Elsewhere, with a part in this change:**")
        yield from _table(near, conversation)
    waiting = sum(one.waiting for one in here)
    if waiting:
        yield from ("", f"{counted(waiting, 'finding')} more in the report than there are comments for.")
    if settled:
        yield from ("", f"{counted(len(settled), 'finding')} that people resolved: nothing more is said of those.")
    if rest:
        heading = f"{counted(len(rest), 'finding')} more in the report, in code that isn't part of this change"
        yield from ("", f"<details><summary>{heading}</summary>")
        yield from _table(rest, conversation)
        yield from ("", "</details>")
    changed = sorted(path for path in conversation.files if _decides(path))
    if changed:
        yield from ("", f"This change edits what decides which findings there are: {', '.join(map(code, changed))}.")


def _counts(here: Sequence[Standing], near: Sequence[Standing], conversation: Conversation) -> str:
    at = f"as of {code(conversation.head[:10])}"
    if not here and not near:
        return f"No findings in this change, {at}."
    parts = [f"{counted(len(here), 'finding')} on lines of this change"] if here else []
    if near:
        parts.append(f"{counted(len(near), 'finding')} that it takes part in")
    return f"{' and '.join(parts)}, {at}."


def _table(standing: Sequence[Standing], conversation: Conversation) -> Iterator[str]:
    if not standing:
        return
    yield from ("", "| Where | Rule | What |", "| :--- | :--- | :--- |")
    size = shown = 0
    for one in standing[:_ROWS]:
        row = _row(one, conversation)
        size += len(row)
        if size > _LONGEST / 3:
            break
        shown += 1
        yield row
    if len(standing) > shown:
        yield from ("", f"{len(standing) - shown:,} more in the report.")


def _row(one: Standing, conversation: Conversation) -> str:
    finding = one.finding
    place = code(f"{finding.path or '?'}:{finding.line}")
    if one.url or finding.path:
        place = f"[{place}]({one.url or conversation.link(finding.path, finding.line)})"
    return f"| {place} | {code(finding.rule)} | {prose(finding.message)} |"


def _decides(path: str) -> bool:
    return basename(path) in _SETTINGS or f"/{path}".find(f"/{_RULES}") >= 0
