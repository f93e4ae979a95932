"""Which methods a call through an interface may mean."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pubcheck.knowledge import LIKE_A_LOCKER, Forwards
from pubcheck.model.lookup import method_set
from pubcheck.model.printing import type_string
from pubcheck.model.relations import implements
from pubcheck.model.types import Named, Pointer, Signature

if TYPE_CHECKING:
    from pubcheck.knowledge import Effect
    from pubcheck.model.package import Package
    from pubcheck.model.symbols import Func
    from pubcheck.model.types import Type

FEW = 3
"""Of more methods than this, any might be meant."""


def locker_effects(method: Func, interface: Type) -> tuple[Effect, ...]:
    """What a method does of an interface that asks for a locker of any kind, be it made of a channel.

    Two methods without parameters or results, one to lock and one to unlock: ``sync.Locker``, or the same in lower
    case.
    """
    if method.name not in LIKE_A_LOCKER:
        return ()
    other, effects = LIKE_A_LOCKER[method.name]
    methods = method_set(interface)
    if not {method.name, other} <= methods.keys():
        return ()
    return effects if all(_is_plain(methods[name].type) for name in (method.name, other)) else ()


def _is_plain(signature: Type) -> bool:
    return isinstance(signature, Signature) and not signature.params and not signature.results


def stream_effects(method: Func) -> tuple[Effect, ...]:
    """What a method does of an interface that asks for a reader or writer, whatever it is called there."""
    is_stream = method.name in ("Read", "Write") and type_string(method.type) == _TRANSFER
    return (Forwards(0, method.name),) if is_stream else ()


_TRANSFER = "func([]uint8) (int, error)"


class Methods:
    """The methods of one package's types, by name."""

    def __init__(self, package: Package) -> None:
        """Look at ``package`` when asked."""
        self._package = package
        self._known: dict[tuple[Func, int], tuple[Func, ...]] = {}

    @cached_property
    def _by_name(self) -> dict[str, list[Func]]:
        found: dict[str, list[Func]] = {}
        for func in self._package.functions:
            # What a test stands in with is no reason to think that the real thing does the same.
            if func.receiver is not None and not func.path.endswith("_test.go"):
                found.setdefault(func.name, []).append(func)
        return found

    def implementations(self, method: Func, interface: Type) -> tuple[Func, ...]:
        """The package's methods that implement ``method``; none if they are many, or the interface is another's."""
        key = (method, id(interface))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._find(method, interface)
        return known

    def _find(self, method: Func, interface: Type) -> tuple[Func, ...]:
        # Values of a foreign interface may be of any type.
        if type(interface) is not Named or interface.symbol.package is not self._package:
            return ()
        candidates = self._by_name.get(method.name, ())
        if not candidates or len(candidates) > FEW:
            return ()
        return tuple(func for func in candidates if self._implements(func, interface))

    @staticmethod
    def _implements(func: Func, interface: Type) -> bool:
        if func.receiver is None:
            return False
        receiver = func.receiver.type
        return bool(implements(Pointer(receiver) if func.pointer_receiver else receiver, interface))
