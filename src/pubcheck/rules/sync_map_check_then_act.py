"""A sync.Map is asked for a key and then changed for that key, in two steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.handshakes import handshakes_of
from pubcheck.analysis.kinds import has_synchronisation
from pubcheck.diagnostic import Related
from pubcheck.facts import AccessKind, LocationKind, RootKind
from pubcheck.flow import ir
from pubcheck.knowledge import effects
from pubcheck.model.printing import type_string
from pubcheck.model.structure import underlying
from pubcheck.model.types import Basic, Chan, Map, Pointer
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.containers import load_and_act
from pubcheck.rules.support.call_sites import calls_to
from pubcheck.rules.support.flights import flight_key
from pubcheck.rules.support.names import assigned, definitions, origins, points, source_of, touched
from pubcheck.rules.support.wording import path_name

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import AccessPath, Call, Point
    from pubcheck.model.symbols import Func
    from pubcheck.rules.support.call_sites import CallSite

_MAP = "(*sync.Map)."
_LOAD = _MAP + "Load"
_ACTS = {_MAP + "Store": "LoadOrStore", _MAP + "Delete": "LoadAndDelete"}
_CHANGES = tuple(
    _MAP + name
    for name in (
        "Store",
        "Delete",
        "Swap",
        "LoadOrStore",
        "LoadAndDelete",
        "CompareAndSwap",
        "CompareAndDelete",
        "Clear",
    )
)


class _Pair(NamedTuple):
    """A look at a key and a change for it."""

    function: FunctionFacts
    map: AccessPath
    load: Call
    act: Call


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find a Load and a Store or Delete of one key that another goroutine can come between."""
    by_function: dict[FunctionFacts, list[Call]] = {}
    for site in calls_to(package, _LOAD):
        by_function.setdefault(site.function, []).append(site.call)
    for site in calls_to(package, *_ACTS) if by_function else ():
        pair = _pair(package, site, by_function.get(site.function, []))
        # Who has won an exchange on what was found is the one who takes it out.
        if pair is None or handshakes_of(package).is_won(pair.function, pair.act.point):
            continue
        if _may_meet(package, pair) and not _is_one_flight(package, pair):
            yield _finding(package, pair)


def _pair(package: PackageFacts, site: CallSite, loads: list[Call]) -> _Pair | None:
    """The last look at the same key of the same map that leads to the change, with no lock over both."""
    function, act = site.function, site.call
    map_ = _map_of(act)
    if map_ is None or act.deferred or function.maybe_protected(act):
        return None
    key = _key(function, act)
    for load in reversed(loads):
        if (
            _map_of(load) != map_
            or function.maybe_protected(load)
            or not function.order.same_turn(load.point, act.point)
        ):
            continue
        if key is None or _key(function, load) != key:
            continue
        deletes = act.callee.endswith("Delete")
        matters = _is_taken(package, function, load, act) if deletes else _is_one_of_a_kind(function, load, act)
        decided = matters and _decides(function, load, act)
        return _Pair(function, map_, load, act) if decided or _is_counted_up(function, load, act) else None
    return None


def _map_of(call: Call) -> AccessPath | None:
    targets = call.args[0].targets if call.args else ()
    return targets[0] if len(targets) == 1 and targets[0].root.kind is not RootKind.FRESH else None


def _key(function: FunctionFacts, call: Call) -> Hashable:
    """What tells the key from others: a constant, or where its value comes from."""
    instruction = function.ir.blocks[call.point.block].instructions[call.point.index]
    operand = instruction.call.args[1] if isinstance(instruction, ir.Call) and len(instruction.call.args) > 1 else None
    if isinstance(operand, ir.Const):
        return ("const", operand.value) if operand.known else None
    if not isinstance(operand, int):
        return None
    made = definitions(function.ir)
    found = origins(function.ir, operand, made)
    if len(found) != 1:
        return None
    name, places = next(iter(found.items()))
    if len(places) == 1:
        block, index = places[0].block, places[0].index
        source = function.ir.blocks[block].instructions[index]
        if isinstance(source, ir.Load):  # the same field or variable, read twice
            return ("place", *_place(source.place))
    return ("name", name)


def _place(place: ir.Place) -> tuple[Hashable, ...]:
    steps = tuple(step.name if isinstance(step, ir.Field) else type(step).__name__ for step in place.steps)
    items = any(isinstance(step, ir.Element) for step in place.steps)
    return (place.root, steps, place if items else None)


def _is_taken(package: PackageFacts, function: FunctionFacts, load: Call, act: Call) -> bool:
    """Whether the value that was found goes somewhere in a run that deletes it: two of them would both have it.

    To ask it for something, or to cancel a context once more, does nothing to it.
    """
    order = function.order
    names = _leading_from(function, load)
    return any(
        (order.reaches(point, act.point) or order.reaches(act.point, point))
        and not names.isdisjoint(_handed_on(each))
        and not (isinstance(each, ir.Call) and _only_looks(package, function, each.call))
        for point, each in points(function.ir)
        if order.reaches(load.point, point)
    )


def _only_looks(package: PackageFacts, function: FunctionFacts, call: ir.CallInfo) -> bool:
    """Whether what is called changes nothing that it is given, and keeps none of it."""
    callee = call.callee
    if isinstance(callee, ir.DynamicCallee):
        type_ = function.ir.register_types.get(callee.value) if isinstance(callee.value, int) else None
        return type_ is not None and type_string(type_) in _CANCELS
    if not isinstance(callee, ir.StaticCallee):
        return False
    if callee.func.receiver is None and _is_library(callee.func):
        return not effects(callee.func.full_name)
    if package.function(callee.func.full_name) is None:
        return False
    summary = package.summary_of(callee.func)
    reads = all(access.kind is AccessKind.READ for access in summary.accesses)
    kept = summary.locks or summary.acquired or summary.publications or summary.spawns or summary.calls
    given = any(result.targets for result in summary.results)
    return reads and not (kept or given)


def _is_library(func: Func) -> bool:
    return func.package is not None and "." not in func.package.path.partition("/")[0]


_CANCELS = ("context.CancelFunc", "context.CancelCauseFunc")


def _handed_on(instruction: ir.Instruction) -> tuple[Hashable, ...]:
    """The names that are called, or handed to others."""
    if isinstance(instruction, ir.Call | ir.Go | ir.Defer):
        callee = instruction.call.callee
        return (*touched(instruction), *((callee.value,) if isinstance(callee, ir.DynamicCallee) else ()))
    if isinstance(instruction, ir.Closure):
        return instruction.function.captures
    return touched(instruction) if isinstance(instruction, ir.Send | ir.Return | ir.Store) else ()


def _leading_from(function: FunctionFacts, load: Call) -> set[Hashable]:
    """The names that lead to what was found."""
    call = function.ir.blocks[load.point.block].instructions[load.point.index]
    return _led_on(function, set(call.targets[:1]) if isinstance(call, ir.Call) else set())


def _is_had(function: FunctionFacts, names: set[Hashable], act: Call) -> bool:
    """Whether somebody gets what is stored from here too, who then has another object than those who look it up."""
    names = _led_on(function, names)
    return any(
        point != act.point
        and not names.isdisjoint((each.value,) if isinstance(each, ir.Store) else _handed_on(each))
        and not (isinstance(each, ir.Call) and _is_atomic(each.call.callee))
        for point, each in points(function.ir)
    )


def _is_atomic(callee: ir.Callee) -> bool:
    func = callee.func if isinstance(callee, ir.StaticCallee) else None
    return func is not None and func.package is not None and func.package.path == "sync/atomic"


def _led_on(function: FunctionFacts, names: set[Hashable]) -> set[Hashable]:
    """The names that lead to what ``names`` lead to."""
    size = 0
    while size < len(names):
        size = len(names)
        for _, each in points(function.ir):
            if source_of(function.ir, each) in names:
                names.update(assigned(each))
    return names


def _is_one_of_a_kind(function: FunctionFacts, load: Call, act: Call) -> bool:
    """Whether it matters which value is stored: it is made from the one found, or others will meet in it.

    That two goroutines compute one and the same value for a cache costs time only.
    """
    instruction = function.ir.blocks[act.point.block].instructions[act.point.index]
    value = instruction.call.args[2] if isinstance(instruction, ir.Call) and len(instruction.call.args) > 2 else None
    if not isinstance(value, int):
        return False
    type_ = function.ir.register_types.get(value)
    under = underlying(type_) if type_ is not None else None
    if isinstance(under, Chan | Map):
        return True
    element = type_.element if isinstance(type_, Pointer) else type_
    if element is not None and has_synchronisation(element):
        return _is_had(function, set(origins(function.ir, value, definitions(function.ir))), act)
    return _is_made_from(function, value, load, act)


def _is_counted_up(function: FunctionFacts, load: Call, act: Call) -> bool:
    """Whether a new value is made from the one found in any case: what others store in between is lost."""
    instruction = function.ir.blocks[act.point.block].instructions[act.point.index]
    value = instruction.call.args[2] if isinstance(instruction, ir.Call) and len(instruction.call.args) > 2 else None
    type_ = function.ir.register_types.get(value) if isinstance(value, int) else None
    if not isinstance(value, int) or type_ is None or not act.callee.endswith("Store"):
        return False
    # To store the same pointer again changes nothing.
    plain = isinstance(underlying(type_), Basic)
    return plain and _is_made_from(function, value, load, act)


def _is_made_from(function: FunctionFacts, value: int, load: Call, act: Call) -> bool:
    """Whether ``value``, as ``act`` has it, is computed from what was found."""
    made = definitions(function.ir)
    stack, seen = [value], set()
    while stack:
        name = stack.pop()
        if name in seen:
            continue
        seen.add(name)
        for point, each in _reaching(function, made.get(name, []), act):
            if point == load.point:
                return True
            if isinstance(each, ir.Compute):
                stack += [one for one in each.operands if isinstance(one, int)]
    return False


def _reaching(
    function: FunctionFacts, made: list[tuple[Point, ir.Instruction]], act: Call
) -> Iterator[tuple[Point, ir.Instruction]]:
    """The assignments of a name that no other one of it comes after on every way to ``act``."""
    for point, instruction in made:
        others = [other for other, _ in made if other != point]
        if function.order.reaches(point, act.point) and not (
            others and function.order.passes_one(point, act.point, others)
        ):
            yield point, instruction


def _decides(function: FunctionFacts, load: Call, act: Call) -> bool:
    """Whether what was found decides on the change."""
    call = function.ir.blocks[load.point.block].instructions[load.point.index]
    results = set(call.targets) if isinstance(call, ir.Call) else set()
    made = definitions(function.ir)
    for condition in function.conditions(act.point):
        branch = function.ir.blocks[condition.point.block].instructions[-1]
        if isinstance(branch, ir.Branch) and isinstance(branch.condition, int):
            stack, seen = [branch.condition], set()
            while stack:
                name = stack.pop()
                if name in results:
                    return True
                if name not in seen:
                    seen.add(name)
                    for _, each in made.get(name, ()):
                        if isinstance(each, ir.Compute):
                            stack += [one for one in each.operands if isinstance(one, int)]
    return False


def _may_meet(package: PackageFacts, pair: _Pair) -> bool:
    """Whether another run of the function, or another change of the map, may come between."""
    callers, function = callers_of(package), pair.function
    location = pair.map.location
    if location is None or callers.runs_once(function) or callers.only_tests_call(function) or function.constructor:
        return False
    if callers.may_lock(function) or function.contract.unknown or function.contract.held:
        return False
    if callers.runs_in_parallel_with_itself(function):
        return location.kind is not LocationKind.LOCAL or callers.starts_several(function)
    return any(
        site.function is not function and not callers.take_turns(site.function, function)
        for site in calls_to(package, *_CHANGES)
        if (other := _map_of(site.call)) is not None and other.location == location
    )


def _is_one_flight(package: PackageFacts, pair: _Pair) -> bool:
    """Whether a singleflight.Group lets one goroutine at a time do this for the key."""
    key = flight_key(package, pair.function)
    return key is not None and _key(pair.function, pair.act) == ("name", key)


def _finding(package: PackageFacts, pair: _Pair) -> Finding:
    name = path_name(pair.map, package)
    what = "stored" if pair.act.callee.endswith("Store") else "deleted"
    return Finding(
        span=pair.act.span,
        values={"map": name, "what": what, "instead": _ACTS[pair.act.callee]},
        because=("each call is atomic, the two together aren't: another goroutine may change the key between them",),
        related=(Related(pair.load.span, "the key is looked up here"),),
        help=f"use `{_ACTS[pair.act.callee]}`, or CompareAndSwap and CompareAndDelete for what was found",
        fixes=load_and_act(package, pair.load.span, pair.act.span),
        location=str(pair.map.location or name),
        symbol=pair.function.name,
    )
