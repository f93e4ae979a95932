"""What pubcheck sees in a file, as text for people who write rules or wonder about a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis import prose
from pubcheck.engine.config import Config
from pubcheck.engine.frontend import load_project
from pubcheck.flow import dump
from pubcheck.source import Overlay, SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pubcheck.analysis import FunctionFacts, PackageFacts


def describe(file: str, cwd: Path) -> Iterator[str]:
    """Lines about ``file``: each function's instructions, events with the locks held and summary; the guards inferred.

    Raises:
        PatternError: there is no such Go file.
    """
    frontend = load_project([file], Config(), cwd, Overlay())
    for source in frontend.wanted:
        facts = frontend.facts(source)
        for wanted in (one for one in source.files if source.wanted is not None and one.path in source.wanted):
            for function in facts.functions:
                if function.span.path == wanted.source.path:
                    yield from _function(function, wanted.source)
            yield from _section("guards", _guards(facts, wanted.source))


def _guards(facts: PackageFacts, source: SourceFile) -> Iterator[str]:
    """The guards of what the file's functions touch, each with the accesses here that lack it."""
    for guard in facts.guards.values():
        uses = [use for use in (*guard.inside, *guard.outside) if use.site.access.span.path == source.path]
        if not uses:
            continue
        why = "its comment says so" if guard.declared is not None else f"{guard.kinship.name.lower()} it"
        yield f"{guard.location} is guarded by {guard.lock}: {guard.evidence}; {why}"
        for use in guard.outside:
            if use.site.access.span.path == source.path:
                yield f"  {_place(source, use.site.access.span.start)}: not held in {use.function.name}"


def _function(function: FunctionFacts, source: SourceFile) -> Iterator[str]:
    starts = ", ".join(sorted(start.value for start in function.starts))
    kinds = ("constructor" if function.constructor else "", f"started: {starts}" if starts else "")
    notes = "".join(f", {kind}" for kind in kinds if kind)
    yield f"=== {function.full_name} (line {source.lines.line(function.span.start)}{notes})\n"
    if not function.enclosing:
        yield dump(function.ir)
    entry = prose.contract(function.contract)
    if entry:
        yield f"--- {entry}\n"
    yield from _section("does", (f"{_place(source, span.start)}: {text}" for span, text in prose.events(function)))
    yield from _section("tells its callers", prose.summary(function.summary))
    yield "\n"


def _section(title: str, lines: Iterator[str]) -> Iterator[str]:
    for index, line in enumerate(lines):
        if index == 0:
            yield f"--- {title}\n"
        yield f"{line}\n"


def _place(source: SourceFile, offset: int) -> str:
    position = source.lines.position(offset)
    return f"{position.line}:{position.column}"
