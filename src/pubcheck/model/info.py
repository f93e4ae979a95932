"""Answers about the nodes of one declaration, found when asked for and remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.model import calls, constant_expressions, expressions, selectors, type_expressions
from pubcheck.model.bindings import Bindings
from pubcheck.model.callee import UNKNOWN_TARGET
from pubcheck.model.lookup import lookup_field_or_method
from pubcheck.model.structure import core_type
from pubcheck.model.types import UNKNOWN, Named, Pointer, Signature, Struct, Type, Unknown
from pubcheck.model.universe import UNTYPED_NIL, default_type
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pubcheck.model.callee import Target
    from pubcheck.model.lookup import Selection
    from pubcheck.model.package import Package
    from pubcheck.model.symbols import Constant, Func, Symbol, TypeName, Var

_WITHOUT_FIELDS = frozenset({ast.ArrayType, ast.SliceType, ast.MapType})
"""An array's length can hang on its keys, so these are told from their syntax."""


class Info:
    """What the names and expressions of a function body, an initialiser or a declaration mean.

    ``func`` and ``body`` are set for a function. ``partial`` tells that nesting was too deep to bind all names. No
    method raises: what can't be told is ``UNKNOWN`` or None.
    """

    __slots__ = (
        "_callees",
        "_constants",
        "_scope",
        "_selections",
        "_types",
        "bindings",
        "body",
        "func",
        "iota",
        "package",
        "partial",
        "path",
    )

    def __init__(  # noqa: PLR0913 it has these parts
        self,
        package: Package | None,
        path: str,
        *,
        scope: dict[str, Symbol | None] | None = None,
        bindings: Bindings | None = None,
        func: Func | None = None,
        body: ast.Block | None = None,
        iota: int | None = None,
    ) -> None:
        """Resolve identifiers by ``bindings``, and by name in ``scope`` where one is given."""
        self.package = package
        self.path = path
        self.func = func
        self.body = body
        self.iota = iota
        self.partial = False
        self.bindings = Bindings() if bindings is None else bindings
        self._scope = scope
        self._types: dict[ast.Expr, Type] = {}
        self._selections: dict[ast.Selector, Selection | None] = {}
        self._callees: dict[ast.Call, Target] = {}
        self._constants: dict[ast.Expr, Constant] = {}

    def with_iota(self, iota: int) -> Info:
        """The same names where ``iota`` has another value: a const group repeats its expressions."""
        return Info(self.package, self.path, scope=self._scope, bindings=self.bindings, func=self.func, iota=iota)

    # --- the questions

    def type(self, expr: ast.Expr) -> Type:
        """Type of an expression, or the type that a type expression denotes.

        An untyped constant keeps its untyped type. What gives a value and an ``ok`` has the value's type. A call has
        a ``Tuple`` unless it has exactly one result. A literal whose type is left out has a pointer type where ``&T``
        is meant.
        """
        found = self._types.get(expr)
        if found is None:
            rule = expressions.RULES.get(type(expr))
            try:
                found = UNKNOWN if rule is None else rule(self, expr)
            except RecursionError:
                found = UNKNOWN
            self._types[expr] = found
        return found

    def remember(self, expr: ast.Expr, t: Type) -> None:
        """Keep the type of an expression that was found on the way to another's."""
        self._types[expr] = t

    def knows(self, expr: ast.Expr) -> bool:
        """Whether the type of ``expr`` has been found already."""
        return expr in self._types

    def symbol(self, ident: ast.Ident) -> Symbol | None:
        """What an identifier declares or uses; None if nothing is found. A selector's name: ask ``selection``."""
        found = self.bindings.symbols.get(ident)
        if found is not None:
            return found
        if self._scope is not None:
            return self._scope[ident.name]
        key = self.bindings.keys.get(ident)
        if key is None:
            return None
        return self._key(ident, *key)

    def _key(self, ident: ast.Ident, literal: ast.CompositeLit, ordinary: Symbol | None) -> Symbol | None:
        if type(literal.type) in _WITHOUT_FIELDS:
            return ordinary
        t = self.type(literal)
        if literal.type is None and type(t) is Pointer:
            t = t.element
        core = core_type(t)
        found = ordinary
        if type(core) is Struct:
            # Since Go 1.27 a key may be a promoted field.
            named = lookup_field_or_method(t if type(t) is Named else core, ident.name, self.package)
            found = named.obj if named is not None and named.kind == "field" else None
        elif type(core) is Unknown:
            found = None
        if found is not None:
            self.bindings.symbols[ident] = found
        return found

    def clause_variable(self, case: ast.Case) -> Var | None:
        """The variable that a type switch with a name declares in ``case``."""
        return self.bindings.clauses.get(case)

    def is_type(self, expr: ast.Expr) -> bool:
        """Whether ``expr`` denotes a type."""
        return type_expressions.is_type(self, expr)

    def selection(self, selector: ast.Selector) -> Selection | None:
        """What a selector names; None if it isn't known."""
        if selector in self._selections:
            return self._selections[selector]
        try:
            found = selectors.select(self, selector)
        except RecursionError:
            found = None
        self._selections[selector] = found
        return found

    def callee(self, call: ast.Call) -> Target:
        """What a call calls, with type arguments inferred."""
        found = self._callees.get(call)
        if found is None:
            try:
                found = calls.target(self, call)
            except RecursionError:
                found = UNKNOWN_TARGET
            self._callees[call] = found
        return found

    def constant(self, expr: ast.Expr) -> Constant:
        """Value of a constant expression; None if it is none or its value isn't known."""
        rule: Callable[[Info, ast.Expr], Constant] | None = constant_expressions.RULES.get(type(expr))
        if rule is None:
            return None
        if expr in self._constants:
            return self._constants[expr]
        try:
            found = rule(self, expr)
        except (RecursionError, OverflowError, MemoryError):
            found = None
        self._constants[expr] = found
        return found

    # --- what symbols ask for their types

    def signature(self, t: ast.FuncType, type_params: tuple[TypeName, ...] = ()) -> Signature:
        """Signature of a declared function."""
        return type_expressions.signature(self, t, type_params)

    def constraint(self, expr: ast.Expr) -> Type:
        """A constraint as an interface."""
        return type_expressions.constraint(self, expr)

    def declare_type(
        self,
        spec: ast.TypeSpec,
        params: tuple[TypeName, ...] = (),
        methods: Callable[[TypeName], Mapping[str, Func]] | None = None,
    ) -> TypeName:
        """The symbol of a type declaration; ``methods`` gives a package-level type's."""
        return type_expressions.declare_type(self, spec, params, methods)

    def assigned_type(self, values: tuple[ast.Expr, ...], index: int, count: int) -> Type:
        """Type of the variable at ``index`` of ``count`` that ``values`` define."""
        if len(values) == count:
            return default_type(self.type(values[index]))
        if len(values) == 1:
            return expressions.component(self, values[0], index)
        return UNKNOWN

    def range_type(self, statement: ast.Range, index: int) -> Type:
        """Type of the key (0) or value (1) of a range clause."""
        return expressions.range_component(self, statement.x, index)

    def clause_type(self, switch: ast.TypeSwitch, case: ast.Case) -> Type:
        """Type of a type switch's variable in ``case``."""
        if len(case.values) == 1:
            only = self.type(case.values[0])
            if only != UNTYPED_NIL:
                return only
        return self.type(switch.x)

    def constant_type(self, spec: ast.ValueSpec, index: int) -> Type:
        """Type of the constant at ``index`` of a spec."""
        if spec.type is not None:
            return self.type(spec.type)
        return self.type(spec.values[index]) if index < len(spec.values) else UNKNOWN

    def constant_value(self, spec: ast.ValueSpec, index: int) -> Constant:
        """Value of the constant at ``index`` of a spec."""
        if index >= len(spec.values):
            return None
        value = self.constant(spec.values[index])
        return value if spec.type is None else constant_expressions.convert(value, self.type(spec.type))
