"""What names stand for. A symbol is one declaration; it compares and hashes by identity.

Types of symbols are found when first asked for, so declaring a package costs no more than reading its top level.
"""

from __future__ import annotations

from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

from pubcheck.model.types import UNKNOWN, Named, Signature, Type, TypeParam

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pubcheck.model.lookup import Selection
    from pubcheck.model.package import Package
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


class TypedSymbol(Symbol):
    """A symbol whose type is made when first asked for; a cycle makes it unknown."""

    __slots__ = ("_make", "_type")

    def __init__(
        self, name: str, package: Package | None, make: Callable[[], Type] | Type, path: str = "", pos: int = -1
    ) -> None:
        """Declare ``name`` with its type, or with what makes it."""
        self.name = name
        self.package = package
        self.path = path
        self.pos = pos
        if isinstance(make, Type):
            self._make: Callable[[], Type] | None = None
            self._type: Type | None = make
        else:
            self._make = make
            self._type = None

    @property
    def type(self) -> Type:
        """The symbol's type; ``UNKNOWN`` while it is being made (a cycle in broken source)."""
        made = self._type
        if made is None:
            make, self._make = self._make, None
            if make is None:
                return UNKNOWN
            try:
                made = make()
            except RecursionError:
                made = UNKNOWN
            self._type = made
        return made


class Var(TypedSymbol):
    """A variable, parameter, result, receiver or struct field."""

    __slots__ = ("kind",)

    def __init__(  # noqa: PLR0913, PLR0917 a declaration has these parts
        self,
        name: str,
        package: Package | None,
        kind: VarKind,
        make: Callable[[], Type] | Type,
        path: str = "",
        pos: int = -1,
    ) -> None:
        """Declare a variable of ``kind``."""
        TypedSymbol.__init__(self, name, package, make, path, pos)
        self.kind = kind


class Const(TypedSymbol):
    """A constant; ``value`` is None where it isn't known. Strings are ``str``, runes and integers ``int``."""

    __slots__ = ("_value",)

    def __init__(  # noqa: PLR0913, PLR0917 a declaration has these parts
        self,
        name: str,
        package: Package | None,
        make: Callable[[], Type] | Type,
        value: Callable[[], Constant] | Constant,
        path: str = "",
        pos: int = -1,
    ) -> None:
        """Declare a constant with its value, or with what computes it."""
        super().__init__(name, package, make, path, pos)
        self._value: Callable[[], Constant] | Constant = value

    @property
    def value(self) -> Constant:
        """The constant's value, computed once; None while it is being computed."""
        made = self._value
        if callable(made):
            self._value = None
            try:
                self._value = made = made()
            except RecursionError:
                made = None
        return made


Constant = bool | int | float | str | None

_NO_METHODS: Mapping[str, Func] = MappingProxyType({})


class TypeName(TypedSymbol):
    """A declared type, alias or type parameter. ``type`` is the ``Named``, the aliased type or the ``TypeParam``.

    ``instances`` and ``selections`` are side tables of the model: underlying types by type arguments, and what
    selectors on the type have found.
    """

    __slots__ = ("_methods", "_underlying", "alias", "decl", "instances", "selections", "type_params")

    def __init__(  # noqa: PLR0913 a declaration has these parts
        self,
        name: str,
        package: Package | None,
        underlying: Callable[[], Type] | Type = UNKNOWN,
        path: str = "",
        pos: int = -1,
        *,
        decl: ast.TypeSpec | None = None,
        type_params: tuple[TypeName, ...] = (),
        methods: Callable[[TypeName], Mapping[str, Func]] | Mapping[str, Func] = _NO_METHODS,
    ) -> None:
        """Declare a defined type with its underlying type, or with what makes it."""
        super().__init__(name, package, Named(self), path, pos)
        self.alias = False
        self.decl = decl
        self.type_params = type_params
        self.instances: dict[tuple[Type, ...], Type] = {}
        self.selections: dict[tuple[object, ...], Selection | None] = {}
        self._methods = methods
        self._underlying: Callable[[], Type] | Type = underlying

    @property
    def full_name(self) -> str:
        """The name behind its package's import path; without one for what is predeclared."""
        return self.name if self.package is None else f"{self.package.path}.{self.name}"

    @classmethod
    def alias_of(  # noqa: PLR0913 a declaration has these parts
        cls,
        name: str,
        package: Package | None,
        make: Callable[[], Type] | Type,
        path: str = "",
        pos: int = -1,
        *,
        decl: ast.TypeSpec | None = None,
        type_params: tuple[TypeName, ...] = (),
    ) -> TypeName:
        """Declare an alias of the type that ``make`` is or makes."""
        self = cls(name, package, UNKNOWN, path, pos, decl=decl, type_params=type_params)
        TypedSymbol.__init__(self, name, package, make, path, pos)
        self.alias = True
        return self

    @classmethod
    def parameter(
        cls, name: str, package: Package | None, constraint: Callable[[], Type] | Type, path: str = "", pos: int = -1
    ) -> TypeName:
        """Declare a type parameter with its constraint, or with what makes it."""
        self = cls(name, package, constraint, path, pos)
        TypedSymbol.__init__(self, name, package, TypeParam(self), path, pos)
        return self

    @property
    def underlying(self) -> Type:
        """The underlying type of a defined type before instantiation; ``UNKNOWN`` in a cycle."""
        made = self._underlying
        if not isinstance(made, Type):
            self._underlying = UNKNOWN
            try:
                self._underlying = made = made()
            except RecursionError:
                made = UNKNOWN
        return made

    @property
    def constraint(self) -> Type:
        """The interface that constrains a type parameter; ``UNKNOWN`` where it can't be resolved."""
        return self.underlying

    @property
    def methods(self) -> Mapping[str, Func]:
        """The methods declared on a defined type, by name. An interface's methods are in its type."""
        made = self._methods
        if callable(made):
            self._methods = _NO_METHODS
            self._methods = made = made(self)
        return made


class Func(TypedSymbol):
    """A function or a method; ``type`` is its ``Signature``.

    ``receiver`` is the type name it is declared on, or None; ``pointer_receiver`` tells ``func (*T)`` from
    ``func (T)``. ``receiver_params`` are the names that a method gives to the parameters of its receiver's type.
    ``decl`` is None for what comes from the built-in table or an interface. ``full_name`` is what go/types prints,
    type parameters apart: ``net/http.Get``, ``(*sync.Mutex).Lock``, ``(sync.Locker).Lock``.
    """

    __slots__ = ("decl", "interface", "pointer_receiver", "receiver", "receiver_params", "type_params")

    def __init__(  # noqa: PLR0913 a declaration has these parts
        self,
        name: str,
        package: Package | None,
        make: Callable[[], Type] | Type,
        path: str = "",
        pos: int = -1,
        *,
        decl: ast.FuncDecl | None = None,
        receiver: TypeName | None = None,
        pointer_receiver: bool = False,
        interface: bool = False,
        receiver_params: tuple[TypeName, ...] = (),
        type_params: tuple[TypeName, ...] = (),
    ) -> None:
        """Declare a function or method."""
        super().__init__(name, package, make, path, pos)
        self.decl = decl
        self.receiver = receiver
        self.pointer_receiver = pointer_receiver
        self.interface = interface
        self.receiver_params = receiver_params
        self.type_params = type_params

    @property
    def signature(self) -> Signature | None:
        """The function's type; None where it can't be resolved."""
        made = self.type
        return made if isinstance(made, Signature) else None

    @property
    def full_name(self) -> str:
        """The name as go/types prints it."""
        path = self.package.path if self.package else ""
        if self.receiver is None:
            if self.interface:
                return f"(interface).{self.name}"
            return f"{path}.{self.name}" if path else self.name
        return f"({'*' if self.pointer_receiver else ''}{self.receiver.full_name}).{self.name}"

    @property
    def local_name(self) -> str:
        """The name within its package: ``Get``, ``(*Cache).Get``."""
        if self.receiver is None:
            return self.name
        return f"({'*' if self.pointer_receiver else ''}{self.receiver.name}).{self.name}"


class Builtin(Symbol):
    """``append``, ``len``, ... and ``unsafe.Sizeof`` and its kin (by the name after the dot)."""

    __slots__ = ()


class Nil(Symbol):
    """``nil``."""

    __slots__ = ()


class PackageName(Symbol):
    """An imported package in a file's scope; the package is looked for when first asked for.

    ``selections`` is a side table of the model, as that of a ``TypeName``.
    """

    __slots__ = ("_find", "_imported", "import_path", "selections")

    def __init__(  # noqa: PLR0913, PLR0917 a declaration has these parts
        self,
        name: str,
        package: Package | None,
        import_path: str,
        find: Callable[[str], Package | None],
        path: str = "",
        pos: int = -1,
    ) -> None:
        """Declare the import of ``import_path``, which ``find`` looks for."""
        super().__init__(name, package, path, pos)
        self.import_path = import_path
        self.selections: dict[str, Selection | None] = {}
        self._find: Callable[[str], Package | None] | None = find
        self._imported: Package | None = None

    @property
    def imported(self) -> Package | None:
        """The imported package; None where it can't be found."""
        find = self._find
        if find is not None:
            self._find = None
            self._imported = find(self.import_path)
        return self._imported


def is_exported(name: str) -> bool:
    """Whether other packages see ``name``."""
    return name[:1].isupper()
