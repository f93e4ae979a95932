"""How findings name things."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.diagnostic import Related, Trace
from pubcheck.facts import RootKind
from pubcheck.model.printing import type_string

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.analysis import PackageFacts, Site
    from pubcheck.facts import AccessPath, Location, Step
    from pubcheck.model.types import Type
    from pubcheck.source import Span


_DIRECTORIES = re.compile(r"(?:[\w.~-]+/)+")
MAX_CALL_TEXT = 60
"""Characters of a callee's text that a message shows."""


def name_of(location: Location, package: PackageFacts) -> str:
    """A location as its own package writes it: ``requests`` rather than ``example.requests``."""
    text = str(location)
    if location.package == package.path:
        own = package.path.rpartition("/")[2] + "."
        if text.startswith(own) and location.owner == package.path:
            return text[len(own) :]
    return text


def path_name(path: AccessPath, package: PackageFacts) -> str:
    """An access path as the function would write it, without its own package's name before a variable."""
    if path.root.kind is RootKind.GLOBAL:
        return str(path).removeprefix(package.path.rpartition("/")[2] + ".")
    return str(path)


def named_place(path: AccessPath, package: PackageFacts) -> str:
    """As ``path_name``; for memory that no variable leads to by its location, and empty where it has none."""
    if path.root.name:
        return path_name(path, package)
    return name_of(path.location, package) if path.location is not None else ""


def type_name(type_: Type, package: PackageFacts) -> str:
    """A type as the package writes it: ``*sql.Rows``, its own without a qualifier."""
    return short_type(type_string(type_, package.package))


def short_type(text: str) -> str:
    """A type's full text with packages by their names alone: ``*sql.Rows``."""
    return _DIRECTORIES.sub("", text)


def call_trace(steps: tuple[Step, ...], end: Related | None = None, goroutine: str = "") -> tuple[Trace, ...]:
    """A chain of calls as a trace, with what happens at its ``end``; nothing for a direct operation."""
    if not steps:
        return ()
    links = tuple(Related(step.span, f"calls `{step.name}`") for step in steps)
    return (Trace(goroutine, (*links, end) if end else links),)


def others(sites: list[Site], message: str, most: int = 3, goroutine: str = "") -> tuple[Related, ...]:
    """The first few places of ``sites``, one for each span; `{function}` stands for a site's own in both texts."""
    seen: dict[Span, Related] = {}
    for site in sites:
        span = site.access.span
        seen.setdefault(
            span,
            Related(span, message.format(function=site.function.name), goroutine.format(function=site.function.name)),
        )
    return tuple(list(seen.values())[:most])


def source_text(span: Span, package: PackageFacts) -> str:
    """What is written at ``span``, on one line."""
    source = package.package.source
    file = next((one for one in source.files if one.source.path == span.path), None) if source else None
    return " ".join(file.source.text(span.start, span.end).split()) if file else ""


def call_text(span: Span, package: PackageFacts) -> str:
    """What is called at ``span``, as written there without its arguments; long chains by their end."""
    text = source_text(span, package)
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += (text[at] == ")") - (text[at] == "(")
        if depth == 0 and text[at] == "(":
            text = text[:at]
            break
    return text if len(text) <= MAX_CALL_TEXT else "..." + text[-MAX_CALL_TEXT:].partition(".")[2]


def listed(names: Iterable[str], most: int = 6) -> str:
    """The Go in ``names`` with commas between, and how many more there are than ``most``."""
    shown = [f"`{name}`" for name in names]
    more = [f"{len(shown) - most} more"] if len(shown) > most else []
    return ", ".join((*shown[:most], *more))
