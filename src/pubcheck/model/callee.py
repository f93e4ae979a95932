"""What a call calls."""

from __future__ import annotations

import msgspec

from pubcheck.model.lookup import Selection
from pubcheck.model.symbols import Builtin, Func
from pubcheck.model.types import UNKNOWN, Signature, Type


class FuncTarget(msgspec.Struct, frozen=True):
    """A declared function or a method of a concrete type.

    ``signature`` has type arguments in place. ``selection`` is how a method is reached, None for a plain name; a
    method expression takes its receiver as the first argument.
    """

    func: Func
    signature: Type
    selection: Selection | None = None


class InterfaceTarget(msgspec.Struct, frozen=True):
    """A method of an interface or of a type parameter's constraint; ``interface`` is the type that has it."""

    func: Func
    interface: Type
    signature: Type
    selection: Selection


class BuiltinTarget(msgspec.Struct, frozen=True):
    """A predeclared function, or one of ``unsafe`` (named ``unsafe.Sizeof``)."""

    builtin: Builtin
    name: str


class ConversionTarget(msgspec.Struct, frozen=True):
    """No call but a conversion to ``type``."""

    type: Type


class DynamicTarget(msgspec.Struct, frozen=True):
    """A function value."""

    signature: Signature


class UnknownTarget(msgspec.Struct, frozen=True):
    """What can't be resolved."""

    type: Type = UNKNOWN


Target = FuncTarget | InterfaceTarget | BuiltinTarget | ConversionTarget | DynamicTarget | UnknownTarget

UNKNOWN_TARGET = UnknownTarget()
