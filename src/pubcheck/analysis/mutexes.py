"""Which fields and variables are locks, and how comments name them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pubcheck.analysis.remembering import once_a_package
from pubcheck.facts import DEREF, AccessPath, Location, LocationKind, field_step
from pubcheck.model.lookup import lookup_field_or_method
from pubcheck.model.structure import deref, underlying
from pubcheck.model.symbols import TypeName, Var
from pubcheck.model.types import Named, Pointer, Struct, Type

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pubcheck.model.package import Package
    from pubcheck.model.types import StructField

_LOCK_WORDS = frozenset(("lock", "mutex", "mu", "mtx", "rwmutex", "rwlock"))
_LIKE_A_LOCK = re.compile(r"lock|mutex|mu|mtx", re.IGNORECASE)


def is_mutex(type_: Type) -> bool:
    """Whether values of ``type_`` (or what it points to) have the methods of a ``sync.Locker``."""
    named = deref(type_)
    if type(named) is not Named:
        return False
    return all(lookup_field_or_method(Pointer(named), name) is not None for name in ("Lock", "Unlock"))


def whole_mutex(path: AccessPath, package: Package) -> AccessPath:
    """The mutex that the one at ``path`` is the inside of: of a type that is another ``sync.Mutex``, and little more.

    The field of such a type says nothing of who is locked: all objects of all types that have one would share a lock.
    """
    steps = path.steps
    inside = insides(package)
    end = len(steps)
    while end and (_EMBEDDED_MUTEX.search(steps[end - 1]) or steps[end - 1] in inside):
        end -= 1
    return path if end == len(steps) else AccessPath(path.root, steps[:end])


@once_a_package
def insides(package: Package) -> frozenset[str]:
    """The fields, as steps of access paths, that are the locks of the mutexes which ``package`` declares."""
    found: set[str] = set()
    for symbol in package.scope.values():
        if isinstance(symbol, TypeName) and is_own_mutex(symbol):
            struct = struct_of(symbol)
            locks = mutex_fields(struct) if struct is not None else ()
            found.update(field_step(symbol.full_name, field.name) for field in locks if len(locks) == 1)
    return frozenset(found)


def is_own_mutex(owner: TypeName) -> bool:
    """Whether a type is called a mutex, declares how it is locked and has a mutex within.

    It adds checks, statistics, or another way to wait: what its methods lock is the whole of it, not the field.
    """
    if not owner.name.lower().endswith("mutex") or not {"Lock", "Unlock"} <= owner.methods.keys():
        return False
    struct = struct_of(owner)
    return struct is not None and bool(mutex_fields(struct))


_EMBEDDED_MUTEX = re.compile(r"\.(?:RW)?Mutex\.(?:RW)?Mutex$")


def mutex_fields(struct: Struct) -> tuple[StructField, ...]:
    """The fields of ``struct`` that are locks."""
    return tuple(field for field in struct.fields if is_mutex(field.type))


def struct_of(symbol: TypeName) -> Struct | None:
    """The struct type that ``symbol`` declares, if it declares one."""
    found = underlying(symbol.type)
    return found if isinstance(found, Struct) else None


def field_location(owner: TypeName, field: str) -> Location:
    """The location of a field of the declared type ``owner``."""
    path = owner.package.path if owner.package is not None else ""
    return Location(LocationKind.FIELD, f"{path}.{owner.name}", field)


def lock_location(owner: TypeName, field: StructField) -> Location:
    """The location of a lock that a field of ``owner`` is, or points to."""
    return field_location(owner, field.name + _behind(field.type))


def variable_location(variable: Var, package: Package) -> Location:
    """The location of a lock that a variable of ``package`` is, or points to."""
    return Location(LocationKind.GLOBAL, package.path, variable.name + _behind(variable.type))


def _behind(type_: Type) -> str:
    return DEREF if isinstance(underlying(type_), Pointer) else ""


def named_lock(words: str, package: Package | None, owner: TypeName | None, *, exact: bool = False) -> Location | None:
    """The lock that a comment beside ``owner`` means by ``words``: ``mu``, ``s.mu``, ``Pool.mu``, ``the lock``.

    None if no lock has that name; then the comment says nothing that could be checked. With ``exact`` "the lock" isn't
    taken for the only one that a type has.
    """
    if package is None:
        return None
    *before, name = words.split(".")
    if not before:
        return _own_lock(name, owner, exact=exact) or _variable(name, package)
    qualifier = before[-1]
    for declared in (
        _type_of_field(qualifier, owner),
        _type_named(qualifier, package),
        _type_of_variable(qualifier, package),
    ):
        found = _own_lock(name, declared, exact=True)
        if found is not None:
            return found
    # A receiver's name, or any other for an object of this type.
    return _own_lock(name, owner, exact=True) if len(before) == 1 and before[0][:1].islower() else None


def only_lock(name: str, package: Package) -> Location | None:
    """The lock called ``name`` of the one struct that has one of that name; None for the names that many have."""
    if name.lower() in _LOCK_WORDS or not _LIKE_A_LOCK.search(name):
        return None
    found = _locks_by_name(package).get(name, ())
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=1)
def _locks_by_name(package: Package) -> Mapping[str, Sequence[Location]]:
    """The locks of all structs of ``package`` by the names of their fields."""
    found: dict[str, list[Location]] = {}
    for owner in package.scope.values():
        struct = struct_of(owner) if isinstance(owner, TypeName) else None
        if isinstance(owner, TypeName) and struct is not None:
            for field in mutex_fields(struct):
                found.setdefault(field.name, []).append(lock_location(owner, field))
    return found


def _own_lock(name: str, owner: TypeName | None, *, exact: bool = False) -> Location | None:
    if owner is None:
        return None
    locks = _locks_of(owner)
    for field in locks:
        if field.name == name:
            return lock_location(owner, field)
    if exact:
        return None
    same = [field for field in locks if field.name.lower() == name.lower()]
    if len(same) == 1 or (len(locks) == 1 and name.lower() in _LOCK_WORDS):
        return lock_location(owner, (same or list(locks))[0])
    return None


@lru_cache(maxsize=8)
def _locks_of(owner: TypeName) -> tuple[StructField, ...]:
    """The locks of a struct, for all the comments beside its fields."""
    struct = struct_of(owner)
    return mutex_fields(struct) if struct is not None else ()


def _type_named(name: str, package: Package) -> TypeName | None:
    symbol = package.lookup(name)
    if isinstance(symbol, TypeName):
        return symbol
    alike = [one for known, one in package.scope.items() if known.lower() == name.lower() and isinstance(one, TypeName)]
    return alike[0] if len(alike) == 1 else None


def _type_of_field(name: str, owner: TypeName | None) -> TypeName | None:
    """What a field of ``owner`` is, or points to: the object that ``s.pool.mu`` is a lock of."""
    struct = struct_of(owner) if owner is not None else None
    type_ = next((deref(field.type) for field in struct.fields if field.name == name), None) if struct else None
    return type_.symbol if isinstance(type_, Named) else None


def _type_of_variable(name: str, package: Package) -> TypeName | None:
    variable = package.lookup(name)
    type_ = deref(variable.type) if isinstance(variable, Var) else None
    return type_.symbol if isinstance(type_, Named) else None


def _variable(name: str, package: Package) -> Location | None:
    symbol = package.lookup(name)
    if isinstance(symbol, Var) and is_mutex(symbol.type):
        return variable_location(symbol, package)
    return None
