"""Summaries: made of a function's frame, and brought into a caller's terms at a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from pubcheck.analysis import lock_effects, results
from pubcheck.analysis.libraries import flags
from pubcheck.analysis.lock_effects import MAX_TRACE
from pubcheck.analysis.values import NO_POINTS
from pubcheck.analysis.visibility import Visible, kept_held, kept_locks, visibility
from pubcheck.facts import (
    DEREF,
    Access,
    AccessKind,
    AccessPath,
    Blocking,
    Operand,
    Point,
    Publication,
    RootKind,
    Step,
    Summary,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pubcheck.analysis.frame import Frame
    from pubcheck.analysis.sites import Site
    from pubcheck.flow import ir

MAX_ACCESSES = 48
MAX_READ_TRACE = 2
"""Plain reads further down are of no use to callers."""
MAX_PUBLICATIONS = 48
"""Far up the call graph a function leads to hundreds, of values that its callers had published long before."""
MAX_BLOCKING = 4
"""Of one kind: more chains to the same kind of waiting tell a caller nothing new."""


# --- at a call


def apply(site: Site, summary: Summary, *, sure: bool = True, certain: bool = True) -> bool:
    """Do in the caller what ``summary`` says; ``sure`` is false for one of several possible callees.

    Past an interface that others may implement too it isn't ``certain`` either.

    Returns:
        Whether the call never returns.
    """
    frame = site.frame
    if summary.only_results:
        results.give(site, summary.results)
        return summary.no_return and sure
    step = Step(site.span, summary.name)
    _tell_accesses(site, summary)
    if summary.blocking:
        frame.out["blocking"] += _waits(site, summary, step, sure=sure)
    results.give(site, summary.results)
    for publication in summary.publications:
        paths = [path for value in publication.value for path in site.translate(value)]
        if paths and len(publication.trace) < MAX_TRACE:
            frame.publish(
                publication.kind,
                paths,
                site.one(publication.into),
                site.span,
                callee=publication.callee,
                trace=site.trace(step, publication.trace),
                point=site.point,
                held=site.held(publication.held),
            )
    if summary.acquired:
        frame.out["inner_locks"] += lock_effects.acquisitions(site, summary, step, certain=sure and certain)
    if sure and summary.locks:
        lock_effects.apply(site, summary, step)
    frame.spawns |= summary.spawns
    if summary.waits:
        frame.join_others()
    return summary.no_return and sure


def _waits(site: Site, summary: Summary, step: Step, *, sure: bool) -> Iterator[Blocking]:
    """What the callee waits for on its way, as far as this call doesn't tell it not to."""
    here = flags(site.frame.state.facts)
    for blocking in summary.blocking:
        there = lock_effects.outer_needs(site, blocking.needs)
        if there is not None and len(blocking.trace) < MAX_TRACE:
            yield Blocking(
                blocking.kind,
                blocking.what,
                site.one(blocking.subject),
                site.point,
                site.span,
                site.held(blocking.held),
                site.trace(step, blocking.trace),
                blocking.origin or blocking.span,
                blocking.certain and sure,
                here | there,
            )


def _tell_accesses(site: Site, summary: Summary) -> None:
    """Record what the callee accesses; what it reads by a name of its own is told there, and to near callers."""
    out = site.frame.out
    told: list[Access] = []
    named: list[Access] = []
    for access in summary.accesses:
        if access.kind is AccessKind.WRITE or access.atomic is not None or access.location is None:
            told.append(access)
        elif len(access.trace) + 1 < MAX_READ_TRACE:
            named.append(access)
    places: Places = {}
    if told:
        out["accesses"] += translated(site, summary.name, told, places)
    if named:
        out["reads"] += translated(site, summary.name, named, places)


class _Place(NamedTuple):
    """A callee's path in the caller's terms: there each one may matter, and be owned."""

    several: bool
    paths: list[tuple[AccessPath, bool, bool]]


Places = dict[AccessPath, _Place]
"""A callee's paths at one call: its accesses share few."""


def translated(site: Site, callee: str, accesses: Iterable[Access], places: Places) -> Iterator[Access]:
    """What ``accesses`` of ``callee``'s summary are in the terms of the caller, as far as they are its business."""
    state = site.frame.state
    function = site.frame.fn.name
    step = Step(site.span, callee)
    for access in accesses:
        place = places.get(access.path)
        if place is None:
            place = places[access.path] = _place(site, access.path)
        certain = access.certain and not place.several
        for path, matters, owned in place.paths:
            atomic = access.atomic
            if atomic is not None:
                if not matters and path.root.kind is RootKind.OPAQUE:
                    continue
                operands = tuple(_operand(site, operand) for operand in atomic.operands)
                atomic = msgspec.structs.replace(atomic, operands=operands)
            elif not matters:
                continue
            yield Access(
                kind=access.kind,
                path=path,
                point=site.point,
                span=site.span,
                function=function,
                held=site.held(access.held),
                atomic=atomic,
                owned=owned,
                whole=access.whole,
                value=None if access.value is None else _operand(site, access.value),
                via=access.via,
                in_place=access.in_place,
                certain=certain,
                after=state.publications_of_all(site.translate(access.path)) if access.writes else (),
                trace=site.trace(step, access.trace),
                origin=access.origin or access.span,
            )


def _place(site: Site, inner: AccessPath) -> _Place:
    frame = site.frame
    paths = site.translate(inner)
    return _Place(len(paths) != 1, [(path, frame.matters(path), frame.owned(path)) for path in paths])


def _operand(site: Site, operand: Operand) -> Operand:
    if operand.known:
        return operand
    depends = _depends(site, operand.depends)
    targets: list[AccessPath] = []
    for path in operand.targets:
        targets += site.translate(path)
        index = path.root.index
        if path.root.kind is RootKind.PARAM and index < len(site.values):
            value = site.values[index]
            depends |= value.depends
            if path.steps == (DEREF,) and value.const is not None and value.const.known:
                return Operand(known=True, value=value.const.value)
    return Operand(depends=depends, targets=tuple(targets))


def _depends(site: Site, inner: frozenset[Point]) -> frozenset[Point]:
    """What a callee's value depends on, as the caller sees it: the call, or what an argument depends on."""
    found = NO_POINTS
    for point in inner:
        if point.block >= 0:
            found |= {site.point}
        elif point.index < len(site.values):
            found |= site.values[point.index].depends
    return found


# --- of a function


def summarise(frame: Frame, name: str) -> Summary:
    """What callers of the function in ``frame`` need to know."""
    visible = visibility(frame)
    out = frame.out
    ends = [frame.returns[index] for index in sorted(frame.returns)]
    return Summary(
        name=name,
        accesses=_accesses(frame.both("accesses", "reads"), visible),
        locks=lock_effects.effects(frame, visible),
        acquired=lock_effects.acquired(frame, visible),
        blocking=_blocking(out.get("blocking", ()), visible),
        publications=_publications(out.get("publications", ()), visible),
        results=results.of(frame.fn, ends, visible),
        calls=tuple(
            (index, kept_locks(held, visible), kept_locks(gone, visible))
            for index, (held, gone) in sorted(frame.called.items())
        ),
        starts=frozenset(frame.started),
        registers=frozenset(frame.registered),
        runs=frozenset(cell for cell in frame.ran if visible(AccessPath(cell))),
        spawns=frame.spawns,
        waits=frame.waits,
        no_return=bool(frame.outs) and not ends and not frame.fn.partial and _stops(frame.fn),
    )


def _stops(fn: ir.Function) -> bool:
    """Whether the function can end at all; an endless loop is no reason to call code after it dead."""
    from pubcheck.flow import ir as instructions  # noqa: PLC0415

    return any(type(block.instructions[-1]) is instructions.Panic for block in fn.blocks if block.instructions)


def _accesses(found: Iterable[Access], visible: Visible) -> tuple[Access, ...]:
    kept: dict[object, Access | None] = {}  # None for what is so far down that callers aren't told
    for access in found:
        path = access.path
        if access.owned or access.init or not visible(path):
            continue
        if access.atomic is None and path.root.kind is RootKind.GLOBAL:
            continue
        key = (path, access.kind, access.atomic.kind if access.atomic else None, access.in_place)
        known = kept.get(key)
        if known is not None:
            if known.held != access.held:
                kept[key] = msgspec.structs.replace(known, held=kept_held(known.held.join(access.held), visible))
        elif key not in kept:
            if len(kept) >= MAX_ACCESSES:
                break
            kept[key] = _outward(access, visible) if _is_near(access) else None
    return tuple([access for access in kept.values() if access is not None])


def _is_near(access: Access) -> bool:
    """Whether it isn't so far down that callers aren't told."""
    return len(access.trace) < (MAX_TRACE if access.writes or access.atomic else MAX_READ_TRACE)


def _outward(access: Access, visible: Visible) -> Access:
    atomic = access.atomic
    if atomic is not None:
        operands = tuple(_kept_operand(operand, visible) for operand in atomic.operands)
        atomic = msgspec.structs.replace(atomic, operands=operands)
    value = None if access.value is None else _kept_operand(access.value, visible)
    held = kept_held(access.held, visible)
    if atomic is None and value is access.value and held is access.held and not access.after:
        return access
    return msgspec.structs.replace(access, atomic=atomic, value=value, held=held, after=())


def _kept_operand(operand: Operand, visible: Visible) -> Operand:
    if all(map(visible, operand.targets)):
        return operand
    return msgspec.structs.replace(operand, targets=tuple(path for path in operand.targets if visible(path)))


def _blocking(found: Iterable[Blocking], visible: Visible) -> tuple[Blocking, ...]:
    kept: dict[object, Blocking] = {}
    count: dict[object, int] = {}
    for blocking in found:
        subject = blocking.subject if visible(blocking.subject) else None
        held = kept_held(blocking.held, visible)
        key = (blocking.kind, blocking.what, subject, held, blocking.needs)
        if key not in kept and count.get(blocking.kind, 0) < MAX_BLOCKING:
            count[blocking.kind] = count.get(blocking.kind, 0) + 1
            same = subject is blocking.subject and held is blocking.held
            kept[key] = blocking if same else msgspec.structs.replace(blocking, subject=subject, held=held)
    return tuple(kept.values())


def _publications(found: Iterable[Publication], visible: Visible) -> tuple[Publication, ...]:
    kept: dict[object, Publication] = {}
    for publication in found:
        value = tuple(filter(visible, publication.value))
        if value:
            into = publication.into if visible(publication.into) else None
            key = (publication.kind, value, into)
            if key not in kept:
                if len(kept) >= MAX_PUBLICATIONS:
                    break
                held = kept_held(publication.held, visible)
                kept[key] = msgspec.structs.replace(publication, value=value, into=into, held=held)
    return tuple(kept.values())
