"""Before Go 1.22: a literal that runs when the loop has gone on uses the loop's variable."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.goroutines import PARALLEL, Goroutines, local_races
from pubcheck.analysis.portions import by_portion
from pubcheck.diagnostic import Related
from pubcheck.facts import Start
from pubcheck.flow import PER_ITERATION, ir, language_version
from pubcheck.model.symbols import Var
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.copies import copy_per_turn
from pubcheck.rules.support.captured import finding, most_telling, races_of, shared_by_turns
from pubcheck.rules.support.reading import within
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.goroutines import LocalRace
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Spawn


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find loop variables that all turns share and that literals use while the loop goes on, or has ended."""
    if all(language_version(file, package.package) >= PER_ITERATION for file in package.package.files):
        return
    for race in races_of("loop-variable-capture", package):
        yield _race_finding(package, race)
    tests = package.test_functions_where(_has_late_literal)
    goroutines = Goroutines(tests, package.summary_of)
    for race in most_telling(local_races(goroutines)):
        if shared_by_turns(race.var, package) and not race.element:
            yield _race_finding(package, race)
    told: set[tuple[Span, Var]] = set()
    for late in (*_late_in(package), *_late(package, tests, goroutines)):
        key = (late.spawn.span, late.variable)
        if key not in told:
            told.add(key)
            yield _late_finding(package, late)


def _has_late_literal(body: bytes) -> bool:
    """Whether a test's text has a loop with a literal that may run when the loop has gone on."""
    loop = body.find(b"for ")
    return loop >= 0 and any(body.find(word, loop) >= 0 for word in (b"go func(", b"defer func(", b".Parallel()"))


def _race_finding(package: PackageFacts, race: LocalRace) -> Finding:
    return finding(race, fixes=copy_per_turn(package, race.spawn.span, race.var))


class _Late(NamedTuple):
    """The literal that ``spawn`` puts off uses ``variable`` at ``use``."""

    function: FunctionFacts
    spawn: Spawn
    variable: Var
    use: Span


@by_portion
def _late_in(package: PackageFacts, portion: Portion) -> Iterator[_Late]:
    yield from _late(package, portion.functions, package.goroutines(portion))


def _late(package: PackageFacts, functions: Sequence[FunctionFacts], goroutines: Goroutines) -> Iterator[_Late]:
    """What is put off until the loop is over: deferred, or the rest of a subtest from ``t.Parallel`` on.

    No race detector sees that: the end of the loop is ordered before what comes then.
    """
    for function in functions:
        for spawn in function.spawns:
            if spawn.start is Start.DEFER and function.in_loop(spawn.point):
                yield from _uses(package, goroutines, function, spawn)
    for family in goroutines.families:
        for thread in family.threads:
            for child in thread.children if thread.facts is not None else ():
                if child.spawn is not None and child.spawn.by == PARALLEL and thread.facts is not None:
                    yield from _uses(package, goroutines, thread.facts, child.spawn)


def _uses(package: PackageFacts, goroutines: Goroutines, function: FunctionFacts, spawn: Spawn) -> Iterator[_Late]:
    literal = goroutines.lookup(spawn.callee, function)
    if literal is None or not literal.enclosing:
        return
    begins = next((call.span.end for call in literal.calls if call.callee == PARALLEL), 0)
    captured = {var for var in literal.ir.captures if shared_by_turns(var, package)}
    for inner in within(literal.ir) if captured else ():
        for block in inner.blocks:
            for each in block.instructions:
                root = each.place.root if isinstance(each, ir.Load | ir.Address) else None
                if isinstance(root, Var) and root in captured and each.pos >= begins:
                    yield _Late(function, spawn, root, Span(inner.path, each.pos, each.end))


def _late_finding(package: PackageFacts, late: _Late) -> Finding:
    name, what = late.variable.name, "deferred call" if late.spawn.start is Start.DEFER else "parallel subtest"
    return Finding(
        span=late.use,
        message=f"the {what} uses the loop variable `{name}`, which all turns share",
        because=("it runs when the loop is over: the variable has its last value then",),
        related=(Related(late.spawn.span, "it is put off here"),),
        fixes=copy_per_turn(package, late.spawn.span, late.variable),
        location=name,
        symbol=late.function.name,
    )
