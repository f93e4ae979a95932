"""An errgroup's context is ignored or used when it is over, or its calls come in the wrong order."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.goroutines import Against, Names
from pubcheck.diagnostic import Related
from pubcheck.facts import AccessPath, Point, Root, RootKind
from pubcheck.flow import ir
from pubcheck.model.symbols import Var
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.captured import finding as race_finding
from pubcheck.rules.support.captured import most_telling, place
from pubcheck.rules.support.reading import called, functions_with, mentions, span_in
from pubcheck.rules.support.wording import call_text, source_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.goroutines import LocalRace

_PATH = "golang.org/x/sync/errgroup"
_METHODS = {f"(*{_PATH}.Group).{name}": name for name in ("Go", "TryGo", "Wait", "SetLimit")}
_STARTERS = frozenset(name for name, method in _METHODS.items() if method.endswith("Go"))
_WITH_CONTEXT = f"{_PATH}.WithContext"
_DROPPED = re.compile(r",\s*_\s*:?=\s*\Z")
_ONLY_TELLS = re.compile(r"(?i)log|trac|span|metric|debug|warn|info|error|print|cause|value|from|withoutcancel")
"""Names of functions that want a context for what it says, not for how long it lasts."""


_NO_PATH = AccessPath(Root(RootKind.OPAQUE, -1, ""))


class _Call(NamedTuple):
    point: Point
    call: ir.Call
    method: str


class _Group:
    """What one function does with one group."""

    def __init__(self) -> None:
        self.calls: list[_Call] = []
        self.made: list[Point] = []
        self.contexts: list[_Call] = []  # of WithContext

    def of(self, *methods: str) -> list[_Call]:
        return [each for each in self.calls if each.method in methods]


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find groups that are used again, limited too late, or read from too early, and contexts that nobody heeds."""
    if not mentions(package, _PATH.encode()):
        return
    for function in functions_with(package, b"Go("):
        for group in _groups(function).values():
            yield from _limited_late(package, function, group)
            yield from _started_late(package, function, group)
            for made in group.contexts:
                yield from _context_dropped(package, function, group, made)
                yield from _context_over(package, function, group, made)
    yield from _read_early(package)


def _groups(function: FunctionFacts) -> dict[AccessPath, _Group]:
    found: dict[AccessPath, _Group] = defaultdict(_Group)
    if not any(call.callee.startswith(("(*" + _PATH, _PATH)) for call in function.calls):
        return found
    names = Names(function)
    assigned: dict[int, list[Point]] = defaultdict(list)  # by the variable's offset or the register
    contexts: dict[int, _Call] = {}
    for block in function.ir.blocks:
        for index, each in enumerate(block.instructions):
            point = Point(block.index, index)
            match each:
                case ir.Declare(var=var) | ir.Store(place=ir.Place(root=Var() as var, steps=())):
                    assigned[var.pos].append(point)
                case ir.Compute(op="move", operands=(int() as operand,), target=target):
                    assigned[target].append(point)
                    if operand in contexts:
                        found[_path(names, target)].contexts.append(contexts[operand])
                case ir.Call(targets=(group, *_)) if called(each) == _WITH_CONTEXT:
                    assigned[group].append(point)
                    contexts[group] = _Call(point, each, "WithContext")
                    found[_path(names, group)].contexts.append(contexts[group])
                case ir.Call(call=info) if called(each) in _METHODS:
                    found[_path(names, info.args[0])].calls.append(_Call(point, each, _METHODS[called(each)]))
    found.pop(_NO_PATH, None)
    for path, one in found.items():
        one.made += assigned.get(path.root.index, [])
    return found


def _path(names: Names, group: ir.Operand) -> AccessPath:
    return names.pointer(group) or _NO_PATH


def _limited_late(package: PackageFacts, function: FunctionFacts, group: _Group) -> Iterator[Finding]:
    order = function.order
    walls = [*group.made, *(each.point for each in group.of("Wait"))]
    for limit in group.of("SetLimit"):
        for start in group.of("Go", "TryGo"):
            if order.reaches(start.point, limit.point) and not order.passes_one(start.point, limit.point, walls):
                yield Finding(
                    span=span_in(function, limit.call),
                    values={"what": f"`{_text(package, function, limit)}` panics while a goroutine of the group runs"},
                    related=(Related(span_in(function, start.call), "one may be running since here"),),
                    help="set the limit before the first goroutine is started",
                    symbol=function.name,
                )
                break


def _started_late(package: PackageFacts, function: FunctionFacts, group: _Group) -> Iterator[Finding]:
    order = function.order
    waits = group.of("Wait")
    for start in group.of("Go", "TryGo"):
        for wait in waits:
            if not order.reaches(wait.point, start.point) or order.passes_one(wait.point, start.point, group.made):
                continue
            text = _text(package, function, wait)
            if any(not _is_dropped(package, function, made) for made in group.contexts):
                why = f"the group's context was cancelled when `{text}` returned"
            elif not any(order.reaches(start.point, each.point) for each in waits):
                why = f"nobody waits for it after `{text}`"
            else:
                continue
            yield Finding(
                span=span_in(function, start.call),
                values={"what": f"a goroutine is started too late: {why}"},
                related=(Related(span_in(function, wait.call), f"`{text}` may have returned here"),),
                help="make another group for it",
                symbol=function.name,
            )
            return


def _is_dropped(package: PackageFacts, function: FunctionFacts, made: _Call) -> bool:
    source = package.package.source
    span = span_in(function, made.call)
    file = next((one for one in source.files if one.source.path == span.path), None) if source is not None else None
    if file is None:
        return False
    data = file.source.data
    line = data[data.rfind(b"\n", 0, span.start) + 1 : span.start].decode(errors="replace")
    return _DROPPED.search(line) is not None


def _context_dropped(package: PackageFacts, function: FunctionFacts, group: _Group, made: _Call) -> Iterator[Finding]:
    """The goroutines use the context that the group's own was to be derived for."""
    names = Names(function)
    parent = names.origin(made.call.call.args[0])
    variable = parent.place.root if type(parent) is ir.Load else None
    if not isinstance(variable, Var) or not _is_dropped(package, function, made):
        return
    for start in group.of("Go", "TryGo"):
        literal = names.origin(start.call.call.args[1])
        if type(literal) is ir.Closure and variable in literal.function.captures:
            yield Finding(
                span=span_in(function, made.call),
                values={
                    "what": f"the group's own context is dropped: its goroutines go on with `{variable.name}`"
                    " when one of them fails"
                },
                related=(Related(span_in(function, start.call), f"`{variable.name}` is used by this one"),),
                help="use the context that WithContext returns",
                symbol=function.name,
            )
            return


def _context_over(package: PackageFacts, function: FunctionFacts, group: _Group, made: _Call) -> Iterator[Finding]:
    """The group's context is given to a callee after ``Wait``, which has cancelled it."""
    order = function.order
    waits = group.of("Wait")
    if len(made.call.targets) < 2 or not waits:
        return
    holders, walls = _holders(function, made)
    for use, call in _uses(function, holders):
        for wait in waits:
            if not order.reaches(wait.point, use) or order.passes_one(wait.point, use, walls):
                continue
            if not order.dominates(made.point, use) or _failed(function, wait, use):
                continue
            text = _text(package, function, wait)
            yield Finding(
                span=span_in(function, call),
                values={"what": f"the context given to `{call_text(span_in(function, call), package)}` is over"},
                because=(
                    f"the context of an errgroup is cancelled when `Wait` returns, error or not: here by `{text}`",
                ),
                related=(
                    Related(span_in(function, wait.call), f"`{text}` returns here"),
                    Related(span_in(function, made.call), "the context is derived here"),
                ),
                help="use the context that the group's was derived from",
                symbol=function.name,
            )
            return


def _holders(function: FunctionFacts, made: _Call) -> tuple[set[int | Var], list[Point]]:
    """The registers and variables that get the derived context, and where they are given another value."""
    holders: set[int | Var] = {made.call.targets[1]}
    writes: list[tuple[Point, int | Var]] = []
    for block in function.ir.blocks:
        for index, each in enumerate(block.instructions):
            point = Point(block.index, index)
            match each:
                case ir.Compute(op="move", operands=(int() as operand,), target=target) if operand in holders:
                    holders.add(target)
                case ir.Store(place=ir.Place(root=Var() as var, steps=()), value=int() as value) if value in holders:
                    holders.add(var)
                case ir.Compute(target=target) | ir.Load(target=target):
                    writes.append((point, target))
                case ir.Store(place=ir.Place(root=Var() as var, steps=())):
                    writes.append((point, var))
                case ir.Call(targets=targets):
                    writes += [(point, target) for target in targets]
    return holders, [made.point, *(point for point, written in writes if written in holders)]


def _uses(function: FunctionFacts, holders: set[int | Var]) -> Iterator[tuple[Point, ir.Call]]:
    """Calls that are given the context in order to heed it."""
    loaded: set[int] = set()
    for block in function.ir.blocks:
        for index, each in enumerate(block.instructions):
            if type(each) is ir.Load and each.place.root in holders and not each.place.steps:
                loaded.add(each.target)
            elif type(each) is ir.Call and not _ONLY_TELLS.search(_name(each.call)):
                known = holders | loaded
                yield from ((Point(block.index, index), each) for one in _given(each.call) if one in known)


def _name(call: ir.CallInfo) -> str:
    """What is called, with its package or receiver."""
    match call.callee:
        case ir.StaticCallee(func=func) | ir.InterfaceCallee(func=func):
            return func.full_name.rpartition("/")[2]
        case ir.DynamicCallee(source=source) | ir.UnknownCallee(source=source):
            return source
    return ""


def _given(call: ir.CallInfo) -> tuple[ir.Operand, ...]:
    """The arguments without a receiver: asking a context itself is always right."""
    match call.callee:
        case ir.StaticCallee(func=func) | ir.InterfaceCallee(func=func) if func.receiver is not None:
            return call.args[1:]
        case ir.InterfaceCallee():
            return call.args[1:]
    return call.args


def _failed(function: FunctionFacts, wait: _Call, use: Point) -> bool:
    """Whether ``use`` happens only when something went wrong: then it is about the error."""
    error = wait.call.targets[0] if wait.call.targets else None
    names = Names(function)
    for condition in function.conditions(use):
        test = names.origin(function.ir.blocks[condition.point.block].instructions[-1].condition)  # type: ignore[attr-defined]
        if type(test) is not ir.Compute or test.op != ("!=" if condition.taken else "=="):
            continue
        if error is None or any(each == error or names.origin(each) is wait.call for each in test.operands):
            return True
    return False


def _read_early(package: PackageFacts) -> Iterator[Finding]:
    for race in most_telling(package.local_races):
        access, _ = place(race)
        if race.spawn.by not in _STARTERS or race.against is not Against.STARTER or not access.writes:
            continue
        if access is race.access:
            wait = _wait_behind(race)
            if wait is not None:
                text = call_text(span_in(race.function, wait), package)
                what = f"`{race.var.name}` is used before `{text}` has returned: a goroutine of the group writes it"
                yield race_finding(race, what=what)


def _wait_behind(race: LocalRace) -> ir.Call | None:
    """Where the starter waits for the group after it has read what the goroutine writes."""
    for call in race.function.calls:
        if _METHODS.get(call.callee) == "Wait" and race.function.order.reaches(race.other.point, call.point):
            instruction = race.function.ir.blocks[call.point.block].instructions[call.point.index]
            if type(instruction) is ir.Call:
                return instruction
    return None


def _text(package: PackageFacts, function: FunctionFacts, call: _Call) -> str:
    return source_text(span_in(function, call.call), package).partition("(")[0]
