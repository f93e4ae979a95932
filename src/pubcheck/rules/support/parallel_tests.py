"""Package variables that tests, or subtests, which run in parallel have in common."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.goroutines.threads import parallel_from
from pubcheck.analysis.relevance import bodies
from pubcheck.facts import LocationKind
from pubcheck.model.symbols import Var
from pubcheck.rules.support.memory_types import is_map_element

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Access, Call, Location

_PARALLEL = b".Parallel()"
_ASSIGNED = re.compile(rb"^[ \t]*([^\n=:]*?)[ \t]*(?:[-+*/%&|^]?=(?!=)|\+\+|--)", re.MULTILINE)
_WORD = re.compile(rb"\w+")


class Meeting(NamedTuple):
    """``test`` writes what ``other`` accesses, and the two run at once; they are the same where it runs several times.

    ``call`` leads to the access, where ``other`` doesn't make it itself.
    """

    location: Location
    test: FunctionFacts
    write: Access
    other: FunctionFacts
    access: Access
    call: Call | None


def meetings(package: PackageFacts) -> Iterator[Meeting]:
    """For each package variable the first write of a parallel test's own that another one meets."""
    if not _may_write(package):
        return
    functions = package.test_functions_where(lambda body: _PARALLEL in body)
    known = {(each.path, each.name): each for each in functions}
    groups: dict[str, list[FunctionFacts]] = {}
    for test in functions:
        if parallel_from(test) is not None:
            groups.setdefault(_group(test, known), []).append(test)
    told: set[Location] = set()
    for tests in groups.values():
        for meeting in _in_group(package, tests, known):
            if meeting.location not in told:
                told.add(meeting.location)
                yield meeting


def _may_write(package: PackageFacts) -> bool:
    """Whether the text of a parallel test assigns something that is called as a package variable is."""
    texts = [body for _, body in bodies(package.package, tests=True) if _PARALLEL in body]
    if not texts:
        return False
    variables = {name.encode() for name, symbol in package.package.scope.items() if isinstance(symbol, Var)}
    return bool(variables) and any(
        not variables.isdisjoint(_WORD.findall(left)) for text in texts for left in _ASSIGNED.findall(text)
    )


_Known = dict[tuple[str, str], "FunctionFacts"]


def _group(test: FunctionFacts, known: _Known) -> str:
    """What has returned when ``test`` goes on: the test around it, or all that don't run in parallel."""
    around = known.get((test.path, test.enclosing)) if test.enclosing else None
    if around is None:
        return test.enclosing
    return _group(around, known) if parallel_from(around) is not None else around.full_name


def _in_group(package: PackageFacts, tests: Sequence[FunctionFacts], known: _Known) -> Iterator[Meeting]:
    writes = [(test, access) for test in tests for access in _own(package, test) if access.writes]
    written = {access.location for _, access in writes}
    touched = [(test, list(_touches(package, test, known, written))) for test in tests] if writes else []
    for (test, write), (other, touches) in product(writes, touched):
        if test is other and not _repeats(test, known):
            continue
        if test is not other and (_is_around(test, other) or _is_around(other, test)):
            continue
        for access, call in touches:
            locked = access.held.may or (call is not None and call.held.may)
            if access.location == write.location and not (locked and write.held.may):
                assert write.location is not None  # noqa: S101 only such are kept
                yield Meeting(write.location, test, write, other, access, call)
                break


def _touches(
    package: PackageFacts, test: FunctionFacts, known: _Known, written: set[Location | None]
) -> Iterator[tuple[Access, Call | None]]:
    """What ``test`` does to those ``written``, or a function that it calls, once others go on beside it."""
    since = parallel_from(test)
    helpers = {each.full_name: each for each in known.values() if not each.enclosing}
    yield from ((access, None) for access in _own(package, test))
    for call in test.calls:
        callee = helpers.get(call.callee) or package.function(call.callee)
        if callee is not None and not callee.enclosing and since is not None and test.order.reaches(since, call.point):
            yield from ((access, call) for access in callee.accesses if access.location in written and _counts(access))


def _own(package: PackageFacts, test: FunctionFacts) -> Iterator[Access]:
    """Plain accesses of package variables, and of maps in them, once others go on beside ``test``."""
    since = parallel_from(test)
    for access in test.accesses:
        location = access.location
        if location is None or location.kind is not LocationKind.GLOBAL or location.package != package.path:
            continue
        if location.is_element and not is_map_element(location, package):
            continue
        if _counts(access) and since is not None and test.order.reaches(since, access.point):
            yield access


def _counts(access: Access) -> bool:
    return not (access.init or access.trace) and access.atomic is None and access.certain


def _is_around(outer: FunctionFacts, inner: FunctionFacts) -> bool:
    return outer.path == inner.path and outer.pos <= inner.pos and inner.end <= outer.end


def _repeats(test: FunctionFacts, known: _Known) -> bool:
    """Whether it is a subtest that is run in each turn of a loop."""
    around = known.get((test.path, test.enclosing))
    return around is not None and any(call.callee == test.name and around.in_loop(call.point) for call in around.calls)
