"""What is told of a package or a function, kept for as long as that is there."""

from __future__ import annotations

from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar, cast
from weakref import WeakKeyDictionary

from pubcheck.source import READERS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.kept import KeptFunction
    from pubcheck.analysis.package import PackageFacts
    from pubcheck.analysis.standing import StandingFunctions
    from pubcheck.model.package import Package

T = TypeVar("T")
P = ParamSpec("P")


def once_a_package(tell: Callable[[Package], T]) -> Callable[[Package], T]:
    """Have ``tell`` asked once for each package, whose dependants ask again; its answers must not lead back to it."""
    known: WeakKeyDictionary[Package, T] = WeakKeyDictionary()

    @wraps(tell)
    def told(package: Package) -> T:
        if package not in known:
            with READERS.nobody():
                known[package] = tell(package)
        return known[package]

    return told


def once_a_function(tell: Callable[Concatenate[FunctionFacts, P], T]) -> Callable[Concatenate[FunctionFacts, P], T]:
    """Have ``tell`` asked once for each function, which outlives edits of others while its package is held.

    So the answer must follow from the function's own facts, from what the package declares, and from keywords: not from
    the facts of another function. What ``tell`` is given by position is always the same for one function.
    """

    @wraps(tell)
    def told(function: FunctionFacts, /, *args: P.args, **kwargs: P.kwargs) -> T:
        known = function.told
        key = (tell, *kwargs.values()) if kwargs else tell
        if function.kept:
            return cast("T", cast("KeptFunction", function).remembered(key, partial(tell, function, *args, **kwargs)))
        if key not in known:
            known[key] = tell(function, *args, **kwargs)
        return cast("T", known[key])

    return told


def all_once_a_function(
    tell: Callable[Concatenate[FunctionFacts, P], Iterator[T]],
) -> Callable[Concatenate[FunctionFacts, P], tuple[T, ...]]:
    """As ``once_a_function``, of all that an iterator gives."""

    @once_a_function
    @wraps(tell)
    def told(function: FunctionFacts, /, *args: P.args, **kwargs: P.kwargs) -> tuple[T, ...]:
        return tuple(tell(function, *args, **kwargs))

    return told


def once_for_facts(tell: Callable[[PackageFacts], T]) -> Callable[[PackageFacts], T]:
    """Have ``tell`` asked once for the facts of a package, and while that is edited, again when it matters."""

    @wraps(tell)
    def told(package: PackageFacts) -> T:
        return package.answer(tell, partial(tell, package))

    return told


def for_each_asker(make: Callable[[PackageFacts], T]) -> Callable[[PackageFacts], T]:
    """Have what ``make`` gives made for each answer that asks for it, and kept for as long as that is.

    It may find more when it is asked, and remember that: who asks has found what he asked for from that alone.
    """

    @wraps(make)
    def told(package: PackageFacts) -> T:
        if not package.kept:
            return package.answer(make, partial(make, package))
        asker = READERS.who
        if asker is None:
            return make(package)
        key = (make, package)
        if key not in asker.tools:
            asker.tools[key] = make(package)
        return cast("T", asker.tools[key])

    return told


class asked(Generic[T]):  # noqa: N801 it is used as ``cached_property`` is
    """As ``cached_property``, of the facts of a package; while that is edited, found again when it matters."""

    def __init__(self, find: Callable[[Any], T]) -> None:
        """Take the method that finds the value."""
        self._find = find
        self.name = find.__name__
        self.__doc__ = find.__doc__

    def __get__(self, package: StandingFunctions, _owner: type | None = None) -> T:
        """The value."""
        if package.kept:
            return package.answer(self.name, partial(self._find, package))
        value = vars(package)[self.name] = self._find(package)  # found there from now on
        return value


def while_same(
    package: PackageFacts, key: Hashable, texts: tuple[object, ...], find: Callable[[], Iterable[T]]
) -> tuple[T, ...]:
    """What ``find`` gives, asked once for as long as ``texts`` are the same and the package is held.

    So the answer must follow from these texts and from what the package declares.

    Args:
        package: the facts.
        key: what is asked about which piece of text.
        texts: all that is looked at.
        find: finds the answer.
    """
    known: tuple[tuple[object, ...], tuple[T, ...]] | None = package.told.get(key)
    if known is None or known[0] != texts:
        known = (texts, tuple(find()))
        if package.kept:
            package.told[key] = known
    return known[1]
