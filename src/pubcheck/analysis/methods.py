"""Which methods a call through an interface may mean."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from pubcheck.analysis.mutexes import is_own_mutex
from pubcheck.knowledge import LIKE_A_LOCKER, Forwards
from pubcheck.model.lookup import method_set
from pubcheck.model.printing import type_string
from pubcheck.model.relations import implements
from pubcheck.model.structure import underlying
from pubcheck.model.types import Array, Map, Named, Pointer, Signature, Slice, Struct

if TYPE_CHECKING:
    from pubcheck.knowledge import Effect
    from pubcheck.model.package import Package
    from pubcheck.model.symbols import Func
    from pubcheck.model.types import Type

FEW = 3
"""Of more methods than this, any might be meant."""
DEEP = 2
"""As many structs lead to what is wrapped."""
ALL = 12
"""As many may be meant where the interface has an unexported method, so that no other package has more of them."""


def locker_effects(method: Func, interface: Type) -> tuple[Effect, ...]:
    """What a method does of an interface that asks for a locker of any kind, be it made of a channel.

    Two methods without parameters or results, one to lock and one to unlock: ``sync.Locker``, the same in lower case,
    or those of a reader's side; one that tries to lock says whether it has.
    """
    if method.name not in LIKE_A_LOCKER:
        return ()
    other, effects = LIKE_A_LOCKER[method.name]
    methods = method_set(interface)
    if not {method.name, other} <= methods.keys():
        return ()
    return effects if all(_locks(name, methods[name].type) for name in (method.name, other)) else ()


def mutex_effects(method: Func) -> str:
    """The method of ``sync.RWMutex`` that ``method`` of a mutex of the module's own stands for; empty for any other."""
    receiver, signature = method.receiver, method.signature
    if receiver is None or not _MUTEX_METHOD.fullmatch(method.name) or signature is None or signature.params:
        return ""
    return f"(*sync.RWMutex).{method.name}" if is_own_mutex(receiver) else ""


_MUTEX_METHOD = re.compile(r"R?Lock|R?Unlock|TryR?Lock")


def _locks(name: str, signature: Type) -> bool:
    """Whether it takes no parameters, and gives nothing but, if it only tries, a boolean."""
    if not isinstance(signature, Signature) or signature.params:
        return False
    return [type_string(result) for result in signature.results] == (["bool"] if name.startswith("Try") else [])


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
        self._known: dict[tuple[Func, int, int], tuple[Func, ...]] = {}

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
        return self._at_most(FEW, method, interface)

    def all_implementations(self, method: Func, interface: Type) -> tuple[Func, ...]:
        """As ``implementations``, and where the package alone has any, all of them: those who may run, by a call."""
        return self._at_most(ALL, method, interface)

    def _at_most(self, most: int, method: Func, interface: Type) -> tuple[Func, ...]:
        # Values of a foreign interface may be of any type.
        if type(interface) is not Named or interface.symbol.package is not self._package:
            return ()
        key = (method, id(interface), most)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._find(method, interface, most)
        return known

    def _find(self, method: Func, interface: Type, most: int) -> tuple[Func, ...]:
        candidates = self._by_name.get(method.name, ())
        if not candidates or len(candidates) > most:
            return ()
        if len(candidates) > FEW and all(name[:1].isupper() for name in method_set(interface)):
            return ()
        found = tuple(func for func in candidates if self._implements(func, interface))
        if any(not name[:1].isupper() for name in method_set(interface)):
            return found
        # Who wraps values of the interface isn't all there is: what is wrapped in the end comes from elsewhere.
        wrapping = all(func.receiver is not None and _holds(func.receiver.type, interface) for func in found)
        return () if wrapping else found

    @staticmethod
    def _implements(func: Func, interface: Type) -> bool:
        if func.receiver is None:
            return False
        receiver = func.receiver.type
        return bool(implements(Pointer(receiver) if func.pointer_receiver else receiver, interface))


def _holds(type_: Type, interface: Type, depth: int = DEEP) -> bool:
    """Whether a value of the type has some of the interface, in its fields or what they lead to."""
    under = underlying(type_)
    for field in under.fields if isinstance(under, Struct) else ():
        inner = field.type
        while isinstance(inner, Pointer | Slice | Array | Map):
            inner = inner.value if isinstance(inner, Map) else inner.element
        if inner == interface or (depth > 1 and _holds(inner, interface, depth - 1)):
            return True
    return False
