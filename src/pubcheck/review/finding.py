"""What the bot has to say: findings with lines, and paths from the repository's root.

A report may come from a job that ran code of strangers, so all of it is text to be shown and none of it is trusted.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import msgspec

from pubcheck.diagnostic import Severity
from pubcheck.diagnostic import fingerprint as digest
from pubcheck.report import View, relative
from pubcheck.report.json_format import Shape

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pubcheck.engine import Report

_NAME = re.compile(r"[0-9a-f]{32}")


class Point(msgspec.Struct, frozen=True, order=True, gc=False):
    """Line and column, counted from 1; the column counts bytes."""

    line: int
    column: int


class Range(msgspec.Struct, frozen=True, gc=False):
    """From ``start`` to before ``end``."""

    start: Point
    end: Point


class Place(msgspec.Struct, frozen=True, gc=False):
    """Another place that a finding hangs on. ``path`` is empty where it lies outside of the repository."""

    message: str
    path: str
    range: Range
    goroutine: str = ""


class Edit(msgspec.Struct, frozen=True, gc=False):
    """Replace what lies in ``range`` by ``text``."""

    path: str
    range: Range
    text: str


class Fix(msgspec.Struct, frozen=True, gc=False):
    """Edits that mend a finding, those of the imports among them."""

    title: str
    safe: bool
    edits: tuple[Edit, ...]


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One finding of the report. ``path`` is empty where it lies outside of the repository."""

    rule: str
    severity: Severity
    message: str
    path: str
    range: Range
    fingerprint: str
    because: tuple[str, ...] = ()
    related: tuple[Place, ...] = ()
    fixes: tuple[Fix, ...] = ()
    help: str = ""
    goroutine: str = ""

    @property
    def line(self) -> int:
        """Where the programmer must act."""
        return self.range.start.line

    @property
    def sides(self) -> tuple[Place, ...]:
        """The other places, those of other goroutines before those of its own."""
        return tuple(sorted(self.related, key=lambda one: bool(one.goroutine) and one.goroutine == self.goroutine))

    @property
    def title(self) -> str:
        """What tells it from others in a list for people."""
        return f"{self.path}:{self.line}: {self.rule}"


def findings_of(report: Report, *, cwd: Path, root: Path) -> tuple[Finding, ...]:
    """The findings of ``report``, each once, the worst first.

    What has no fingerprint is about pubcheck itself and no business of a pull request.

    Args:
        report: as a run in the folder ``cwd`` gives it.
        cwd: an absolute path.
        root: the folder of the repository; an absolute path.
    """
    shape = Shape(report, View(cwd=cwd))
    found: dict[str, Finding] = {}
    for one in report.diagnostics:
        if one.fingerprint:
            read = msgspec.convert({**shape.diagnostic(one), "fingerprint": _named(one.fingerprint)}, Finding)
            found.setdefault(read.fingerprint, _moved(read, lambda path: _from_root(path, cwd, root)))
    return tuple(sorted(found.values(), key=lambda one: one.severity.rank))


def _named(fingerprint: str) -> str:
    """A fingerprint of the usual form: a saved report may have anything there."""
    return fingerprint if _NAME.fullmatch(fingerprint) else digest(fingerprint, "", "", "", 0)


def _from_root(path: str, cwd: Path, root: Path) -> str:
    return relative(os.path.normpath(cwd / path), root) or "" if "\0" not in path else ""


def _moved(one: Finding, place: Callable[[str], str]) -> Finding:
    replace = msgspec.structs.replace
    return replace(
        one,
        path=place(one.path),
        related=tuple(replace(related, path=place(related.path)) for related in one.related),
        fixes=tuple(
            replace(fix, edits=tuple(replace(edit, path=place(edit.path)) for edit in fix.edits)) for fix in one.fixes
        ),
    )
