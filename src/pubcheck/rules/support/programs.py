"""What a program does once, on its way to its end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.analysis.callers import is_exported
from pubcheck.knowledge import COMMANDS
from pubcheck.rules.support.endings import imported_as
from pubcheck.rules.support.wording import source_text
from pubcheck.source import Span

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts, PackageFacts

MAX_CALLERS = 32
"""Functions on the way to a program's beginning that are looked at."""

_PARAMETER = re.compile(r"\*(\w+)\.(Command|Context)\b")


def is_program(package: PackageFacts, function: FunctionFacts) -> bool:
    """Whether the program ends with the function: it is ``main``, or what that alone calls to do its work.

    A literal in ``main`` that isn't started is one of its commands.
    """
    outer = package.function(function.name.partition(".func")[0]) or function
    if outer.name == "main":
        return package.package.name == "main"
    callers = [edge.caller for edge in package.calls.get(outer.name, ())]
    in_main = all(caller.name.partition(".func")[0] == "main" and not caller.starts for caller in callers)
    return package.package.name == "main" and bool(callers) and in_main


def is_over_soon(package: PackageFacts, function: FunctionFacts) -> bool:
    """Whether a program runs the function once, on its way to its end: nothing that stays calls it or begins with it.

    What stays is a goroutine, a handler, a loop. Outside of the program's own package a command line's library must be
    seen to run it.
    """
    main = package.package.name == "main"
    seen: set[str] = set()
    work = [function]
    while work:
        one = work.pop()
        if one.name in seen:
            continue
        seen.add(one.name)
        if len(seen) > MAX_CALLERS or any(thread.started for thread in package.threads_of(one)):
            return False
        edges = package.calls.get(one.name, ())
        if any(edge.caller.in_loop(edge.point) for edge in edges):
            return False
        if not (main or _is_command(package, one) or (edges and not is_exported(one))):
            return False
        work += [edge.caller for edge in edges]
    return True


def _is_command(package: PackageFacts, function: FunctionFacts) -> bool:
    """Whether a library of command lines calls the function: it is given the command that was typed."""
    if not function.ir.params:
        return False
    head = source_text(Span(function.path, function.pos, function.end), package).partition("{")[0]
    return any(imported_as(package, function.path, one[1]) in COMMANDS for one in _PARAMETER.finditer(head))
