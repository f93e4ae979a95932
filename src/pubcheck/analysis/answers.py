"""What was found out about a package while its functions are edited, and for how long it holds.

Each answer is found by asking for others and by reading functions and texts. Who is at it is a *reader*: whatever is
read meanwhile keeps it in mind (``source.readers``). When a function or a text changes, what was found by those who
have read that very part of it is wrong, and what was found from that is in doubt until somebody wants to know it.
Then what it was found from is looked at first, and where all of that comes out as it was, it holds. So what is kept is
what would be found anew, in any order of edits.

Of an answer that is a mapping one may ask for an *entry*: what is found from that is in doubt when the mapping is, and
to be found anew only where the entry is different.

An answer may be an object that finds more when it is asked, and keeps that: what it reads then it reads for itself
(``finds_more``).
"""

from __future__ import annotations

from functools import cached_property, wraps
from inspect import isgeneratorfunction
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from pubcheck.source.readers import READERS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

    from pubcheck.source.readers import Reader

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")

# How far an answer can be relied on.
_HOLDS: Final = 0
_DOUBTFUL: Final = 1  # something that it was found from may be different
_WRONG: Final = 2  # something that it has read is


class _Answer:
    """One answer, how it is found, and what it was found from.

    Attributes:
        tools: what helps to find it, and was made for it alone.
        find: finds it.
        value: what was found last.
        state: whether that holds.
        asked: what it was found from, in the order in which that was asked for first.
        askers: those that were found from this one, or from an entry of it.
        entries: those that somebody has asked for.
        changed: the edit since which ``value`` is what it is.
        checked: the last edit after which it was known to hold.
        source: the answer itself; see ``_Entry``.
    """

    __slots__ = ("asked", "askers", "changed", "checked", "entries", "find", "source", "state", "tools", "value")

    def __init__(self, find: Callable[[], object]) -> None:
        self.find = find
        self.value: Any = _NOTHING
        self.tools: dict[Hashable, Any] = {}
        self.state: int = _WRONG
        self.asked: dict[_Answer | _Entry, None] = {}
        self.askers: set[_Answer] = set()
        self.entries: dict[Any, _Entry] = {}
        self.changed = 0
        self.checked = 0
        self.source = self


class _Entry:
    """What an answer that is a mapping has for one key, None for nothing.

    Attributes:
        source: the answer.
        value: what it has.
        changed: the edit since which ``value`` is what it is.
    """

    __slots__ = ("changed", "source", "value")

    def __init__(self, source: _Answer, value: Any) -> None:
        self.source = source
        self.value = value
        self.changed = source.changed


class Answers:
    """The answers about one package."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known: dict[Hashable, _Answer] = {}
        self._edits = 0

    def ask(self, about: Hashable, find: Callable[[], T]) -> T:
        """What ``find`` gives about something, found once for as long as all that it was found from stays the same.

        Args:
            about: what is asked.
            find: finds the same, whenever the same is asked.
        """
        known = self._sure(about, find)
        asker = READERS.who
        if asker is not None:
            assert isinstance(asker, _Answer)  # noqa: S101 nobody else reads what is about packages
            asker.asked[known] = None
            known.askers.add(asker)
        value: T = known.value
        return value

    def entry(self, about: Hashable, find: Callable[[], Mapping[K, V]], key: K) -> V | None:
        """What the mapping that is the answer has for ``key``; who asks doesn't hang on what it has for others."""
        known = self._sure(about, find)
        entry = known.entries.get(key)
        if entry is None:
            entry = known.entries[key] = _Entry(known, known.value.get(key))
        asker = READERS.who
        if asker is not None:
            assert isinstance(asker, _Answer)  # noqa: S101 as above
            asker.asked[entry] = None
            known.askers.add(asker)
        value: V | None = entry.value
        return value

    def _sure(self, about: Hashable, find: Callable[[], object]) -> _Answer:
        """The answer about something, which holds."""
        known = self._known.get(about)
        if known is None:
            known = self._known[about] = _Answer(find)
        if known.state:
            known.find = find
            self._make_sure(known)
        return known

    def has(self, about: Hashable) -> bool:
        """Whether that answer is known."""
        known = self._known.get(about)
        return known is not None and known.state == _HOLDS

    def forget(self, readers: Iterable[Reader]) -> None:
        """What ``readers`` have read is different: what they found is wrong, and what was found from that, perhaps."""
        self._edits += 1
        work = cast("list[_Answer]", [*readers])
        for one in work:
            one.state = _WRONG
        while work:
            for asker in work.pop().askers:
                if asker.state == _HOLDS:
                    asker.state = _DOUBTFUL
                    work.append(asker)

    def forget_all(self) -> None:
        """Nobody knows what is different."""
        self.forget(self._known.values())

    def _make_sure(self, one: _Answer) -> None:
        """Have an answer hold: as it is, if all that it was found from came out the same, or found anew."""
        if one.state == _DOUBTFUL and not self._is_outdated(one):
            one.state, one.checked = _HOLDS, self._edits
            return
        one.state = _WRONG
        before, one.asked = one.asked, {}
        one.tools = {}
        try:
            with READERS.only(one):
                value = one.find()
        except BaseException:
            one.asked = before | one.asked
            raise
        if before.keys() != one.asked.keys():
            for other in {each.source for each in before} - {each.source for each in one.asked}:
                other.askers.discard(one)
        if not _same(value, one.value):
            one.value, one.changed = value, self._edits
            for key, entry in one.entries.items():
                fresh = one.value.get(key)
                if not _same(fresh, entry.value):
                    entry.value, entry.changed = fresh, self._edits
        one.state, one.checked = _HOLDS, self._edits

    def _is_outdated(self, one: _Answer) -> bool:
        """Whether something that an answer was found from is different now."""
        checked = one.checked
        for each in tuple(one.asked):
            other = each.source
            if other.state:
                try:
                    self._make_sure(other)
                except Exception:  # noqa: BLE001 it comes up again where it is asked for
                    return True
            if each.changed > checked:
                return True
        return False


_NOTHING = object()


def _same(one: object, other: object) -> bool:
    return one is other or (type(one) is type(other) and bool(one == other))


def finds_more(class_: type[T]) -> type[T]:
    """Have objects of a class read for those who made them, whoever asks: they keep what they find.

    Where nobody reads, in a package that isn't edited, an object is as it is without this.
    """
    begin = class_.__init__
    for_makers = type(class_.__name__, (class_,), {name: _by_makers(each) for name, each in _public(class_)})

    @wraps(begin)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 it takes the place of one
        begin(self, *args, **kwargs)
        if READERS.who is not None:
            self.makers = READERS.who
            self.__class__ = for_makers

    class_.__init__ = __init__  # type: ignore[method-assign]
    return class_


def _public(class_: type) -> Iterator[tuple[str, Any]]:
    return ((name, each) for name, each in vars(class_).items() if not name.startswith("_"))


def _by_makers(attribute: Any) -> Any:
    """A method or property as the makers of the object would ask for it."""
    if isinstance(attribute, cached_property):
        kept = attribute

        def read(self: Any) -> object:
            with READERS.only(self.makers):
                return kept.__get__(self)

        return property(read)
    if isinstance(attribute, property):
        get = attribute.fget

        def told(self: Any) -> object:
            with READERS.only(self.makers):
                return cast("Callable[[Any], object]", get)(self)

        return property(told)
    if isgeneratorfunction(attribute):
        iterate = attribute

        @wraps(iterate)
        def steps(self: Any, *args: Any, **kwargs: Any) -> Iterator[object]:
            found = iterate(self, *args, **kwargs)
            while True:
                with READERS.only(self.makers):
                    try:
                        one = next(found)
                    except StopIteration:
                        return
                yield one

        return steps
    if callable(attribute):
        call = attribute

        @wraps(call)
        def called(self: Any, *args: Any, **kwargs: Any) -> object:
            with READERS.only(self.makers):
                return call(self, *args, **kwargs)

        return called
    return attribute
