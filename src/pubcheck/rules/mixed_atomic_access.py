"""A location is accessed through sync/atomic in one place and plainly in another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.ambient import Ambient
from pubcheck.analysis.callers import callers_of, is_exported
from pubcheck.analysis.writers import excludes, is_private, same_memory
from pubcheck.diagnostic import Confidence
from pubcheck.facts import DEREF, AtomicKind, ChannelAction, PublicationKind, RootKind, Style, locations
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.atomic_accesses import atomic_calls
from pubcheck.rules.support.alone import expects_nobody
from pubcheck.rules.support.objects import MAKE_ORDER
from pubcheck.rules.support.overlap import after_news, overlaps
from pubcheck.rules.support.sides import sides_of
from pubcheck.rules.support.wording import call_trace, listed, name_of, others
from pubcheck.rules.support.written import comment_above

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts, Site
    from pubcheck.analysis.callers import Callers
    from pubcheck.diagnostic import Fix
    from pubcheck.facts import Access, Location, Point
    from pubcheck.source import Span


class Conflict(NamedTuple):
    """A plain access, and the atomic ones that it has no order to."""

    plain: Site
    against: list[Site]


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find plain accesses of what the package's own code accesses atomically, one finding a location."""
    if package.path in MAKE_ORDER:
        return
    for found in _one_defect(_conflicts(package)):
        yield _finding(package, found)


def _conflicts(package: PackageFacts) -> Iterator[tuple[Location, list[Conflict]]]:
    for location, sites in package.locations.items():
        atomics = [site for site in sites if site.access.atomic and site.access.atomic.style is Style.FUNCTION]
        if not atomics:
            continue
        callers = callers_of(package)
        shared = [
            site
            for site in atomics
            if not (site.function.test or _is_elsewhere(package, site) or is_private(site, callers))
        ]
        conflicts = [Conflict(site, _against(package, site, shared, callers)) for site in sites]
        conflicts = [each for each in conflicts if each.against and not _explained(package, each.plain)]
        if conflicts:
            yield location, conflicts


def _one_defect(found: Iterable[tuple[Location, list[Conflict]]]) -> Iterable[list[tuple[Location, list[Conflict]]]]:
    """Together what the same functions do to several fields of a struct."""
    together: dict[tuple[str, ...], list[tuple[Location, list[Conflict]]]] = {}
    for location, conflicts in found:
        functions = sorted({each.plain.function.name for each in conflicts})
        together.setdefault((location.owner, *functions), []).append((location, conflicts))
    return together.values()


def _against(package: PackageFacts, site: Site, atomics: list[Site], callers: Callers) -> list[Site]:
    """The atomic accesses that a plain one races with."""
    access, function = site.access, site.function
    if access.atomic is not None or function.test or is_private(site, callers) or not access.certain:
        return []
    if not access.writes and any(_is_stored_again(access, other) for other in atomics if other.function is function):
        return []
    if access.whole and access.writes:
        return []  # memory that is overwritten whole is being made ready for use
    # One side must write for a race: a plain read beside atomic loads is none.
    against = [other for other in atomics if access.writes or other.access.writes]
    against = [other for other in against if same_memory(access, other.access)]
    # Who alone writes needs no atomic operation to see what it wrote.
    against = [other for other in against if not callers.take_turns(function, other.function)]
    if function.contract.unknown:
        # Whichever lock it is, those who hold none don't wait for it.
        against = [other for other in against if not other.function.maybe_protected(other.access)]
    held = site.protection | callers.held_around(function, access.path)
    around = locations(held) | _ambient(package, function).always
    against = [other for other in against if not around & _ambient(package, other.function).exclusive]
    if not against or excludes(held, against):
        return []
    if not overlaps(function, access) or _waits_inside(package, site) or callers.only_tests_call(function):
        return []
    if _has_only_started(function, access):
        against = [other for other in against if any(thread.started for thread in package.threads_of(other.function))]
    against = [
        other
        for other in against
        if not (access.writes and expects_nobody(package, site, other))
        and not (_is_sent_later(other) and _was_received(callers, function, access))
    ]
    return [other for other in against if not excludes(held, (other,))] or against


def _has_only_started(function: FunctionFacts, access: Access) -> bool:
    """Whether the function has made the object, and nobody has it yet but goroutines that were started with it."""
    root = access.path.root
    before = [
        publication.kind
        for publication in function.published.get(root, ())
        if function.order.reaches(publication.point, access.point)
    ]
    return root.kind is RootKind.FRESH and bool(before) and all(kind in _STARTED for kind in before)


_STARTED = frozenset((PublicationKind.GO, PublicationKind.CAPTURE))


def _is_sent_later(site: Site) -> bool:
    """Whether the function sends the object to others once it has done so, and nobody else has it before."""
    function, access = site.function, site.access
    return not access.after and any(
        publication.kind is PublicationKind.SEND
        and access.path.root in {value.root for value in publication.value}
        and function.order.reaches(access.point, publication.point)
        for publication in function.publications
    )


def _was_received(callers: Callers, function: FunctionFacts, access: Access) -> bool:
    """Whether the object came to ``function`` or to all its callers in what a channel gave."""
    root = access.path.root
    if root.kind in _NOT_GIVEN:
        return _has_received(function, access.point)
    calls = callers.calls(function) if root.kind is RootKind.PARAM and not is_exported(function) else []
    return bool(calls) and all(
        _has_received(caller, call.point)
        and {target.root.kind for target in call.args[root.index].targets} <= _NOT_GIVEN
        for caller, call in calls
        if root.index < len(call.args)
    )


_NOT_GIVEN = frozenset((RootKind.OPAQUE, RootKind.FRESH))
"""What comes from elsewhere than the caller: a receive, or what the function keeps such in."""


def _has_received(function: FunctionFacts, point: Point) -> bool:
    return any(
        event.action is ChannelAction.RECEIVE and function.order.dominates(event.point, point)
        for event in function.channels
    )


def _is_elsewhere(package: PackageFacts, site: Site) -> bool:
    """Whether another package does it to what isn't this one's either: which objects those are is its own affair."""
    location = site.access.location
    return bool(site.access.trace) and location is not None and location.package != package.path


def _waits_inside(package: PackageFacts, site: Site) -> bool:
    """Whether the callee that makes the access itself has heard from somebody before."""
    access = site.access
    if len(access.trace) != 1:
        return False
    callees = [package.function(call.callee) for call in site.function.calls_at(access.point)]
    return any(
        after_news(callee, one.point)
        for callee in callees
        if callee is not None
        for one in callee.accesses
        if one.span == access.origin and not one.trace
    )


def _is_stored_again(read: Access, other: Site) -> bool:
    """Whether the read is part of an atomic store of the same memory: who writes so knows of no other writer."""
    inner, outer = read.span, other.access.span
    within = inner.path == outer.path and outer.start <= inner.start and inner.end <= outer.end
    return (
        within
        and other.access.path == read.path
        and other.access.atomic is not None
        and (other.access.atomic.kind is AtomicKind.STORE)
    )


def _ambient(package: PackageFacts, function: FunctionFacts) -> Ambient:
    """The locks that all callers hold."""
    return package.ambient.get(function.name, Ambient())


def _explained(package: PackageFacts, plain: Site) -> bool:
    """Whether a comment above the plain access, or its function, says that it is no atomic one, and so knows why."""
    if _NEEDLESS.search(comment_above(package, plain.access.span)):
        return True
    return bool(_PLAIN.search(comment_above(package, plain.function.span)))


_NEEDLESS = re.compile(
    r"\bcan (?:safely )?be non-?atomic|"
    r"\b(?:no need|not? need\w*|needn't|don't need|doesn't need|unnecessary|without)\b[^.]*\batomic|"
    r"\batomic\w*\b[^.]*\b(?:not needed|unnecessary|not necessary|needless)\b",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"\bnon-?atomic|\bwithout (?:using )?(?:any )?(?:atomics?|synchroni[sz]ation|barriers?)\b|\bracy\b|"
    r"\bnot (?:thread|goroutine|concurrency)[- ]?safe\b|\bnot safe for concurrent\b",
    re.IGNORECASE,
)


def _finding(package: PackageFacts, found: list[tuple[Location, list[Conflict]]]) -> Finding:
    """About the first location; the others are like it."""
    (location, conflicts), *alike = sorted(found, key=lambda each: each[1][0].plain.access.span)
    evident = [each for each in conflicts if _is_evident(package, location, each)]
    worst = next((each for each in evident or conflicts if each.plain.access.writes), (evident or conflicts)[0])
    access, function = worst.plain.access, worst.plain.function
    rest = [each.plain for each in conflicts if not _overlap(each.plain.access.span, access.span)]
    other = next((site for site in worst.against if site.access.writes), worst.against[0])
    who = f"another call of `{function.name}`" if other.function is function else f"`{other.function.name}`"
    sides = sides_of(package, worst.plain, other)
    because = [f"{who} accesses it with `{_short(other)}`: a plain access has no order to an atomic one"]
    because += _useless_lock(worst.plain, other)
    if alike:
        because.append(f"so it is with {listed(name_of(each, package) for each, _ in alike)}")
    return Finding(
        span=access.span,
        values={"location": name_of(location, package), "access": "written" if access.writes else "read"},
        because=tuple(because),
        related=(
            *sides.around(*others([other], _ATOMICALLY, goroutine=sides.theirs)),
            *others([one for one in worst.against if one.access.span != other.access.span], _ATOMICALLY, 1),
            *others(rest, "`{function}` accesses it plainly here too", MOST_PLACES),
            *others([one.plain for _, each in alike for one in each], "another field that is like it", MOST_FIELDS),
        ),
        traces=call_trace(access.trace, goroutine=sides.mine),
        fixes=_fixes(package, location, [each.plain for each in conflicts]) if not alike else (),
        location=str(location),
        symbol=function.name,
        confidence=None if evident else Confidence.LOW,
        goroutine=sides.mine,
    )


def _is_evident(package: PackageFacts, location: Location, conflict: Conflict) -> bool:
    """Whether the plain access is made while others may be at work.

    A function that writes plainly mostly makes an object ready that nobody else has yet. It tells if a lock is held
    around it, if the function knows of the atomic accesses, if goroutines are seen to meet there, or if a method sets
    its object back. What is reached through a container that the function was given may be there for it alone, and so
    may one of two objects that it treats differently.
    """
    plain = conflict.plain
    access, function = plain.access, plain.function
    if all(_is_of_other_mode(plain, other) for other in conflict.against):
        return False
    own = [each.access for each in package.locations[location] if each.function is function]
    if not any(each.writes and not (each.atomic or each.init) for each in own):
        return not (_is_given_among_others(plain) or _is_told_apart(access, own))
    if function.maybe_protected(access) or (access.writes and _sets_back(plain)):
        return True
    return any(
        (other.function is function and not other.access.trace) or package.sharing.meet(plain, other) is not None
        for other in conflict.against
    )


def _is_of_other_mode(plain: Site, other: Site) -> bool:
    """Whether one function does either, as an atomic flag says: both are done only while that is changed."""
    function = plain.function
    if other.function is not function:
        return False
    flags = {
        access.point.block
        for access in function.atomics
        if access.atomic is not None and access.atomic.kind is AtomicKind.LOAD
    }
    mine = {(one.point, one.taken) for one in function.conditions(plain.access.point)}
    return any(
        one.point.block in flags and (one.point, not one.taken) in mine
        for one in function.conditions(other.access.point)
    )


def _is_given_among_others(site: Site) -> bool:
    """Whether the object is an item of a slice or map that is no field's, but a parameter or a variable."""
    path = site.access.path
    first = next((step for step in path.steps if step != DEREF), "")
    return path.root.kind in (RootKind.PARAM, RootKind.CELL) and first[:1] == "[" and DEREF in path.steps[1:]


def _is_told_apart(read: Access, own: list[Access]) -> bool:
    """Whether the function, given two objects, is atomic about the other alone: it knows who has this one."""
    others = [each.path.root for each in own if each.atomic and each.path.root != read.path.root]
    given = all(root.kind is RootKind.PARAM for root in (read.path.root, *others))
    return bool(others) and given and not any(each.atomic and each.path.root == read.path.root for each in own)


def _sets_back(site: Site) -> bool:
    """Whether an exported method stores a constant in its own object."""
    value, root = site.access.value, site.access.path.root
    own = root.kind is RootKind.PARAM and root.index == 0 and is_exported(site.function)
    return own and value is not None and value.known and not site.function.enclosing


_ATOMICALLY = "`{function}` accesses it atomically here"
MOST_PLACES = 8
"""Further plain accesses that a finding shows: all of them have to change."""
MOST_FIELDS = 6
"""Fields of one struct that a finding shows."""


def _fixes(package: PackageFacts, location: Location, plain: list[Site]) -> tuple[Fix, ...]:
    """An atomic call for each plain access."""
    functions = (site.access.atomic.function for site in package.locations[location] if site.access.atomic)
    return atomic_calls(package, plain, next(functions, ""))


def _short(site: Site) -> str:
    return site.access.atomic.function.rpartition("/")[2] if site.access.atomic else ""


def _useless_lock(plain: Site, other: Site) -> Iterator[str]:
    """Why a lock that is held at the plain access doesn't help, if one is."""
    lock = min(plain.protection, default=None)
    if lock is None:
        return
    if lock.location in locations(other.protection):
        yield f"both hold `{lock.path}` as readers only, which keeps neither out"
    else:
        yield f"that `{lock.path}` is held here doesn't keep out what is done without it"


def _overlap(one: Span, other: Span) -> bool:
    return one.path == other.path and one.start < other.end and other.start < one.end
