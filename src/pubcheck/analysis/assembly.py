"""From what the interpretation of functions found to the facts that rules read."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from pubcheck.analysis.contracts import always_locked, entry_locks, handed_locks, says_it_initialises
from pubcheck.analysis.forcing import Forcing
from pubcheck.analysis.function import FunctionFacts
from pubcheck.facts import NO_CONTRACT, NO_LOCKS, Contract, Start, Summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pubcheck.analysis.frame import Frame, Invocation
    from pubcheck.analysis.function import Events
    from pubcheck.analysis.solver import Solver
    from pubcheck.analysis.unit import Unit
    from pubcheck.flow import ir

MAX_ROUNDS = 4
"""How far locks on entry are followed down the call graph."""


def function_facts(
    solver: Solver, units: Iterable[Unit], before: Mapping[Frame, FunctionFacts] = MappingProxyType({})
) -> Iterator[tuple[Frame, FunctionFacts]]:
    """The facts of the functions in ``units``, literals included, each with what it was found in.

    What would be as it was ``before`` is the same object.
    """
    units = list(units)
    frames = [(unit, frame, around) for unit in units for frame, around in unit.frames]
    starts = _starts(frame.events for _, frame, _ in frames)
    started = {name for name, how in starts.items() if how - {Start.DEFER}}
    contracts = _contracts(solver, units, started)
    forcing = Forcing(solver.package)
    for unit, frame, around in frames:
        name = _name(unit, frame, around)
        summary = solver.closure_summary(frame.fn) if around else unit.summary
        how = starts.get(name, frozenset())
        contract = _entry(unit, frame, contracts, started)
        old = before.get(frame)
        if old is not None and old.is_made_of(frame.events, summary, how, contract) and not forcing.concerns(old.path):
            yield frame, old
            continue
        made = FunctionFacts(
            frame.fn,
            name,
            around,
            frame.events,
            summary or Summary(name, known=False),
            starts=how,
            constructor=not around and _constructs(unit),
            initialises=not around and (_initialises(solver, unit) if old is None else old.initialises),
            test=frame.fn.path.endswith("_test.go"),
            contract=contract,
        )
        made.forced = forcing.of(made)
        yield frame, old if old is not None and old.says_the_same(made) else made


def _entry(unit: Unit, frame: Frame, contracts: dict[str, Contract], started: set[str]) -> Contract:
    """What a function relies on; a literal that runs within its function may have that one's unknown locks."""
    own = contracts.get(unit.name if frame.fn is unit.root else frame.fn.name, NO_CONTRACT)
    outer = contracts.get(unit.name, NO_CONTRACT)
    if outer.ignored and not own.ignored:
        own = msgspec.structs.replace(own, ignored=True)
    if own.unknown or not outer.unknown:
        return own
    around = {each.fn.name: enclosing for each, enclosing in unit.frames}
    name = frame.fn.name
    while name:
        if name in started:
            return own
        name = around.get(name, "")
    return msgspec.structs.replace(own, unknown=True, evidence=outer.evidence)


def _name(unit: Unit, frame: Frame, around: str) -> str:
    return frame.fn.name if around else unit.name


def _starts(events: Iterable[Events]) -> dict[str, frozenset[Start]]:
    found: dict[str, frozenset[Start]] = {}
    for each in events:
        for spawn in each.spawns:
            if spawn.callee:
                found[spawn.callee] = found.get(spawn.callee, frozenset()) | {spawn.start}
    return found


def _contracts(solver: Solver, units: list[Unit], started: set[str]) -> dict[str, Contract]:
    """Contracts by full name, or a literal's name: what is declared, and what all callers in the package hold."""
    exposed = set(started)
    found: dict[str, Contract] = {}
    names: dict[int, str] = {}
    bodies: dict[str, ir.Function] = {}
    invocations: dict[str, list[tuple[Frame, Invocation]]] = {}
    starts: dict[str, list[tuple[Frame, Invocation]]] = {}
    for unit in units:
        func = unit.func
        if func is not None and func.decl is not None:
            found[unit.name] = solver.contract_of(unit)
            if found[unit.name].annotated or func.name[:1].isupper() or func.name in {"main", "init"}:
                exposed.add(unit.name)
        for frame, around in unit.frames:
            name = names[id(frame)] = _name(unit, frame, around)
            bodies[name] = frame.fn
            exposed.update(solver.full_name(value) for value in solver.survey(frame.fn).values)
            if not frame.fn.path.endswith("_test.go"):
                # A test that calls without the lock is alone with what it tests.
                for callee, invocation in _invocations(solver, frame):
                    (starts if invocation.starts else invocations).setdefault(callee, []).append((frame, invocation))
    for name in starts.keys() & bodies.keys() - found.keys() - invocations.keys():
        found[name] = _handed(bodies[name], starts[name], _times_started(units, name))
    inferable = {name: calls for name, calls in invocations.items() if name in bodies and name not in exposed}
    _infer(solver, found, inferable, bodies, names)
    return found


def _infer(
    solver: Solver,
    found: dict[str, Contract],
    inferable: dict[str, list[tuple[Frame, Invocation]]],
    bodies: dict[str, ir.Function],
    names: dict[int, str],
) -> None:
    """Add to ``found`` what all calls of ``inferable`` functions hold, and so what their own callees may rely on."""
    for _ in range(MAX_ROUNDS):
        before = dict(found)
        for name, calls in inferable.items():
            body = bodies[name]
            held = entry_locks(body, calls, before, names)
            known = found.get(name, NO_CONTRACT)
            unknown = known.unknown or (not held and always_locked(body, calls, before, names))
            if (held, unknown) not in ((NO_LOCKS, known.unknown), (known.held, known.unknown)):
                if solver.called_elsewhere(body):
                    continue
                what = "it" if held else "a lock"
                evidence = known.evidence or f"every caller of `{body.name}` holds {what}"
                found[name] = msgspec.structs.replace(known, held=held, unknown=unknown, evidence=evidence)
        if found == before:
            break


def _handed(literal: ir.Function, starts: list[tuple[Frame, Invocation]], times: int) -> Contract:
    """What a literal that is only started relies on: the locks that whoever starts it leaves it to give back."""
    held = handed_locks(literal, starts) if len(starts) == times else NO_LOCKS
    return Contract(held=held, evidence=f"who starts `{literal.name}` leaves it the lock") if held else NO_CONTRACT


def _times_started(units: list[Unit], name: str) -> int:
    frames = (frame for unit in units for frame, _ in unit.frames)
    return sum(spawn.callee == name for frame in frames for spawn in frame.events.spawns)


def _invocations(solver: Solver, frame: Frame) -> Iterator[tuple[str, Invocation]]:
    for invoked in frame.invoked.values():
        for invocation in invoked:
            code = invocation.code
            if code.func is not None:
                yield solver.full_name(code.func), invocation
            elif code.closure is not None:
                yield code.closure.name, invocation


def _constructs(unit: Unit) -> bool:
    if unit.func is None or unit.func.name == "init":
        return True
    if unit.func.name.startswith(("New", "new")):
        return True
    return unit.summary is not None and any(result.fresh for result in unit.summary.results[:1])


def _initialises(solver: Solver, unit: Unit) -> bool:
    func = unit.func
    if func is None or func.decl is None or func.receiver is None:
        return False
    return says_it_initialises(func, solver.package.file_of(func.decl).source)
