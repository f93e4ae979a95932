"""A function that somebody else supplied is called with a lock held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.portions import by_portion
from pubcheck.diagnostic import Confidence, Related
from pubcheck.flow import ir
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.handing import is_named_for_locking
from pubcheck.rules.support.registered import registered
from pubcheck.rules.support.wording import path_name, source_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Call
    from pubcheck.model.symbols import Var
    from pubcheck.rules.support.registered import Registered


@by_portion
def check(package: PackageFacts, portion: Portion) -> Iterator[Finding]:
    """Find calls under a lock: of functions that were given as a parameter or are kept, of a parameter's methods."""
    for function in portion.functions:
        calls = [call for call in function.calls if call.held.must] if not function.test else []
        given = _Given(function, package.path) if calls and _is_public(function) else None
        for call in calls:
            known = registered(package, function, call)
            if known is not None:
                yield _told(function, call, known, package)
            elif given is not None and (source := given.source(call)):
                yield _finding(function, call, source, package)


def _is_public(function: FunctionFacts) -> bool:
    """Whether the callback comes from other packages, and the function doesn't say that it runs under the lock."""
    declared = function.name.partition(".func")[0]
    names = declared.replace("(", "").replace(")", "").replace("*", "").split(".")
    return all(name[:1].isupper() for name in names) and not is_named_for_locking(names[-1])


class _Given:
    """Which registers of a function hold functions that others supplied."""

    def __init__(self, function: FunctionFacts, package: str) -> None:
        self._function = function
        self._package = package
        self._params: set[int | Var] = set(function.ir.params)
        self._loaded: dict[int, ir.Place] = {
            instruction.target: instruction.place
            for block in function.ir.blocks
            for instruction in block.instructions
            if isinstance(instruction, ir.Load)
        }
        for block in function.ir.blocks:
            turn = block.instructions[-1] if block.instructions else None
            kept = (
                self._loaded.get(turn.subject) if isinstance(turn, ir.Range) and isinstance(turn.subject, int) else None
            )
            if isinstance(turn, ir.Range) and kept is not None and turn.value is not None:
                self._loaded[turn.value] = kept  # one of many

    def source(self, call: Call) -> str:
        """The expression that is called, where it is a parameter, its method, or kept in a field; empty otherwise."""
        instruction = self._function.ir.blocks[call.point.block].instructions[call.point.index]
        callee = instruction.call.callee if isinstance(instruction, ir.Call) else None
        if isinstance(callee, ir.InterfaceCallee) and isinstance(instruction, ir.Call):
            receiver = instruction.call.args[0] if instruction.call.args else None
            var = self._function.ir.register_vars.get(receiver) if isinstance(receiver, int) else None
            # What the library's interfaces do is known, or nobody's affair: contexts, errors, writers.
            own = callee.func.package is not None and callee.func.package.path == self._package
            given = own and receiver in self._params
            return f"{var.name}.{callee.func.name}" if given and var is not None else ""
        if not isinstance(callee, ir.DynamicCallee) or not isinstance(callee.value, int):
            return ""
        place = self._loaded.get(callee.value)
        if place is None:
            return callee.source if callee.value in self._params else ""
        fields = any(isinstance(step, ir.Field) for step in place.steps)
        return callee.source if fields or place.root in self._params else ""


def _finding(function: FunctionFacts, call: Call, source: str, package: PackageFacts) -> Finding:
    lock = min(call.held.must)
    name = path_name(lock.path, package)
    taken = function.acquisition(lock.path, call.point)
    return Finding(
        span=call.span,
        values={"callback": source, "lock": name},
        because=(f"nobody here knows what `{source}` does: it may call back and wait for `{name}`, or take its time",),
        related=(Related(taken.span, f"`{name}` is locked here"),) if taken is not None else (),
        location=str(lock.location or name),
        symbol=function.name,
        confidence=Confidence.LOW,
    )


def _told(function: FunctionFacts, call: Call, known: Registered, package: PackageFacts) -> Finding:
    """About one of many that have registered, and can't leave while they are told of something."""
    lock = next(each for each in sorted(call.held.must) if each.location == known.lock)
    name = path_name(lock.path, package)
    source = source_text(call.span, package).partition("(")[0]
    taken = function.acquisition(lock.path, call.point)
    comes, leaves = known.comes.function, known.leaves.function
    why = f"who is registered by `{comes.name}` and leaves while it is told waits for itself: `{leaves.name}` takes"
    return Finding(
        span=call.span,
        values={"callback": source, "lock": name},
        because=(f"{why} `{name}`",),
        related=(
            *((Related(taken.span, f"`{name}` is locked here"),) if taken is not None else ()),
            Related(known.leaves.site.access.span, f"`{leaves.name}` needs the lock here"),
        ),
        location=str(known.location),
        symbol=function.name,
    )
