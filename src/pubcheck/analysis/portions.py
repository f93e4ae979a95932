"""The functions of a package in portions, so that after an edit only what was found in one of them is found anew."""

from __future__ import annotations

from bisect import bisect_right
from functools import partial, update_wrapper
from typing import TYPE_CHECKING, Concatenate, Generic, ParamSpec, TypeVar

from pubcheck.source import Marks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.package import PackageFacts
    from pubcheck.model.package import Package
    from pubcheck.source.readers import Reader

T = TypeVar("T")
P = ParamSpec("P")

SIZE = 24
"""Declared functions in a portion: to ask for each alone costs more memory, and time, than to look at a few."""

_Key = tuple[str, int]
"""A file, and which of its portions."""


class Portion:
    """Some functions of a package, each with its literals, by position."""

    __slots__ = ("_functions", "_marks", "key")

    def __init__(self, key: _Key, functions: Sequence[FunctionFacts]) -> None:
        """These ``functions``."""
        self.key = key
        self._functions = functions
        self._marks = Marks()

    @property
    def functions(self) -> Sequence[FunctionFacts]:
        """The functions."""
        self._marks.note(self)
        return self._functions

    def take(self, functions: Sequence[FunctionFacts]) -> set[Reader]:
        """Have these functions; to whom it makes a difference."""
        if functions == self._functions:
            return set()
        self._functions = functions
        return self._marks.changed(self)


class Portions:
    """All portions of a package that is edited, in its functions' order; what it declares settles which there are."""

    def __init__(self, package: Package) -> None:
        """Of ``package``, with nothing in them yet."""
        self._starts: dict[str, list[int]] = {file.source.path: [] for file in package.files}
        for func in package.functions:
            if func.decl is not None:
                self._starts[func.path].append(func.decl.pos)
        self._by_key: dict[_Key, Portion] = {}
        for path, starts in sorted(self._starts.items()):
            starts.sort()
            for number in range(max(1, (len(starts) + SIZE - 1) // SIZE)):
                self._by_key[path, number] = Portion((path, number), ())
        self.all = tuple(self._by_key.values())

    def take(self, functions: Iterable[FunctionFacts]) -> set[Reader]:
        """Have ``functions`` in them; to whom it makes a difference."""
        found: dict[_Key, list[FunctionFacts]] = {}
        for function in functions:
            found.setdefault(self._key(function), []).append(function)
        readers: set[Reader] = set()
        for key, portion in self._by_key.items():
            readers.update(portion.take(found.get(key, [])))
        return readers

    def of(self, function: FunctionFacts) -> Portion:
        """The portion that ``function`` is in."""
        return self._by_key[self._key(function)]

    def _key(self, function: FunctionFacts) -> _Key:
        before = bisect_right(self._starts[function.path], function.pos)
        return function.path, max(before - 1, 0) // SIZE


class InPortions(Generic[P, T]):
    """A question about a package that is answered portion by portion."""

    def __init__(self, find: Callable[Concatenate[PackageFacts, Portion, P], Iterator[T]]) -> None:
        """Answered by ``find``."""
        self._find = find
        update_wrapper(self, find)

    def __call__(self, package: PackageFacts, /, *args: P.args, **kwargs: P.kwargs) -> tuple[T, ...]:
        """What is found in all of ``package``."""
        found: list[T] = []
        for portion in package.portions:
            found += self.inside(package, portion, *args, **kwargs)
        return tuple(found)

    def inside(self, package: PackageFacts, portion: Portion, /, *args: P.args, **kwargs: P.kwargs) -> tuple[T, ...]:
        """What is found in one portion of it."""
        about = (self._find, portion.key, *args, *kwargs.values())
        return package.answer(about, partial(self._all, package, portion, *args, **kwargs))

    def _all(self, package: PackageFacts, portion: Portion, /, *args: P.args, **kwargs: P.kwargs) -> tuple[T, ...]:
        return tuple(self._find(package, portion, *args, **kwargs))


def by_portion(find: Callable[Concatenate[PackageFacts, Portion, P], Iterator[T]]) -> InPortions[P, T]:
    """Have ``find`` asked for each portion of a package; keywords are part of the question.

    So what it finds in one function must not hang on what it has found in another one.
    """
    return InPortions(find)
