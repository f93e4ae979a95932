"""Go snippets that say which facts must hold.

A comment at the end of a line tells about the plain and atomic accesses, calls and waiting on that line:

    // must: c.mu, c.rw (shared)     locks certainly held, contracts of the callers included; ``-`` for none
    // may: c.mu                     locks perhaps held
    // after: send, atomic           kinds of the publications that reach what is written; ``-`` for none
    // snapshot: c.cfg               the atomic variable whose loaded value is written; ``-`` for none
    // blocks: fsync, disk           kinds of waiting
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from snippet import GoText

from pubcheck.analysis import PackageFacts, analyse
from pubcheck.model.package import Package
from pubcheck.model.program import Program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pubcheck.analysis import FunctionFacts
    from pubcheck.facts import Access, Blocking
    from pubcheck.source import LineIndex

PATH = "example.com/m"
_CLAIM = re.compile(r"// (must|may|after|snapshot|blocks): (.*?)(?= // |$)")


def facts_of(
    *texts: str,
    tests: tuple[str, ...] = (),
    path: str = PATH,
    imports: Mapping[str, PackageFacts] | None = None,
    blocking: tuple[str, ...] = (),
) -> PackageFacts:
    """The facts of a package whose files hold ``texts`` and whose tests hold ``tests``.

    The standard library comes from the built-in table.
    """
    program = Program(None)
    imports = imports or {}

    def find(wanted: str, _importer: Package) -> Package | None:
        return imports[wanted].package if wanted in imports else program.import_(wanted, None)

    files = [GoText(f"file{number}.go", text) for number, text in enumerate(texts)]
    files += [GoText(f"file{number}_test.go", text) for number, text in enumerate(tests)]
    package = Package(path, path.rpartition("/")[2], files, find=find)
    return analyse(package, imports, blocking)


def check(text: str) -> None:
    """Assert every claim of ``text``."""
    source = "package m\n" + text
    facts = facts_of(source)
    assert facts.problems == ()
    claims = [
        (line, kind, said.strip())
        for line, content in enumerate(source.split("\n"), 1)
        for kind, said in _CLAIM.findall(content)
    ]
    assert claims, "the snippet claims nothing"
    starts = GoText("file0.go", source).source.lines
    wrong = []
    for line, kind, said in claims:
        want = sorted(word.strip() for word in said.split(",") if word.strip() != "-")
        for told in _told(facts, kind, partial(_is_on, starts, line)):
            if told != want:
                wrong.append(f"line {line}: {kind} is {told}, not {want}")
                break
    assert not wrong, wrong


def _is_on(lines: LineIndex, line: int, offset: int) -> bool:
    return lines.line(offset) == line


def _told(facts: PackageFacts, kind: str, here: Callable[[int], bool]) -> Iterator[list[str]]:
    """What is known about each event on a line; the whole line's for ``after``, ``snapshot`` and ``blocks``."""
    if kind in ("must", "may"):
        some = False
        for function in facts.functions:
            events: tuple[Access | Blocking, ...] = (*function.accesses, *function.blocking)
            for event in events:
                if here(event.span.start):
                    some = True
                    locks = function.protection(event) if kind == "must" else event.held.may
                    yield sorted(str(lock) for lock in locks)
        assert some, "nothing happens on a line that claims something"
        return
    yield sorted({word for function in facts.functions for word in _words(function, kind, here)})


def _words(function: FunctionFacts, kind: str, here: Callable[[int], bool]) -> Iterator[str]:
    if kind == "blocks":
        yield from (event.kind.value for event in function.blocking if here(event.span.start))
    for access in function.accesses:
        if not access.writes or access.atomic or not here(access.span.start):
            continue
        if kind == "after":
            yield from (function.publications[index].kind.value for index in access.after)
        elif kind == "snapshot" and access.path.snapshot is not None:
            yield str(access.path.snapshot)
