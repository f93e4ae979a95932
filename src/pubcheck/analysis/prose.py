"""Facts in words, a line each: for those who want to see why a rule spoke or stayed silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import (
    Access,
    Blocking,
    Call,
    ChannelEvent,
    LockEvent,
    Publication,
    Spawn,
    Start,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pubcheck.analysis.function import Condition, FunctionFacts
    from pubcheck.facts import Contract, Held, Operand, Summary, Trace
    from pubcheck.source import Span


def events(function: FunctionFacts) -> Iterator[tuple[Span, str]]:
    """What ``function`` does, in order of position, with the locks held."""
    found = function
    lines: list[tuple[Span, str]] = []
    lines += [(one.span, access(one)) for one in found.accesses]
    lines += [(one.span, publication(one)) for one in found.publications]
    lines += [(one.span, lock(one)) for one in found.locks]
    lines += [(one.span, blocking(one)) for one in found.blocking]
    lines += [(one.span, channel(one)) for one in found.channels]
    lines += [(one.span, spawn(one)) for one in found.spawns]
    lines += [(one.span, call(one)) for one in found.calls]
    lines += [(one.span, condition(one)) for one in found.branches]
    yield from sorted(dict.fromkeys(lines), key=lambda line: line[0])


def access(one: Access) -> str:
    """An access of memory."""
    words = ["atomic", one.atomic.kind.value] if one.atomic is not None else [one.kind.value]
    words.append(str(one.path))
    if one.whole:
        words.append("whole")
    if one.atomic is not None:
        words += [f"by {one.atomic.function}", *(f"of {operand(each)}" for each in one.atomic.operands)]
        words += [] if one.atomic.used else ["result unused"]
    elif one.value is not None:
        words.append(f"= {operand(one.value)}")
    words += [f"via {one.via}"] if one.via else []
    words += [word for word, said in (("fresh", one.owned), ("first write", one.init)) if said]
    words += [f"after publication {index}" for index in one.after]
    return _line(words, one.held, one.trace)


def publication(one: Publication) -> str:
    """A publication, with the number by which accesses name it."""
    words = [f"publication {one.index}:", one.kind.value, ", ".join(map(str, one.value))]
    words += [f"into {one.into}"] if one.into is not None else []
    words += [f"to {one.callee}"] if one.callee else []
    words += [word for word, said in (("fresh", one.fresh), ("with no release edge", not one.safe)) if said]
    return _line(words, one.held, one.trace)


def lock(one: LockEvent) -> str:
    """A lock that is taken or given back."""
    words = [one.action.value, str(one.lock), *(["at the return"] if one.deferred else [])]
    return _line(words, one.held, one.trace)


def blocking(one: Blocking) -> str:
    """A wait."""
    words = ["waits:", one.kind.value, one.what, *([f"on {one.subject}"] if one.subject is not None else [])]
    return _line(words, one.held, one.trace)


def channel(one: ChannelEvent) -> str:
    """A channel operation."""
    words = [one.action.value, ", ".join(map(str, one.targets)) or "an unknown channel"]
    words += ["in a select"] if one.in_select else []
    return _line(words, one.held)


def spawn(one: Spawn) -> str:
    """A function that is started or put off."""
    words = ["defers" if one.start is Start.DEFER else "starts", one.callee or "an unknown function"]
    words += [f"by {one.by}"] if one.by else []
    words += ["many times"] if one.looped else []
    return _line(words, one.held)


def call(one: Call) -> str:
    """A call by name."""
    arguments = ", ".join(operand(each) for each in one.args)
    return _line(["calls", f"{one.callee}({arguments})", *(["deferred"] if one.deferred else [])], one.held)


def condition(one: Condition) -> str:
    """A branch."""
    return f"branches on {operand(one.value)}"


def operand(one: Operand) -> str:
    """A value: a constant, what it points to, or what it was computed from."""
    if one.known:
        return "nil" if one.value is None else repr(one.value)
    words = [" or ".join(map(str, one.targets))] if one.targets else []
    words += [
        f"from parameter {point.index}" if point.block < 0 else f"from b{point.block}:{point.index}"
        for point in sorted(one.depends)
    ]
    return " ".join(words) or "?"


def contract(one: Contract) -> str:
    """What is held on entry; empty for nothing."""
    words = [str(each) for each in sorted(one.held)] + (["some lock"] if one.unknown else [])
    return f"on entry holds {', '.join(words)}: {one.evidence}" if words else ""


def summary(one: Summary) -> Iterator[str]:
    """What callers know."""
    if not one.known:
        yield "nothing is known about it"
        return
    for effect in one.locks:
        yield f"leaves {effect.lock} {effect.action.value}d{'' if effect.every else ' on some paths'}"
    for acquired in one.acquired:
        yield f"takes {acquired.lock}{_chain(acquired.trace)}"
    yield from (access(each) for each in one.accesses)
    yield from (publication(each) for each in one.publications)
    yield from (blocking(each) for each in one.blocking)
    for index, result in enumerate(one.results):
        words = ["fresh"] if result.fresh else []
        words += [" or ".join(map(str, result.targets))] if result.targets else []
        words += ["from an atomic load"] if result.loaded else []
        if words:
            yield f"result {index}: {' '.join(words)}"
    for index, held, gone in one.calls:
        yield f"calls parameter {index}{_locks(' holding ', held)}{_locks(' having released ', gone)}"
    for index in sorted(one.starts):
        yield f"starts parameter {index} on a goroutine"
    for index in sorted(one.registers):
        yield f"registers parameter {index} as a handler"
    whole = (("starts a goroutine", one.spawns), ("waits for others", one.waits), ("never returns", one.no_return))
    yield from (word for word, said in whole if said)


def _line(words: list[str], held: Held, trace: Trace = ()) -> str:
    must = _locks(", holding ", held.must)
    may = _locks(", perhaps holding ", held.may - held.must)
    released = _locks(", having released ", held.released)
    return " ".join(words) + must + may + released + _chain(trace)


def _locks(words: str, locks: Iterable[object]) -> str:
    names = sorted(str(one) for one in locks)
    return words + ", ".join(names) if names else ""


def _chain(trace: Trace) -> str:
    return "".join(f", through {step.name}" for step in trace)
