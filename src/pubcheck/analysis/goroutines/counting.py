"""What functions do to the counters of wait groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.goroutines.naming import Names
    from pubcheck.facts import AccessPath, Call

_PREFIX = "(*sync.WaitGroup)."


class Count(NamedTuple):
    """A call of ``Add``, ``Done`` or ``Wait``.

    Attributes:
        group: the group, in common terms.
        method: ``Add``, ``Done`` or ``Wait``.
        delta: what is added, -1 for ``Done``, 0 for ``Wait``; None where it isn't constant.
        call: the call.
    """

    group: AccessPath
    method: str
    delta: int | None
    call: Call


def counts(facts: FunctionFacts, names: Names) -> Iterator[Count]:
    """What ``facts`` itself does to the counters of groups, in order."""
    seen = set()
    for call in facts.calls:
        if not call.callee.startswith(_PREFIX) or call.point in seen:
            continue
        seen.add(call.point)
        instruction = facts.ir.blocks[call.point.block].instructions[call.point.index]
        if type(instruction) is not ir.Call and type(instruction) is not ir.Defer:
            continue
        method = call.callee.removeprefix(_PREFIX)
        args = instruction.call.args
        group = names.pointer(args[0]) if args else None
        if group is not None and method in _DELTAS:
            yield Count(group, method, _delta(method, args), call)


_DELTAS = {"Add": None, "Done": -1, "Wait": 0}


def _delta(method: str, args: tuple[ir.Operand, ...]) -> int | None:
    if method != "Add":
        return _DELTAS[method]
    given = args[1] if len(args) > 1 else None
    return given.value if type(given) is ir.Const and type(given.value) is int else None
