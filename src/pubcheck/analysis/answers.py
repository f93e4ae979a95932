"""What was found out about a package while its functions are edited, and for how long it holds.

Each answer is found by asking for others and by reading functions and texts. Who is at it is a *reader*: whatever is
read meanwhile is marked with its bit (``source.readers``). When a function or a text changes, what was found by those
who have read that very part of it is wrong, and what was found from that is in doubt until somebody wants to know it.
Then what it was found from is looked at first, and where all of that comes out as it was, it holds. So what is kept is
what would be found anew, in any order of edits.

An answer may be an object that finds more when it is asked, and keeps that: what it reads then it reads for itself
(``finds_more``).
"""

from __future__ import annotations

from enum import Enum
from functools import cached_property, wraps
from inspect import isgeneratorfunction
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pubcheck.source.readers import ALL, NOBODY, READERS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

T = TypeVar("T")


class _State(Enum):
    """How far an answer can be relied on."""

    HOLDS = 0
    DOUBTFUL = 1  # something that it was found from may be different
    WRONG = 2  # something that it has read is


class _Answer:
    """One answer, how it is found, and what it was found from.

    Attributes:
        bit: what is marked with it has been read for this.
        tools: what helps to find it, and was made for it alone.
        find: finds it.
        value: what was found last.
        state: whether that holds.
        asked: the answers that it was found from, in the order in which they were asked for first.
        askers: those that were found from this one.
        changed: the edit since which ``value`` is what it is.
        checked: the last edit after which it was known to hold.
    """

    __slots__ = ("asked", "askers", "bit", "changed", "checked", "find", "state", "tools", "value")

    def __init__(self, bit: int, find: Callable[[], object]) -> None:
        self.bit = bit
        self.find = find
        self.value: object = _NOTHING
        self.tools: dict[Hashable, Any] = {}
        self.state = _State.WRONG
        self.asked: dict[_Answer, None] = {}
        self.askers: set[_Answer] = set()
        self.changed = 0
        self.checked = 0


class Answers:
    """The answers about one package."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known: dict[Hashable, _Answer] = {}
        self._edits = 0
        self._readers: list[_Answer] = []

    def ask(self, about: Hashable, find: Callable[[], T], *, reads: bool = True) -> T:
        """What ``find`` gives about something, found once for as long as all that it was found from stays the same.

        Args:
            about: what is asked.
            find: finds the same, whenever the same is asked.
            reads: whether it reads functions or texts itself, and not only what others have found in them.
        """
        known = self._known.get(about)
        if known is None:
            known = self._known[about] = _Answer(1 << len(self._readers) if reads else NOBODY, find)
            if reads:
                self._readers.append(known)
        if known.state is not _State.HOLDS:
            known.find = find
            self._make_sure(known)
        asker = READERS.who
        if asker is not None:
            assert isinstance(asker, _Answer)  # noqa: S101 nobody else reads what is about packages
            asker.asked[known] = None
            known.askers.add(asker)
        return cast("T", known.value)

    def has(self, about: Hashable) -> bool:
        """Whether that answer is known."""
        known = self._known.get(about)
        return known is not None and known.state is _State.HOLDS

    def forget(self, readers: int) -> int:
        """What ``readers`` have read is different: what they found is wrong, and what was found from that, perhaps.

        Returns:
            Those whose answers are wrong.
        """
        self._edits += 1
        wrong = self._of(readers)
        for one in wrong:
            one.state = _State.WRONG
        work = wrong
        while work:
            for asker in work.pop().askers:
                if asker.state is _State.HOLDS:
                    asker.state = _State.DOUBTFUL
                    work.append(asker)
        return readers

    def _of(self, readers: int) -> list[_Answer]:
        if readers == ALL:
            return [*self._readers]
        found = []
        while readers:
            last = readers & -readers
            found.append(self._readers[last.bit_length() - 1])
            readers ^= last
        return found

    def _make_sure(self, one: _Answer) -> None:
        """Have an answer hold: as it is, if all that it was found from came out the same, or found anew."""
        if one.state is _State.DOUBTFUL and not self._is_outdated(one):
            one.state, one.checked = _State.HOLDS, self._edits
            return
        one.state = _State.WRONG
        before, one.asked = one.asked, {}
        one.tools = {}
        try:
            with READERS.only(one):
                value = one.find()
        except BaseException:
            one.asked = before | one.asked
            raise
        for other in before.keys() - one.asked.keys():
            other.askers.discard(one)
        if not _same(value, one.value):
            one.value, one.changed = value, self._edits
        one.state, one.checked = _State.HOLDS, self._edits

    def _is_outdated(self, one: _Answer) -> bool:
        """Whether something that an answer was found from is different now."""
        for other in tuple(one.asked):
            if other.state is not _State.HOLDS:
                try:
                    self._make_sure(other)
                except Exception:  # noqa: BLE001 it comes up again where it is asked for
                    return True
            if other.changed > one.checked:
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
