"""Lexical scoping: one pass over a body that says what each identifier stands for.

No types are evaluated here. A variable is made with a function that finds its type from what defines it, which runs
when somebody asks.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pubcheck.model.bindings import Bindings
from pubcheck.model.info import Info
from pubcheck.model.symbols import Const, Func, Symbol, TypeName, Var, VarKind
from pubcheck.model.types import UNKNOWN, Named, Pointer, Signature, Slice, Type, TypeParam
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Callable

    from pubcheck.model.package import Package
    from pubcheck.model.scope import FileScope


def bind_function(func: Func, scope: FileScope, body: ast.Block | None) -> Info:
    """Names and types of a declared function's body; ``scope`` is its file's."""
    bindings = Bindings()
    info = Info(func.package, func.path, bindings=bindings, func=func, body=body)
    binder = Binder(info, bindings, scope)
    try:
        binder.declared_function(func, body)
    except RecursionError:
        info.partial = True
    return info


def bind_initialiser(
    package: Package, path: str, scope: FileScope, spec: ast.ValueSpec, variables: tuple[Var, ...]
) -> Info:
    """Names and types in the type and the values of a package-level ``var``."""
    bindings = Bindings()
    info = Info(package, path, bindings=bindings)
    binder = Binder(info, bindings, scope)
    bindings.symbols.update(zip(spec.names, variables, strict=False))
    try:
        if spec.type is not None:
            binder.expression(spec.type)
        binder.expressions(spec.values)
    except RecursionError:
        info.partial = True
    return info


class Binder:
    """The names visible at one point of a body, and what has been bound so far.

    ``names`` maps a name to its innermost local declaration; ``_frame`` has, for each name that the innermost block
    declares, what it hid, so that leaving the block restores it.
    """

    __slots__ = ("_frame", "_info", "_outer", "_package", "_path", "bindings", "names", "symbols")

    def __init__(self, info: Info, bindings: Bindings, outer: FileScope) -> None:
        """Bind into ``bindings``; variables ask ``info`` for their types."""
        self.bindings = bindings
        self.symbols = bindings.symbols
        self.names: dict[str, Symbol] = {}
        self._frame: dict[str, Symbol | None] = {}
        self._info = info
        self._outer = outer
        self._package = info.package
        self._path = info.path

    # --- scopes

    def enter(self) -> dict[str, Symbol | None]:
        """Open a block; give what comes back to ``leave``."""
        outer, self._frame = self._frame, {}
        return outer

    def leave(self, outer: dict[str, Symbol | None]) -> None:
        """Close the innermost block."""
        names = self.names
        for name, hidden in self._frame.items():
            if hidden is None:
                del names[name]
            else:
                names[name] = hidden
        self._frame = outer

    def declare(self, ident: ast.Ident, symbol: Symbol) -> None:
        """Let ``ident``'s name stand for ``symbol`` until the block ends."""
        self.symbols[ident] = symbol
        name = ident.name
        if name == "_":
            return
        if name not in self._frame:
            self._frame[name] = self.names.get(name)
        self.names[name] = symbol

    def find(self, name: str) -> Symbol | None:
        """What ``name`` stands for here."""
        found = self.names.get(name)
        return self._outer[name] if found is None else found

    def _variable(self, ident: ast.Ident, make: Callable[[], Type] | Type, kind: VarKind = VarKind.LOCAL) -> Var:
        made = Var(ident.name, self._package, kind, make, self._path, ident.pos)
        self.declare(ident, made)
        return made

    # --- functions

    def declared_function(self, func: Func, body: ast.Block | None) -> None:
        """Bind a declared function: type parameters, receiver, parameters, results, body."""
        decl = func.decl
        if decl is None:
            return
        for ident, param in zip(decl.receiver_params, func.receiver_params, strict=False):
            self.declare(ident, param)
        idents = [name for field in decl.type.type_params for name in field.names]
        for ident, param in zip(idents, func.type_params, strict=False):
            self.declare(ident, param)
        fields = (decl.receiver,) if decl.receiver is not None else ()
        for field in (*fields, *decl.type.type_params, *decl.type.params, *decl.type.results):
            self.expression(field.type)
        for ident in fields[0].names if fields else ():
            self._variable(ident, partial(_receiver, func), VarKind.RECEIVER)
        self._declared(decl.type.params, VarKind.PARAM, func)
        self._declared(decl.type.results, VarKind.RESULT, func)
        if body is not None:
            self.statements(body.statements)

    def _declared(self, fields: tuple[ast.Field, ...], kind: VarKind, func: Func) -> None:
        index = 0
        for field in fields:
            for name in field.names:
                self._variable(name, partial(_param, func, index, kind), kind)
                index += 1
            if not field.names:
                index += 1

    def _literal(self, e: ast.FuncLit) -> None:
        self.signature(e.type)
        outer = self.enter()
        info = self._info
        for field in e.type.params:
            make = partial(_variadic if field.variadic else Info.type, info, field.type)
            for name in field.names:
                self._variable(name, make, VarKind.PARAM)
        for field in e.type.results:
            for name in field.names:
                self._variable(name, partial(info.type, field.type), VarKind.RESULT)
        self.statements(e.body.statements)
        self.leave(outer)

    def signature(self, t: ast.FuncType) -> None:
        """Bind the types in a function type; parameter names aren't declared."""
        for field in t.params:
            self.expression(field.type)
        for field in t.results:
            self.expression(field.type)

    # --- expressions

    def expression(self, e: ast.Expr) -> None:
        """Bind the identifiers in an expression or type."""
        rule = _EXPRESSIONS.get(type(e))
        if rule is not None:
            rule(self, e)

    def expressions(self, exprs: tuple[ast.Expr, ...]) -> None:
        """Bind the identifiers in each of ``exprs``."""
        rules = _EXPRESSIONS
        for e in exprs:
            rule = rules.get(type(e))
            if rule is not None:
                rule(self, e)

    def _ident(self, e: ast.Ident) -> None:
        name = e.name
        found = self.names.get(name)
        if found is None:
            found = self._outer[name]
        if found is not None:
            self.symbols[e] = found

    def _x(self, e: ast.Selector | ast.Star | ast.Unary | ast.Paren) -> None:
        self.expression(e.x)

    def _call(self, e: ast.Call) -> None:
        self.expression(e.fun)
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

    # --- statements

    def statements(self, statements: tuple[ast.Stmt, ...]) -> None:
        """Bind a list of statements in the block that is open."""
        rules = _STATEMENTS
        for s in statements:
            rule = rules.get(type(s))
            if rule is not None:
                rule(self, s)

    def statement(self, s: ast.Stmt | None) -> None:
        """Bind one statement, if there is one."""
        if s is not None:
            rule = _STATEMENTS.get(type(s))
            if rule is not None:
                rule(self, s)

    def _block(self, s: ast.Block) -> None:
        outer = self.enter()
        self.statements(s.statements)
        self.leave(outer)

    def _assign(self, s: ast.Assign) -> None:
        self.expressions(s.right)
        if s.op == ":=":
            self._define(s.left, s.right)
        else:
            self.expressions(s.left)

    def _define(self, left: tuple[ast.Expr, ...], right: tuple[ast.Expr, ...]) -> None:
        info, count = self._info, len(left)
        for index, target in enumerate(left):
            if not isinstance(target, ast.Ident):
                self.expression(target)
            elif target.name in self._frame and target.name != "_":
                self.symbols[target] = self.names[target.name]
            else:
                self._variable(target, partial(info.assigned_type, right, index, count))

    def _x_statement(self, s: ast.ExprStmt | ast.IncDec) -> None:
        self.expression(s.x)

    def _call_statement(self, s: ast.Go | ast.Defer) -> None:
        self.expression(s.call)

    def _send(self, s: ast.Send) -> None:
        self.expression(s.channel)
        self.expression(s.value)

    def _return(self, s: ast.Return) -> None:
        self.expressions(s.results)

    def _labeled(self, s: ast.Labeled) -> None:
        self.statement(s.statement)

    def _if(self, s: ast.If) -> None:
        outers = []
        branch: ast.Stmt | None = s
        while isinstance(branch, ast.If):
            outers.append(self.enter())
            self.statement(branch.init)
            self.expression(branch.cond)
            self._block(branch.then)
            branch = branch.orelse
        self.statement(branch)
        for outer in reversed(outers):
            self.leave(outer)

    def _for(self, s: ast.For) -> None:
        outer = self.enter()
        self.statement(s.init)
        if s.cond is not None:
            self.expression(s.cond)
        self.statement(s.post)
        self._block(s.body)
        self.leave(outer)

    def _range(self, s: ast.Range) -> None:
        self.expression(s.x)
        outer = self.enter()
        for index, target in enumerate((s.key, s.value)):
            if target is None:
                continue
            if s.define and isinstance(target, ast.Ident):
                self._variable(target, partial(self._info.range_type, s, index))
            else:
                self.expression(target)
        self._block(s.body)
        self.leave(outer)

    def _switch(self, s: ast.Switch) -> None:
        outer = self.enter()
        self.statement(s.init)
        if s.tag is not None:
            self.expression(s.tag)
        for case in s.cases:
            self.expressions(case.values)
            inner = self.enter()
            self.statements(case.body)
            self.leave(inner)
        self.leave(outer)

    def _type_switch(self, s: ast.TypeSwitch) -> None:
        outer = self.enter()
        self.statement(s.init)
        self.expression(s.x)
        for case in s.cases:
            self.expressions(case.values)
            inner = self.enter()
            if s.name is not None and s.name.name != "_":
                made = Var(
                    s.name.name,
                    self._package,
                    VarKind.LOCAL,
                    partial(self._info.clause_type, s, case),
                    self._path,
                    s.name.pos,
                )
                self.bindings.clauses[case] = made
                self._frame[made.name] = self.names.get(made.name)
                self.names[made.name] = made
            self.statements(case.body)
            self.leave(inner)
        self.leave(outer)

    def _select(self, s: ast.Select) -> None:
        for clause in s.clauses:
            outer = self.enter()
            self.statement(clause.comm)
            self.statements(clause.body)
            self.leave(outer)

    # --- declarations in functions

    def _declaration(self, s: ast.DeclStmt) -> None:
        for spec in s.specs:
            if isinstance(spec, ast.ValueSpec):
                self._values(spec)
            elif isinstance(spec, ast.TypeSpec):
                self._type(spec)

    def _values(self, spec: ast.ValueSpec) -> None:
        if spec.type is not None:
            self.expression(spec.type)
        self.expressions(spec.values)
        info, count = self._info, len(spec.names)
        if spec.constant:
            info = info.with_iota(spec.iota)
            for index, ident in enumerate(spec.names):
                made = Const(
                    ident.name,
                    self._package,
                    partial(info.constant_type, spec, index),
                    partial(info.constant_value, spec, index),
                    self._path,
                    ident.pos,
                )
                self.declare(ident, made)
            return
        for index, ident in enumerate(spec.names):
            if spec.type is not None:
                self._variable(ident, partial(info.type, spec.type))
            else:
                self._variable(ident, partial(info.assigned_type, spec.values, index, count))

    def _type(self, spec: ast.TypeSpec) -> None:
        if spec.alias and not spec.type_params:
            self.expression(spec.type)
            self.declare(spec.name, self._info.declare_type(spec))
            return
        params = tuple(
            [
                (name, TypeName.parameter(name.name, self._package, partial(self._info.constraint, field.type)))
                for field in spec.type_params
                for name in field.names
            ]
        )
        self.declare(spec.name, self._info.declare_type(spec, tuple([param for _, param in params])))
        outer = self.enter()
        for name, param in params:
            self.declare(name, param)
        for field in spec.type_params:
            self.expression(field.type)
        self.expression(spec.type)
        self.leave(outer)


def _receiver(func: Func) -> Type:
    if func.receiver is None:
        return UNKNOWN
    made: Type = Named(func.receiver, tuple([TypeParam(param) for param in func.receiver_params]))
    return Pointer(made) if func.pointer_receiver else made


def _param(func: Func, index: int, kind: VarKind) -> Type:
    made = func.type
    if type(made) is not Signature:
        return UNKNOWN
    types = made.params if kind is VarKind.PARAM else made.results
    return types[index] if index < len(types) else UNKNOWN


def _variadic(info: Info, t: ast.Expr) -> Type:
    return Slice(info.type(t))


_EXPRESSIONS: dict[type[ast.Node], Callable[..., None]] = {
    ast.Ident: Binder._ident,
    ast.Selector: Binder._x,
    ast.Star: Binder._x,
    ast.Unary: Binder._x,
    ast.Paren: Binder._x,
    ast.Call: Binder._call,
    ast.Binary: Binder._binary,
    ast.Index: Binder._index,
    ast.SliceExpr: Binder._slice_expr,
    ast.TypeAssert: Binder._assertion,
    ast.CompositeLit: Binder._composite,
    ast.KeyValue: Binder._key_value,
    ast.FuncLit: Binder._literal,
    ast.ArrayType: Binder._array,
    ast.SliceType: Binder._element,
    ast.ChanType: Binder._element,
    ast.MapType: Binder._map,
    ast.FuncType: Binder.signature,
    ast.StructType: Binder._struct,
    ast.InterfaceType: Binder._interface,
}

_STATEMENTS: dict[type[ast.Node], Callable[..., None]] = {
    ast.Block: Binder._block,
    ast.Assign: Binder._assign,
    ast.ExprStmt: Binder._x_statement,
    ast.IncDec: Binder._x_statement,
    ast.Go: Binder._call_statement,
    ast.Defer: Binder._call_statement,
    ast.Send: Binder._send,
    ast.Return: Binder._return,
    ast.Labeled: Binder._labeled,
    ast.If: Binder._if,
    ast.For: Binder._for,
    ast.Range: Binder._range,
    ast.Switch: Binder._switch,
    ast.TypeSwitch: Binder._type_switch,
    ast.Select: Binder._select,
    ast.DeclStmt: Binder._declaration,
}
