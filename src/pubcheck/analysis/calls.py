"""What calls do: who is called, and what that means for the caller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis import builtin_calls, libraries, lock_effects, summaries
from pubcheck.analysis.frame import Invocation
from pubcheck.analysis.function_values import found_in, given_by, held_by
from pubcheck.analysis.kinds import refers
from pubcheck.analysis.methods import locker_effects, stream_effects
from pubcheck.analysis.sites import Site
from pubcheck.analysis.values import Code, parameter_of
from pubcheck.facts import NO_LOCKS, AccessPath, Call, Held, Operand, PublicationKind, RootKind, Spawn, Start, Summary
from pubcheck.flow import ir
from pubcheck.knowledge import UNRESOLVED_LOCKER, UNRESOLVED_WAIT
from pubcheck.model.types import Named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pubcheck.analysis.frame import Frame
    from pubcheck.analysis.values import Value
    from pubcheck.facts import Access, Root
    from pubcheck.model.types import Type


def call(frame: Frame, instruction: ir.Call) -> bool:
    """A plain call; true if it never returns."""
    info = instruction.call
    span = frame.span(instruction)
    if type(info.callee) is ir.BuiltinCallee:
        site = Site(frame, info, instruction.targets, frame.point, span)
        builtin_calls.apply(site, info)
        ends = False
    else:
        code = _code(frame, info.callee)
        bound = code.bound if code is not None else ()
        site = Site(frame, info, instruction.targets, frame.point, span, bound=bound)
        ends = invoke(site, info.callee, code)
    for register, value in zip(instruction.targets, site.results, strict=False):
        frame.define(register, value)
    return ends


def _code(frame: Frame, callee: ir.Callee) -> Code | None:
    """The function that ``callee`` is, if it is known."""
    if type(callee) is ir.StaticCallee:
        return Code(callee.func, None)
    if type(callee) is ir.DynamicCallee:
        return frame.value(callee.value).code
    return None


def invoke(site: Site, callee: ir.Callee, code: Code | None) -> bool:
    """Do what the callee does; true if it never returns."""
    frame = site.frame
    if code is not None:
        return run(site, code)
    if type(callee) is ir.InterfaceCallee:
        return _through_interface(site, callee)
    _tell(site, "")
    if type(callee) is ir.UnknownCallee:
        method = callee.source.rpartition(".")[2]
        if method in UNRESOLVED_LOCKER and len(site.values) == 1 and not site.targets:
            return libraries.apply(site, callee.source, UNRESOLVED_LOCKER[method])
        _by_name(site, method)
    if type(callee) is ir.DynamicCallee:
        value = frame.value(callee.value)
        frame.ran.update(target.root for target in value.targets if target.root.kind is RootKind.CELL)
        parameter = parameter_of(value)
        if parameter is not None:
            frame.call_parameter(parameter, frame.state.held.must, frame.state.held.released)
    _unknown(site)
    return False


def _by_name(site: Site, method: str) -> None:
    """Do what the name of a method which isn't seen says, so that nobody is accused for what it may well do."""
    if len(site.values) == 1:
        if UNRESOLVED_WAIT.fullmatch(method):
            libraries.wait_by_name(site, method)
        if not site.targets:
            _unsettle(site)
    elif not site.targets:
        lock_effects.keyed(site, method)


def _unsettle(site: Site) -> None:
    """What a method that isn't known makes of its receiver, if that is a lock that is held, nobody knows."""
    state = site.frame.state
    doubtful = {lock for lock in state.held.must if lock.path in site.values[0].targets}
    if doubtful:
        state.held = Held(state.held.must - doubtful, state.held.may, state.held.released)


def run(site: Site, code: Code) -> bool:
    """Do what ``code`` does; true if it never returns."""
    frame = site.frame
    if code.func is not None:
        name = frame.world.full_name(code.func)
        known = frame.world.known_effects(code.func)
        _tell(site, name)
        if known:
            return libraries.apply(site, name, known)
        summary: Summary | None = frame.world.summary_of(code.func)
    elif code.closure is None:
        return False
    else:
        closure = code.closure
        _tell(site, closure.name)
        summary = frame.world.closure_summary(closure)
    _remember(site, code)
    if summary is None or not summary.known:
        _unknown(site)
        ends = False
    else:
        ends = summaries.apply(site, summary)
    if code.func is not None and code.func.receiver is not None:
        lock_effects.keyed(site, code.func.name)
    if summary is None or not summary.known:
        return False
    _run_arguments(site, summary)
    return ends


def _tell(site: Site, name: str) -> None:
    frame = site.frame
    frame.out["calls"].append(
        Call(
            name,
            tuple([frame.operand(arg) for arg in site.args if arg is not None]),
            site.point,
            site.span,
            frame.state.held,
            deferred=site.deferred,
        )
    )


def _remember(site: Site, code: Code) -> None:
    frame = site.frame
    if code.func is not None and not frame.world.declares(code.func):
        return
    frame.invoked.setdefault(frame.point, []).append(Invocation(code, tuple(site.values), frame.state.copy()))


def _run_arguments(site: Site, summary: Summary) -> None:
    """Functions among the arguments that the callee calls, under the locks that it then holds, starts, or registers."""
    frame = site.frame
    for index, locks, given_up in summary.calls:
        gone = site.locks(given_up, sure=False)
        code = site.values[index].code if index < len(site.values) else None
        if code is None:
            parameter = parameter_of(site.values[index]) if index < len(site.values) else None
            if parameter is not None:
                held = frame.state.held
                frame.call_parameter(parameter, (held.must - gone) | site.locks(locks, sure=True), held.released | gone)
            continue
        before = frame.state
        frame.state = before.copy()
        lent = Held.of(before.held.must & gone, before.held.may & gone, NO_LOCKS)
        frame.state.held = Held.of(before.held.must - gone, before.held.may - gone, before.held.released)
        extra = site.locks(locks, sure=True) - before.held.must
        for lock in extra:
            frame.state.acquire((lock,))
        run(callback(site, code), code)
        for lock in extra:
            frame.state.release((lock,))
        held = frame.state.held
        frame.state.held = Held.of(held.must | lent.must, held.may | lent.may, held.released)
    for indices, how in ((summary.starts, Start.STARTER), (summary.registers, Start.HANDLER)):
        for index in indices:
            if index < len(site.values):
                hand_over(site, index, how, summary.name)


def callback(site: Site, code: Code) -> Site:
    """The call of a function that was given to the callee of ``site``; its own arguments aren't known."""
    info = ir.CallInfo(ir.UnknownCallee(""), (), spread=False, pos=site.span.start, end=site.span.end)
    return Site(site.frame, info, (), site.point, site.span, bound=code.bound, deferred=site.deferred)


def _through_interface(site: Site, callee: ir.InterfaceCallee) -> bool:
    frame = site.frame
    name = frame.world.full_name(callee.func)
    known = frame.world.effects(name) or locker_effects(callee.func, callee.interface)
    _tell(site, name)
    if known:
        return libraries.apply(site, name, known)
    methods = frame.world.implementations(callee.func, callee.interface)
    if not methods:
        _unknown(site)
        return libraries.apply(site, name, stream_effects(callee.func))
    found = [summary for method in methods if (summary := frame.world.summary_of(method)).known]
    for method in methods:
        _remember(site, Code(method, None))
    for summary in found:
        summaries.apply(site, summary, sure=len(methods) == 1, certain=not _is_exported(callee.interface))
    return False


def _is_exported(interface: Type) -> bool:
    return type(interface) is not Named or interface.symbol.name[:1].isupper()


def _unknown(site: Site) -> None:
    """Nobody knows what is called: it may write variables whose address it is given, and call functions."""
    state = site.frame.state
    for value in site.values:
        if value.code is not None and value.code.closure is not None:
            _remember(callback(site, value.code), value.code)
        for target in value.targets:
            if target.root.kind is RootKind.CELL and not target.steps:
                state.forget(target)


# --- defer


def defer(frame: Frame, instruction: ir.Defer) -> None:
    """The call happens at the return."""
    state = frame.state
    state.defers = (*[each for each in state.defers if each[0] != frame.point], (frame.point, True, state.held.must))
    code = _code(frame, instruction.call.callee)
    if code is not None and code.closure is not None:
        frame.out["spawns"].append(
            Spawn(Start.DEFER, code.closure.name, frame.point, frame.span(instruction), frame.loop > 0, state.held)
        )


def run_deferred(frame: Frame) -> None:
    """Run the deferred calls, the last one first. One that only some paths deferred is taken to have its effect.

    But what these held when they deferred it is theirs: it isn't unlocked for a caller on the other paths.
    """
    at_return = frame.point
    frame.exit = at_return.block
    for point, sure, own in reversed(frame.state.defers):
        instruction = frame.fn.blocks[point.block].instructions[point.index]
        if type(instruction) is not ir.Defer:
            continue
        info = instruction.call
        span = frame.span(instruction)
        frame.point = point
        before = frame.state.held.released
        code = _code(frame, info.callee)
        site = Site(frame, info, (), point, span, bound=code.bound if code is not None else (), deferred=True)
        if type(info.callee) is ir.BuiltinCallee:
            builtin_calls.apply(site, info)
        else:
            invoke(site, info.callee, code)
        held = frame.state.held
        if not sure and (held.released - before) & own:
            frame.state.held = Held.of(held.must, held.may, held.released - (own - before))
        frame.point = at_return
    frame.exit = -1


# --- go


def start(frame: Frame, instruction: ir.Go) -> None:
    """``go``: what the new goroutine is given, it shares."""
    info = instruction.call
    code = _code(frame, info.callee)
    items: list[Code] = []
    if code is None and type(info.callee) is ir.DynamicCallee:
        value = frame.value(info.callee.value)
        parameter = given_by(value)
        if parameter is not None:
            frame.started.add(parameter)
        items = found_in(frame.state, value)
    started: Sequence[Code | None] = items or (code,)
    for each in started:
        bound = each.bound if each is not None else ()
        site = Site(frame, info, (), frame.point, frame.span(instruction), bound=bound)
        _start(site, each, Start.GO, "", item=bool(items))


def hand_over(site: Site, index: int, how: Start, by: str) -> None:
    """Argument ``index`` is a function that another goroutine runs, or the first of such, or a slice of them."""
    given = site.values[index:] if index == site.gathered else [site.values[index]]
    for value in given:
        _hand_over(site, value, how, by, several=len(given) > 1)


def _hand_over(site: Site, value: Value, how: Start, by: str, *, several: bool) -> None:
    codes = held_by(site.frame.state, value)
    several |= len(codes) > 1
    if not codes:
        parameter = given_by(value)
        if parameter is not None:
            site.frame.others_run(parameter, how)
        site.frame.out["spawns"].append(
            Spawn(how, "", site.point, site.span, site.frame.loop > 0, site.frame.state.held, by=by)
        )
        site.frame.spawns = True
        return
    for code in codes:
        _start(callback(site, code), code, how, by, item=several and site.frame.loop == 0)


def _start(  # noqa: PLR0913 a start has these parts
    site: Site,
    code: Code | None,
    how: Start,
    by: str,
    running: frozenset[str] = frozenset(),
    *,
    item: bool = False,
) -> None:
    """``code`` runs on another goroutine, called by the functions ``running`` there; ``item`` as in ``Spawn``."""
    frame = site.frame
    frame.spawns = True
    callee, summary, captures = _begun(site, code)
    captured = [path for cell, targets in captures for path in (AccessPath(cell), *targets)]
    for kind, paths in ((PublicationKind.CAPTURE, captured), (PublicationKind.GO, _shared_arguments(site))):
        if paths:
            frame.publish(kind, paths, None, site.span, callee=callee, point=site.point)
    # What is published now is the other side's business too.
    accesses = _done_there(site, code, summary)
    frame.out["spawns"].append(
        Spawn(
            start=how,
            callee=callee,
            point=site.point,
            span=site.span,
            looped=frame.loop > item,
            held=frame.state.held,
            accesses=accesses,
            by=by,
            args=tuple(Operand(targets=value.targets) for value in site.values),
            captures=captures,
            item=item,
        )
    )
    if summary is not None and callee not in running:  # one that calls itself is told once
        _start_inner(site, summary, how, by, running | {callee})


def _begun(
    site: Site, code: Code | None
) -> tuple[str, Summary | None, tuple[tuple[Root, tuple[AccessPath, ...]], ...]]:
    """The name of ``code``, what is known of it, and what it captures; blank where it isn't known."""
    frame = site.frame
    if code is not None and code.func is not None:
        return frame.world.full_name(code.func), frame.world.summary_of(code.func), ()
    if code is None or code.closure is None:
        return "", None, ()
    cells = [frame.cell(var) for var in code.closure.captures]
    captures = tuple([(cell, frame.state.content(AccessPath(cell)).targets) for cell in cells])
    return code.closure.name, frame.world.closure_summary(code.closure), captures


def _done_there(site: Site, code: Code | None, summary: Summary | None) -> tuple[Access, ...]:
    """What the goroutine accesses of what the function knows; locks that are given back there are handed over."""
    if summary is None or not summary.known:
        return ()
    frame = site.frame
    accesses = tuple(summaries.translated(site, summary.name, summary.accesses, {}))
    before = frame.state.held.must
    lock_effects.take_over(site, summary)
    handed = before - frame.state.held.must
    if handed and code is not None:
        invocation = Invocation(code, tuple(site.values), frame.state.copy(), handed)
        frame.invoked.setdefault(frame.point, []).append(invocation)
    return accesses


def _start_inner(site: Site, summary: Summary, how: Start, by: str, running: frozenset[str]) -> None:
    """Functions that the started one is given, or finds in what it captured, and then calls, run there too."""
    frame = site.frame
    given = [site.values[index] for index, *_ in summary.calls if index < len(site.values)]
    given += [frame.state.content(AccessPath(cell)) for cell in sorted(summary.runs)]
    for value in given:
        items = [] if value.code is not None else found_in(frame.state, value)
        for code in items or ([value.code] if value.code is not None else []):
            _start(callback(site, code), code, how, by, running, item=bool(items))
        if value.code is None and (parameter := given_by(value)) is not None:
            frame.others_run(parameter, how)


def _shared_arguments(site: Site) -> list[AccessPath]:
    found: list[AccessPath] = []
    for value, type_ in zip(site.values, site.types, strict=True):
        if type_ is None or refers(type_):
            found += value.parts or value.targets
    return found
