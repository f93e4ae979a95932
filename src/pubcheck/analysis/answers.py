"""What was found out about a package while its functions are edited, and for how long it holds.

Each answer is found by asking for others and by reading functions and texts. Who is at it is a *reader*: whatever is
read meanwhile is marked with its bit (``source.readers``). When a function or a text changes, those who have read that
very part of it know nothing any more, nor do those who asked them; all others would find what they have found. So what
is kept is what would be found anew, in any order of edits.

An answer may be an object that finds more when it is asked, and keeps that: what it reads then it reads for itself
(``finds_more``).
"""

from __future__ import annotations

from functools import cached_property, wraps
from inspect import isgeneratorfunction
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pubcheck.source.readers import NOBODY, READERS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

T = TypeVar("T")


class _Answer:
    """One answer, who found it, and who asked for it."""

    __slots__ = ("askers", "reader", "value")

    def __init__(self, reader: int, value: object) -> None:
        self.reader = reader
        self.askers = NOBODY
        self.value = value


class Answers:
    """The answers about one package."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known: dict[Hashable, _Answer] = {}
        self._readers: dict[Hashable, int] = {}

    def ask(self, about: Hashable, find: Callable[[], T]) -> T:
        """What ``find`` gives about something, found once for as long as all that it has read stays the same."""
        known = self._known.get(about)
        if known is None:
            reader = self._readers.setdefault(about, 1 << len(self._readers))
            with READERS.only(reader):
                known = _Answer(reader, find())
            self._known[about] = known
        known.askers |= READERS.now
        return cast("T", known.value)

    def has(self, about: Hashable) -> bool:
        """Whether that answer is known."""
        return about in self._known

    def forget(self, readers: int) -> int:
        """Forget what ``readers`` have found, and those who asked them; all who know nothing any more."""
        before = NOBODY
        while readers != before:
            before = readers
            for one in self._known.values():
                if one.reader & readers:
                    readers |= one.askers
        if readers:
            self._known = {about: one for about, one in self._known.items() if not one.reader & readers}
            for one in self._known.values():
                one.askers &= ~readers
        return readers


def finds_more(class_: type[T]) -> type[T]:
    """Have objects of a class read for those who made them, whoever asks: they keep what they find.

    Where nobody reads, in a package that isn't edited, an object is as it is without this.
    """
    begin = class_.__init__
    for_makers = type(class_.__name__, (class_,), {name: _by_makers(each) for name, each in _public(class_)})

    @wraps(begin)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 it takes the place of one
        begin(self, *args, **kwargs)
        if READERS.now:
            self.makers = READERS.now
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
