"""Binding the identifiers in expressions and types."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from pubcheck.model.symbols import Var, VarKind
from pubcheck.model.type_expressions import written
from pubcheck.model.types import Slice, Type
from pubcheck.model.visible import Visible
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Callable

    from pubcheck.model.info import Info


class ExpressionBinder(Visible):
    """Binds expressions; the statements of function literals are left to who knows statements."""

    __slots__ = ()

    def statements(self, statements: tuple[ast.Stmt, ...]) -> None:
        """Bind a list of statements in the block that is open."""
        raise NotImplementedError

    def signature(self, t: ast.FuncType) -> None:
        """Bind the types in a function type; parameter names aren't declared."""
        for field in t.params:
            self.expression(field.type)
        for field in t.results:
            self.expression(field.type)

    def expression(self, e: ast.Expr) -> None:
        """Bind the identifiers in an expression or type."""
        rule = self._EXPRESSIONS.get(type(e))
        if rule is not None:
            rule(self, e)

    def expressions(self, exprs: tuple[ast.Expr, ...]) -> None:
        """Bind the identifiers in each of ``exprs``."""
        rules = self._EXPRESSIONS
        for e in exprs:
            rule = rules.get(type(e))
            if rule is not None:
                rule(self, e)

    def _ident(self, e: ast.Ident) -> None:
        name = e.name
        found = self.names.get(name)
        if found is None:
            found = self.outer[name]
        elif self.literals and type(found) is Var:
            self.uses.capture(found, self.literals)
        if found is not None:
            self.symbols[e] = found

    def _x(self, e: ast.Star | ast.Paren) -> None:
        self.expression(e.x)

    def _selector(self, e: ast.Selector) -> None:
        self.uses.selectors.append(e)
        x = e.x
        if type(x) is ast.Ident:
            self._ident(x)
        else:
            self.expression(x)

    def _unary(self, e: ast.Unary) -> None:
        if e.op == "&":
            self.uses.addressed.append(e.x)
        self.expression(e.x)

    def _call(self, e: ast.Call) -> None:
        fun = e.fun
        if type(fun) is ast.Selector:
            self._selector(fun)
        else:
            self.expression(fun)
        self.expressions(e.args)

    def _binary(self, e: ast.Binary) -> None:
        x: ast.Expr = e
        while isinstance(x, ast.Binary):
            self.expression(x.y)
            x = x.x
        self.expression(x)

    def _index(self, e: ast.Index) -> None:
        self.expression(e.x)
        self.expressions(e.indices)

    def _slice_expr(self, e: ast.SliceExpr) -> None:
        self.uses.slices.append(e)
        self.expression(e.x)
        for part in (e.low, e.high, e.max):
            if part is not None:
                self.expression(part)

    def _assertion(self, e: ast.TypeAssert) -> None:
        self.expression(e.x)
        if e.type is not None:
            self.expression(e.type)

    def _composite(self, e: ast.CompositeLit) -> None:
        if e.type is not None:
            self.expression(e.type)
        for element in e.elements:
            if isinstance(element, ast.KeyValue):
                if isinstance(element.key, ast.Ident):
                    self.bindings.keys[element.key] = (e, self.find(element.key.name))
                    if self.literals:
                        self.uses.keys.append((element.key, self.literals))
                else:
                    self._part(e, element.key, key=True)
                self._part(e, element.value)
            else:
                self._part(e, element)

    def _part(self, outer: ast.CompositeLit, e: ast.Expr, *, key: bool = False) -> None:
        if isinstance(e, ast.CompositeLit) and e.type is None:
            self.bindings.elided[e] = (outer, key)
        self.expression(e)

    def _key_value(self, e: ast.KeyValue) -> None:
        self.expression(e.key)
        self.expression(e.value)

    def _array(self, e: ast.ArrayType) -> None:
        if e.length is not None:
            self.expression(e.length)
        self.expression(e.element)

    def _element(self, e: ast.SliceType | ast.ChanType) -> None:
        self.expression(e.element)

    def _map(self, e: ast.MapType) -> None:
        self.expression(e.key)
        self.expression(e.value)

    def _struct(self, e: ast.StructType) -> None:
        for field in e.fields:
            self.expression(field.type)

    def _interface(self, e: ast.InterfaceType) -> None:
        for method in e.methods:
            self.signature(method.type)
        self.expressions(e.embeds)

    def _literal(self, e: ast.FuncLit) -> None:
        self.signature(e.type)
        around = self.literals
        self.literals = (*around, e)
        self.uses.captured[e] = set()
        outer = self.enter()
        info = self.info
        for field in e.type.params:
            make = partial(_slice_of, info, field.type) if field.variadic else partial(written, info, field.type)
            for name in field.names:
                self.variable(name, make, VarKind.PARAM)
        for field in e.type.results:
            for name in field.names:
                self.variable(name, partial(written, info, field.type), VarKind.RESULT)
        self.statements(e.body.statements)
        self.leave(outer)
        self.literals = around

    _EXPRESSIONS: ClassVar[dict[type[ast.Node], Callable[..., None]]] = {
        ast.Ident: _ident,
        ast.Selector: _selector,
        ast.Star: _x,
        ast.Unary: _unary,
        ast.Paren: _x,
        ast.Call: _call,
        ast.Binary: _binary,
        ast.Index: _index,
        ast.SliceExpr: _slice_expr,
        ast.TypeAssert: _assertion,
        ast.CompositeLit: _composite,
        ast.KeyValue: _key_value,
        ast.FuncLit: _literal,
        ast.ArrayType: _array,
        ast.SliceType: _element,
        ast.ChanType: _element,
        ast.MapType: _map,
        ast.FuncType: signature,
        ast.StructType: _struct,
        ast.InterfaceType: _interface,
    }


def _slice_of(info: Info, t: ast.Expr) -> Type:
    return Slice(written(info, t))
