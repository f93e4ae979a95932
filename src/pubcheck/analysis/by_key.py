"""What is known of a package by names or locations: who asks about one of them needn't know what is said of others."""

from __future__ import annotations

from collections.abc import ItemsView, Mapping, ValuesView
from functools import partial, update_wrapper, wraps
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from pubcheck.analysis.package import PackageFacts

K = TypeVar("K", bound="Hashable")
V = TypeVar("V")
T = TypeVar("T")


def merged(parts: Iterable[Mapping[K, Iterable[T]]]) -> dict[K, list[T]]:
    """All that ``parts`` have for each key, in their order."""
    found: dict[K, list[T]] = {}
    for part in parts:
        for key, each in part.items():
            found.setdefault(key, []).extend(each)
    return found


class ByKey(Mapping[K, V]):
    """A mapping that follows from the facts of a package which is edited, for one look at it; it never has None."""

    __slots__ = ("_about", "_find", "_package")

    def __init__(self, package: PackageFacts, about: Hashable, find: Callable[[], Mapping[K, V]]) -> None:
        """What ``find`` finds about something."""
        self._package = package
        self._about = about
        self._find = find

    @property
    def _whole(self) -> Mapping[K, V]:
        return self._package.answer(self._about, self._find)

    def __getitem__(self, key: K) -> V:
        """The value for a key."""
        value: V | None = self.get(key)
        if value is None:
            raise KeyError(key)
        return value

    def get(self, key: K, default: Any = None) -> Any:
        """The value for a key."""
        value = self._package.entry(self._about, self._find, key)
        return default if value is None else value

    def items(self) -> ItemsView[K, V]:
        """All of them, for somebody who asks about all."""
        return self._whole.items()

    def values(self) -> ValuesView[V]:
        """As ``items``."""
        return self._whole.values()

    def __contains__(self, key: object) -> bool:
        return self.get(cast("K", key)) is not None

    def __iter__(self) -> Iterator[K]:
        return iter(self._package.answer((self._about, "keys"), lambda: tuple(self._whole)))

    def __len__(self) -> int:
        return len(self._whole)


class OneByOne(Generic[K, T]):
    """A question about each key of a mapping that follows from the facts of a package."""

    def __init__(
        self, keys: Callable[[PackageFacts], Mapping[K, Any]], find: Callable[[PackageFacts, K], Iterator[T]]
    ) -> None:
        """Ask ``find`` about each of ``keys``."""
        self._keys = keys
        self._find = find
        update_wrapper(self, find)

    def __call__(self, package: PackageFacts) -> Iterator[T]:
        """All that is found, in the order of the keys."""
        for key in self._keys(package):
            if package.kept:
                yield from package.answer((self._find, key), partial(self._all, package, key))
            else:
                yield from self._find(package, key)

    def _all(self, package: PackageFacts, key: K) -> tuple[T, ...]:
        return tuple(self._find(package, key))


def one_by_one(
    keys: Callable[[PackageFacts], Mapping[K, Any]],
) -> Callable[[Callable[[PackageFacts, K], Iterator[T]]], OneByOne[K, T]]:
    """Have something asked about each of ``keys`` of a package, whatever is found about others."""

    def decorated(find: Callable[[PackageFacts, K], Iterator[T]]) -> OneByOne[K, T]:
        return OneByOne(keys, find)

    return decorated


def by_key(find: Callable[[PackageFacts], Mapping[K, V]]) -> Callable[[PackageFacts], Mapping[K, V]]:
    """As ``remembering.once_for_facts``, of a mapping of which most ask about one key after the other."""

    @wraps(find)
    def told(package: PackageFacts) -> Mapping[K, V]:
        if package.kept:
            return ByKey(package, find, partial(find, package))
        return package.answer(find, partial(find, package))

    return told


class asked_by_key(Generic[K, V]):  # noqa: N801 it is used as ``cached_property`` is
    """As ``remembering.asked``, of a mapping of which most ask about one key after the other."""

    def __init__(self, find: Callable[[Any], Mapping[K, V]]) -> None:
        """Take the method that finds the mapping."""
        self._find = find
        self.name = find.__name__
        self.__doc__ = find.__doc__

    def __get__(self, package: PackageFacts, _owner: type | None = None) -> Mapping[K, V]:
        """The mapping."""
        if package.kept:
            return ByKey(package, self.name, partial(self._find, package))
        value = vars(package)[self.name] = self._find(package)  # found there from now on
        return value
