"""What names stand for. A symbol is one declaration; it compares and hashes by identity.

Types of symbols are found when first asked for, so declaring a package costs no more than reading its top level.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pubcheck.model.package import Package
    from pubcheck.model.types import Type
    from pubcheck.syntax import ast


class VarKind(Enum):
    """Where a variable lives."""

    GLOBAL = "global"
    LOCAL = "local"
    PARAM = "param"
    RESULT = "result"
    RECEIVER = "receiver"
    FIELD = "field"


class Symbol:
    """A declared name. ``path`` and ``pos`` say where (byte offset); both are empty for what Go predeclares.

    ``package`` is None for predeclared names.
    """

    __slots__ = ("name", "package", "path", "pos")

    def __init__(self, name: str, package: Package | None, path: str = "", pos: int = -1) -> None:
        """Declare ``name``."""
        self.name = name
        self.package = package
        self.path = path
        self.pos = pos

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


class _Typed(Symbol):
    """A symbol whose type is made when first asked for; a cycle makes it unknown."""

    __slots__ = ("_make", "_type")

    def __init__(  # noqa: PLR0913 a declaration has these parts
        self, name: str, package: Package | None, make: Callable[[], Type] | Type, path: str = "", pos: int = -1
    ) -> None:
        """Declare ``name`` with its type, or with what makes it."""
        super().__init__(name, package, path, pos)
        if callable(make):
            self._make: Callable[[], Type] | None = make
            self._type: Type | None = None
        else:
            self._make = None
            self._type = make

    @property
    def type(self) -> Type:
        """The symbol's type; ``UNKNOWN`` while it is being made (a cycle in broken source)."""
        from pubcheck.model.types import UNKNOWN  # noqa: PLC0415 types and symbols name each other

        if self._type is None:
            make, self._make = self._make, None
            if make is None:
                return UNKNOWN
            self._type = make()
        return self._type


class Var(_Typed):
    """A variable, parameter, result, receiver or struct field."""

    __slots__ = ("kind",)

    def __init__(  # noqa: PLR0913 a declaration has these parts
        self,
        name: str,
        package: Package | None,
        kind: VarKind,
        make: Callable[[], Type] | Type,
        path: str = "",
        pos: int = -1,
    ) -> None:
        """Declare a variable of ``kind``."""
        super().__init__(name, package, make, path, pos)
        self.kind = kind


class Const(_Typed):
    """A constant; ``value`` is None where it isn't known. Strings are ``str``, runes and integers ``int``."""

    __slots__ = ("_value",)

    def __init__(  # noqa: PLR0913 a declaration has these parts
        self,
        name: str,
        package: Package | None,
        make: Callable[[], Type] | Type,
        value: Callable[[], Constant],
        path: str = "",
        pos: int = -1,
    ) -> None:
        """Declare a constant with what computes its value."""
        super().__init__(name, package, make, path, pos)
        self._value: Callable[[], Constant] | Constant = value

    @property
    def value(self) -> Constant:
        """The constant's value, computed once; None while it is being computed."""
        if callable(self._value):
            make, self._value = self._value, None
            self._value = make()
        return self._value


Constant = bool | int | float | str | None


class TypeName(_Typed):
    """A declared type, alias or type parameter. ``type`` is the ``Named``, the aliased type or the ``TypeParam``.

    ``underlying`` belongs to a ``Named``'s declaration before instantiation; ``constraint`` to a type parameter.
    """

    __slots__ = ("_underlying", "alias", "decl", "type_params")

    alias: bool
    decl: ast.TypeSpec | None
    type_params: tuple[TypeName, ...]


class Func(_Typed):
    """A function or a method; ``type`` is its ``Signature``.

    ``receiver`` is the type name it is declared on, or None; ``pointer_receiver`` tells ``func (*T)`` from
    ``func (T)``. ``decl`` is None for what comes from the built-in table or an interface. ``full_name`` is what
    go/types prints: ``net/http.Get``, ``(*sync.Mutex).Lock``, ``(sync.Locker).Lock``.
    """

    __slots__ = ("decl", "interface", "pointer_receiver", "receiver")

    decl: ast.FuncDecl | None
    receiver: TypeName | None
    pointer_receiver: bool
    interface: bool

    @property
    def full_name(self) -> str:
        """The name as go/types prints it."""
        path = self.package.path if self.package else ""
        if self.receiver is None:
            return f"{path}.{self.name}" if path else self.name
        owner = self.receiver.package.path + "." + self.receiver.name if self.receiver.package else self.receiver.name
        return f"({'*' if self.pointer_receiver else ''}{owner}).{self.name}"


class Builtin(Symbol):
    """``append``, ``len``, ... and ``unsafe.Sizeof`` and its kin."""

    __slots__ = ()


class Nil(Symbol):
    """``nil``."""

    __slots__ = ()


class PackageName(Symbol):
    """An imported package in a file's scope. ``imported`` is None where the package can't be found."""

    __slots__ = ("import_path", "imported")

    import_path: str
    imported: Package | None
