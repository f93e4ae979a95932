"""Which threads run which functions of a package: from where each begins, along the calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubcheck.analysis.callers import callers_of, is_exported
from pubcheck.analysis.callgraph import repeats
from pubcheck.analysis.handlers import HTTP, answers, handles
from pubcheck.analysis.parallel import ALSO_CALLER, CALLER, INIT, MAIN, UNKNOWN, Origin, Thread
from pubcheck.analysis.portions import by_portion
from pubcheck.facts import Point, Start
from pubcheck.flow import ir
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis.callgraph import CallGraph
    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.package import PackageFacts
    from pubcheck.analysis.portions import Portion


def running(package: PackageFacts) -> dict[str, frozenset[Thread]]:
    """The threads that may run each function of a package, by its name, where anything is known."""
    graph = package.graph
    roots = {name: set(found) for name, found in _roots(package)}
    many = _overlapping(graph, roots, [callee for found in _repeated(package) for callee in found])
    for found in roots.values():
        for thread in [each for each in found if each in many and not each.many]:
            found.remove(thread)
            found.add(msgspec.structs.replace(thread, many=True))
    return {name: frozenset(found) for name, found in _spread(graph, roots).items()}


@by_portion
def _roots(package: PackageFacts, portion: Portion) -> Iterator[tuple[str, frozenset[Thread]]]:
    """The threads that begin with each function, by its name, where any does."""
    for function in portion.functions:
        found = frozenset(_roots_at(package, function))
        if found and package.function(function.name) is function:
            yield function.name, found


def _roots_at(package: PackageFacts, function: FunctionFacts) -> Iterator[Thread]:
    name = function.name
    what = handles(function.ir)
    if what == HTTP and function.ir.results and function.ir.func is not None and name not in package.unseen:
        # What gives an error is no http.Handler: unless somebody hands it on as one it is a part of those.
        what = ""
    what = what or answers(function.ir)
    if what:
        home, made = _made(package, function)
        yield Thread(Origin.HANDLER, name, home, made, _head(function), what, many=True)
        return
    launches = package.launches.get(name, ())
    for starter, _, spawn in launches:
        if spawn.start is Start.HANDLER:
            yield Thread(Origin.HANDLER, name, span=spawn.span, by="requests", many=True)
            continue
        if callers_of(package).only_tests_call(starter):
            continue
        origin = Origin.GO if spawn.start is Start.GO else Origin.STARTER
        looped = spawn.looped or (starter.in_loop(spawn.point) and not spawn.item)
        yield Thread(origin, name, starter.name, spawn.point, spawn.span, spawn.by, many=looped)
    if not function.enclosing and name.partition(".")[0] in ("main", "init"):
        yield INIT if name.startswith("init") and not _leads_to_starts(package, function) else MAIN
    elif not function.enclosing and package.package.name != "main" and is_exported(function):
        yield ALSO_CALLER if name in package.calls else CALLER
    elif (
        name in package.unseen
        or is_exported(function)
        or _may_answer(function)
        or not (name in package.calls or launches)
    ):
        yield UNKNOWN


def _leads_to_starts(package: PackageFacts, function: FunctionFacts) -> bool:
    """Whether a run of ``function`` may start goroutines, which then run beside the rest of it."""
    seen = {function.name}
    work = [function]
    while work:
        each = work.pop()
        if any(spawn.start is not Start.DEFER for spawn in each.spawns):
            return True
        called = [edge.callee for edge in package.called.get(each.name, ()) if edge.callee.name not in seen]
        seen.update(callee.name for callee in called)
        work += called
    return False


def _made(package: PackageFacts, function: FunctionFacts) -> tuple[str, Point | None]:
    """Where a literal comes to be: it handles nothing before that."""
    around = package.function(function.enclosing) if function.enclosing else None
    for block in around.ir.blocks if around is not None else ():
        for index, instruction in enumerate(block.instructions):
            if isinstance(instruction, ir.Closure) and instruction.function is function.ir:
                return function.enclosing, Point(block.index, index)
    return "", None


@by_portion
def _repeated(package: PackageFacts, portion: Portion) -> Iterator[list[str]]:
    """Names of functions that are called again and again."""
    for function in portion.functions:
        if function.calls and (
            found := [edge.callee.name for edge in package.called.get(function.name, ()) if repeats(edge)]
        ):
            yield found


def _spread(graph: CallGraph, roots: dict[str, set[Thread]]) -> dict[str, set[Thread]]:
    """Threads along calls: what a function calls runs where it runs.

    Not so a literal that is handed to somebody unknown: it may be run later, or one at a time.
    """
    found = {name: set(threads) for name, threads in roots.items()}
    work = list(found)
    while work:
        name = work.pop()
        threads = found[name]
        for edge in graph.called.get(name, ()):
            known = found.setdefault(edge.callee.name, set())
            if not threads <= known:
                known |= threads
                work.append(edge.callee.name)
    return found


def _overlapping(graph: CallGraph, roots: dict[str, set[Thread]], work: list[str]) -> set[Thread]:
    """Threads that may run several times at once: started in a loop, in a function that is called in one, or by such a
    thread; ``work`` names what is called in one."""  # noqa: D205, D209
    work += [name for name, threads in roots.items() if any(thread.many for thread in threads)]
    begun: dict[str, list[Thread]] = {}
    for threads in roots.values():
        for thread in threads:
            if thread.starter:
                begun.setdefault(thread.starter, []).append(thread)
    repeated: set[str] = set()
    many: set[Thread] = set()
    while work:
        name = work.pop()
        if name in repeated:
            continue
        repeated.add(name)
        work += [edge.callee.name for edge in graph.called.get(name, ())]
        for thread in begun.get(name, ()):
            many.add(thread)
            work.append(thread.root)
    return many


def _head(function: FunctionFacts) -> Span:
    return Span(function.path, function.pos, function.pos + 1)


def _may_answer(function: FunctionFacts) -> bool:
    """Whether it is a method that may be there for an interface, so that whoever has the value calls it."""
    func = function.ir.func
    return func is not None and func.receiver is not None and func.name[:1].isupper()
