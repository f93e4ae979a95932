"""A sync.Once that waits for itself, is replaced under its users, or is made anew for each use."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.frame import root_of
from pubcheck.analysis.writers import is_private
from pubcheck.diagnostic import Confidence, Related
from pubcheck.facts import DEREF, AccessPath, Root, RootKind
from pubcheck.flow import ir
from pubcheck.model.symbols import Var
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.call_sites import calls_to
from pubcheck.rules.support.names import points
from pubcheck.rules.support.wording import name_of, path_name, source_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Call
    from pubcheck.rules.support.call_sites import CallSite

DO = "(*sync.Once).Do"
_ONCE = "sync.Once"
_MAKERS = ("sync.OnceFunc", "sync.OnceValue", "sync.OnceValues")
MAX_CALLS = 5
"""Calls from the function that runs once to the Do in it that are followed."""


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find nested Do calls of one Once, assignments to a Once in use, and Onces that live for one call only."""
    uses = list(calls_to(package, DO))
    for site in (*uses, *calls_to(package, *_MAKERS)):
        yield from _of_nil(site)
    for site in uses:
        yield from _nested(package, site)
        yield from _of_one_call(site)
    if uses:
        yield from _replaced(package, uses)
    for site in calls_to(package, *_MAKERS):
        yield from _called_at_once(package, site)


def _once(call: Call) -> AccessPath | None:
    targets = call.args[0].targets if call.args else ()
    return targets[0] if len(targets) == 1 else None


def _of_nil(site: CallSite) -> Iterator[Finding]:
    """Nothing to run: that panics, and for a Once it counts as done."""
    operand = site.call.args[-1] if site.call.args else None
    if operand is not None and operand.known and operand.value is None:
        yield Finding(
            span=site.call.span,
            values={
                "what": f"`{site.call.callee.rpartition('.')[2]}` is given nil to run: that panics when it is its turn"
            },
            because=("a panic counts as done: whoever comes later finds nothing initialised",),
            help="give it a function",
            symbol=site.function.name,
        )


def _nested(package: PackageFacts, site: CallSite) -> Iterator[Finding]:
    """A Do inside of what the same Once runs: it waits for the outer one, which waits for it."""
    once, body = _once(site.call), _run_by(package, site)
    inside = _inside(site, body, once) if body is not None and once is not None else None
    inner = _find_do(package, body, inside, MAX_CALLS, own=True) if body is not None and inside is not None else None
    if inner is None or once is None:
        return
    name = path_name(once, package)
    yield Finding(
        span=inner.span,
        values={"what": f"`{name}.Do` is called by what `{name}.Do` runs: it waits for itself"},
        because=("Do returns only when the one call of its function has returned, and that call waits here",),
        related=(Related(site.call.span, "the outer call is here"),),
        location=str(once.location or once),
    )


def _run_by(package: PackageFacts, site: CallSite) -> FunctionFacts | None:
    """The literal, the function, or the method of a value, that a Do is given."""
    operand = _given(site)
    if isinstance(operand, ir.FuncValue):
        return package.function(operand.func.full_name)
    for _, each in points(site.function.ir):
        if isinstance(each, ir.Closure) and each.target == operand:
            return package.function(each.function.name)
        if _binds(each, operand) and each.func is not None:
            return package.function(each.func.full_name)
    return None


def _given(site: CallSite) -> ir.Operand | None:
    info = site.info
    return info.args[1] if info is not None and len(info.args) > 1 else None


def _binds(instruction: ir.Instruction, operand: ir.Operand | None) -> TypeGuard[ir.Compute]:
    return isinstance(instruction, ir.Compute) and instruction.op == "bind" and instruction.target == operand


def _inside(site: CallSite, body: FunctionFacts, once: AccessPath) -> AccessPath | None:
    """``once`` as what the Do runs names it: None for a method of another object than the one that has the Once."""
    if body.enclosing:
        return _captured(site.function, once)
    operand = _given(site)
    bound = next((each for _, each in points(site.function.ir) if _binds(each, operand)), None)
    if bound is None or once.root.kind is RootKind.GLOBAL:
        return once
    root, params = once.root, site.function.ir.params
    if root.kind is not RootKind.PARAM or once.steps[:1] != (DEREF,) or bound.operands != (params[root.index],):
        return None
    return AccessPath(Root(RootKind.PARAM, 0, ""), once.steps)


def _find_do(
    package: PackageFacts, function: FunctionFacts, once: AccessPath, depth: int, *, own: bool = False
) -> Call | None:
    """The call of Do on ``once``, told in the function's terms, that it leads to: always, unless it is its ``own``.

    What a callee does under a condition it may never do for this caller.
    """
    if depth == 0:
        return None
    for literal in _called_in_place(function, always=not own):
        facts = package.function(literal.name)
        found = _find_do(package, facts, _captured(function, once), depth - 1, own=own) if facts is not None else None
        if found is not None:
            return found
    for call in function.calls:
        conditional = bool(function.conditions(call.point))
        if conditional and not (own and call.callee == DO):
            continue
        if call.callee == DO:
            if _same(_once(call), once):
                return call
            continue
        callee = package.function(call.callee)
        there = _translated(function, call, once) if callee is not None else None
        if callee is not None and there is not None:
            found = _find_do(package, callee, there, depth - 1)
            if found is not None:
                return found
    return None


def _called_in_place(function: FunctionFacts, *, always: bool) -> Iterator[ir.Function]:
    """The literals of ``function`` that are called where they stand, in any case if ``always``."""
    literals = {each.target: each.function for _, each in points(function.ir) if type(each) is ir.Closure}
    for at, each in points(function.ir) if literals else ():
        if always and function.conditions(at):
            continue
        if type(each) is ir.Call and type(each.call.callee) is ir.DynamicCallee:
            value = each.call.callee.value
            if isinstance(value, int) and value in literals and value not in function.ir.register_vars:
                yield literals[value]


def _same(one: AccessPath | None, other: AccessPath) -> bool:
    """Whether both are the same memory, whatever a parameter is called."""
    return one is not None and _plain(one) == _plain(other)


def _plain(path: AccessPath) -> AccessPath:
    root = path.root
    return AccessPath(Root(RootKind.PARAM, root.index, ""), path.steps) if root.kind is RootKind.PARAM else path


def _translated(function: FunctionFacts, call: Call, once: AccessPath) -> AccessPath | None:
    """``once`` in the terms of what is called."""
    if once.root.kind is RootKind.GLOBAL:
        return once
    for index, operand in enumerate(call.args):
        for target in operand.targets:
            if _plain(once).starts_with(_plain(target)):
                root = Root(RootKind.PARAM, index, "")
                return AccessPath(root, (DEREF, *once.steps[len(target.steps) :]))
    return _captured(function, once) if call.callee.startswith(function.name + ".func") else None


def _captured(function: FunctionFacts, path: AccessPath) -> AccessPath:
    """``path`` as a literal of ``function`` names it: parameters are captured variables there."""
    root = path.root
    var = function.ir.params[root.index] if root.kind is RootKind.PARAM else None
    return AccessPath(root_of(var, function.path), path.steps) if isinstance(var, Var) else path


def _of_one_call(site: CallSite) -> Iterator[Finding]:
    """A local Once that one Do, which runs once, uses: each call of the function has its own."""
    once, function = _once(site.call), site.function
    if once is None or once.steps or once.root.kind is not RootKind.CELL or function.in_loop(site.call.point):
        return
    declared = [
        each.var for _, each in points(function.ir) if isinstance(each, ir.Declare) and each.var.pos == once.root.index
    ]
    shared = any(
        isinstance(each, ir.Closure) and set(declared) & set(each.function.captures) for _, each in points(function.ir)
    )
    addressed = sum(
        isinstance(each, ir.Address) and each.place.root in declared for _, each in points(function.ir) if declared
    )
    if not declared or shared or addressed != 1 or function.enclosing:
        return
    yield Finding(
        span=site.call.span,
        values={
            "what": f"each call of `{function.name}` has a `{once.root.name}` of its own: what it runs runs every time"
        },
        because=("a Once keeps others out only where all use the same one",),
        help="declare it outside of the function, beside what it initialises",
        location=once.root.name,
        symbol=function.name,
        # What a deferred one runs is this call's own business.
        confidence=Confidence.LOW if site.call.deferred else None,
    )


def _replaced(package: PackageFacts, uses: list[CallSite]) -> Iterator[Finding]:
    """A Once that is assigned, with no lock, after others may have got to its Do."""
    by_location = {path.location: site for site in reversed(uses) if (path := _once(site.call)) is not None}
    callers = callers_of(package)
    for location, sites in package.locations.items():
        use = by_location.get(location)
        for site in sites if use is not None else ():
            access, function = site.access, site.function
            if not access.writes or access.init or access.whole != _ONCE or access.trace or function.test:
                continue
            if is_private(site, callers) or function.maybe_protected(access) or callers.may_lock(function):
                continue
            if callers.only_tests_call(function) or callers.runs_at_init(function):
                continue
            yield Finding(
                span=access.span,
                values={"what": f"`{name_of(location, package)}` is replaced while others may be in its Do"},
                because=("the assignment is a plain write of the memory that Do reads atomically and locks",),
                related=(Related(use.call.span, f"`{use.function.name}` uses it here"),) if use is not None else (),
                help="keep the Once in the object that is replaced, or guard both with a lock",
                location=str(location),
                symbol=function.name,
            )


def _called_at_once(package: PackageFacts, site: CallSite) -> Iterator[Finding]:
    """``sync.OnceValue(f)()``: a new Once for one call."""
    function, point = site.function, site.call.point
    maker = function.ir.blocks[point.block].instructions[point.index]
    if not isinstance(maker, ir.Call) or site.call.deferred:
        return
    if not maker.targets:
        yield Finding(
            span=site.call.span,
            values={
                "what": f"the function that `{source_text(site.call.span, package)}` makes is dropped: it never runs"
            },
            because=(f"`{site.call.callee}` runs nothing itself",),
            help="keep the function that it returns in a variable, and call that",
            symbol=function.name,
        )
        return
    result = maker.targets[0]
    if result in function.ir.register_vars:
        return  # a variable: that it is called again isn't excluded
    called = [
        each
        for _, each in points(function.ir)
        if isinstance(each, ir.Call | ir.Go)
        and isinstance(each.call.callee, ir.DynamicCallee)
        and each.call.callee.value == result
    ]
    if called:
        yield Finding(
            span=site.call.span,
            values={"what": f"`{source_text(site.call.span, package)}` is made and called at once: it runs every time"},
            because=(f"each call of `{site.call.callee}` returns a function with a Once of its own",),
            help="keep the function that it returns in a variable outside",
            symbol=function.name,
        )
