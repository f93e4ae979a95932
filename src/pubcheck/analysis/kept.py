"""A function of a package that is edited: it stays the same object, and knows who has read what of it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, ClassVar

from pubcheck.analysis.function import Events, FunctionFacts
from pubcheck.source.readers import READERS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from pubcheck.source.readers import Reader

_EVENTS = (
    *("accesses", "publications", "locks", "inner_locks", "blocking", "channels", "spawns", "calls"),
    *("branches", "edges", "exits"),
)
_OWN = ("ir", "pos", "end", "summary", "starts", "constructor", "initialises", "contract", "forced")
_PARTS = (*_EVENTS, *_OWN)
_DERIVED = {
    "order": ("ir",),
    "results": ("ir",),
    "published": ("publications",),
    "_calls_at": ("calls",),
    "_locks_at": ("locks",),
    "_acquisitions": ("locks",),
    "_late_writes": ("accesses",),
    "_conditions": ("branches", "ir"),
}
"""What is worked out of parts when it is asked for, and of which."""


class _Told:
    """What was told of a function (``remembering``), how, and who has got it."""

    __slots__ = ("readers", "tell", "value")

    def __init__(self, tell: Callable[[], object], value: object) -> None:
        self.tell = tell
        self.value = value
        self.readers: set[Reader] = set()


class KeptFunction(FunctionFacts):
    """One function through all of its edits."""

    kept: ClassVar[bool] = True

    def __init__(self, facts: FunctionFacts) -> None:  # it takes the parts of another
        """Begin as ``facts``."""
        self.name = facts.name
        self.path = facts.path
        self.full_name = facts.full_name
        self.enclosing = facts.enclosing
        self.test = facts.test
        self.told = {}
        self.taken = facts
        self.parts: dict[str, Any] = {part: getattr(facts, part) for part in _PARTS}
        self.marks: defaultdict[str, set[Reader]] = defaultdict(set)
        self.worked_out: dict[str, Any] = {}

    def take(self, facts: FunctionFacts, *, edited: bool) -> set[Reader]:
        """Become as ``facts``, of the same function after an edit; of its own text where it is ``edited``.

        Returns:
            Those to whom it makes a difference. A part that says the same stays the very object that it was.
        """
        if facts is self.taken:
            return self.tell_again() if edited else set()
        self.taken = facts
        readers: set[Reader] = set()
        parts = self.parts
        changed = False
        for part in _PARTS:
            fresh = getattr(facts, part)
            if fresh is not parts[part] and (part == "ir" or fresh != parts[part]):
                parts[part] = _alike(fresh, parts[part]) if part in _EVENTS and type(fresh) is tuple else fresh
                readers.update(self.marks.pop(part, ()))
                changed = True
        if changed:
            self.worked_out.clear()
        return readers | self.tell_again() if changed or edited else readers

    def tell_again(self) -> set[Reader]:
        """Have all told anew that somebody has got; those to whom it makes a difference."""
        readers: set[Reader] = set()
        told: dict[Any, _Told] = self.told  # type: ignore[assignment]
        before = dict(told)
        told.clear()
        for key, one in before.items():
            if one.readers:
                try:
                    with READERS.nobody():
                        value = one.tell()
                except Exception:  # noqa: BLE001 it comes up again where it is asked for
                    readers.update(one.readers)
                    continue
                if value != one.value:
                    one.value = value
                    readers.update(one.readers)
                    one.readers = set()
                told[key] = one
        return readers

    def remembered(self, key: Hashable, tell: Callable[[], object]) -> object:
        """What ``tell`` tells of this function, kept until that changes."""
        known: _Told | None = self.told.get(key)  # type: ignore[assignment]
        if known is None:
            with READERS.nobody():
                known = self.told[key] = _Told(tell, tell())
        if READERS.who is not None:
            known.readers.add(READERS.who)
        return known.value

    @property
    def events(self) -> Events:  # type: ignore[override]
        """All events, as somebody who looks at all of them reads them."""
        return Events(**{part: getattr(self, part) for part in _EVENTS})


def _alike(fresh: tuple[Hashable, ...], before: tuple[Hashable, ...]) -> tuple[Hashable, ...]:
    """``fresh`` with the very events that there were ``before``, where they are equal: others hold on to those."""
    known: dict[Hashable, list[Hashable]] = {}
    for each in reversed(before):
        known.setdefault(each, []).append(each)
    return tuple([known[each].pop() if known.get(each) else each for each in fresh])


def _part(name: str) -> property:
    def read(function: KeptFunction) -> object:
        who = READERS.who
        if who is not None:
            function.marks[name].add(who)
        return function.parts[name]

    return property(read)


def _worked_out(name: str, parts: tuple[str, ...]) -> property:
    find = vars(FunctionFacts)[name].func

    def read(function: KeptFunction) -> object:
        who = READERS.who
        if who is not None:
            for part in parts:
                function.marks[part].add(who)
        known = function.worked_out
        if name not in known:
            known[name] = find(function)
        return known[name]

    return property(read)


for _name in _PARTS:
    setattr(KeptFunction, _name, _part(_name))
for _name, _made_of in _DERIVED.items():
    setattr(KeptFunction, _name, _worked_out(_name, _made_of))
