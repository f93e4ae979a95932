"""Timers of package time, and how they were before Go 1.23.

Until then the channel of a timer kept a value that had been sent before ``Stop`` or ``Reset``, and a timer that nobody
could reach any more was collected only when it had fired; a ticker never was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.flow import ir, language_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.goroutines import Names
    from pubcheck.facts import AccessPath

SYNCHRONOUS = (1, 23)
"""Since this version of Go a timer's channel holds nothing back, and unused timers and tickers are collected."""
_OWNERS = frozenset(("Timer", "Ticker"))


def keeps_values(package: PackageFacts) -> bool:
    """Whether some file of the package is written for a Go in which a timer's channel holds values back."""
    return any(language_version(file, package.package) < SYNCHRONOUS for file in package.package.files)


def is_old(package: PackageFacts, function: FunctionFacts) -> bool:
    """Whether ``function`` is written for such a Go."""
    for file in package.package.files:
        if file.source.path == function.path:
            return language_version(file, package.package) < SYNCHRONOUS
    return False


def timer_of(names: Names, channel: ir.Operand) -> AccessPath | None:
    """The timer whose channel ``channel`` is."""
    made = names.origin(channel)
    if type(made) is not ir.Load or not made.place.steps:
        return None
    last = made.place.steps[-1]
    if type(last) is not ir.Field or last.name != "C" or last.owner is None or last.owner.name not in _OWNERS:
        return None
    path = names.place(made.place)
    return None if path is None else type(path)(path.root, path.steps[:-1])


def instructions(function: FunctionFacts) -> Iterator[tuple[int, int, ir.Instruction]]:
    """All instructions of ``function``, each with its block and its place in it."""
    for block in function.ir.blocks:
        for index, instruction in enumerate(block.instructions):
            yield block.index, index, instruction
