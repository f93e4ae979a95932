"""What pubcheck sees in a file, as text for people who write rules."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import msgspec

from pubcheck.engine.config import Config
from pubcheck.engine.frontend import load_project
from pubcheck.facts import AccessPath, Held, Location, Lock
from pubcheck.flow import dump
from pubcheck.source import Overlay, SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pubcheck.analysis import FunctionFacts

_PLACES = ("span", "origin", "point")


def describe(file: str, cwd: Path) -> Iterator[str]:
    """Lines about each function of ``file``: its instructions, its events with the locks held, and its summary.

    Raises:
        PatternError: there is no such Go file.
    """
    frontend = load_project([file], Config(), cwd, Overlay())
    for source in frontend.order():
        facts = frontend.facts(source)
        for wanted in (one for one in source.files if source.wanted is not None and one.path in source.wanted):
            for function in facts.functions:
                if function.span.path == wanted.source.path:
                    yield from _function(function, wanted.source)


def _function(function: FunctionFacts, source: SourceFile) -> Iterator[str]:
    line = source.lines.line(function.span.start)
    yield f"=== {function.full_name} (line {line})\n"
    if not function.enclosing:
        yield dump(function.ir)
    for kind, events in _events(function).items():
        yield f"--- {kind}\n"
        for event in events:
            yield f"{_place(event, source)}: {_shown(event)}\n"
    yield f"--- contract\n{_shown(function.contract)}\n"
    yield f"--- summary\n{_shown(function.summary)}\n\n"


def _events(function: FunctionFacts) -> dict[str, tuple[msgspec.Struct, ...]]:
    events = function.events
    found = {name: getattr(events, name) for name in type(events).__struct_fields__}
    return {name: all_ for name, all_ in found.items() if all_}


def _place(event: msgspec.Struct, source: SourceFile) -> str:
    position = source.lines.position(event.span.start)  # type: ignore[attr-defined]
    return f"{position.line}:{position.column}"


def _shown(value: object) -> str:
    """``value`` with whatever is as it is by default left out, and places too."""
    match value:
        case Held():
            return f"must {_shown(value.must)} may {_shown(value.may)}"
        case Enum():
            return str(value.value)
        case AccessPath() | Location() | Lock():
            return str(value)
        case msgspec.Struct():
            return f"{type(value).__name__}({', '.join(_fields(value))})"
        case frozenset():
            return "{" + ", ".join(sorted(_shown(item) for item in value)) + "}"
        case tuple():
            return "[" + ", ".join(_shown(item) for item in value) + "]"
    return repr(value)


def _fields(value: msgspec.Struct) -> Iterator[str]:
    for field in msgspec.structs.fields(value):
        held = getattr(value, field.name)
        if field.name not in _PLACES and held != field.default:
            yield f"{field.name}={_shown(held)}"
