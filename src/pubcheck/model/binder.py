"""Lexical scoping: one pass over a body that says what each identifier stands for.

No types are evaluated here. A variable is made with a function that finds its type from what defines it, which runs
when somebody asks.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from pubcheck.model.bindings import Bindings
from pubcheck.model.expression_binder import ExpressionBinder
from pubcheck.model.info import Info
from pubcheck.model.symbols import Const, TypeName, Var, VarKind
from pubcheck.model.type_expressions import written
from pubcheck.model.types import UNKNOWN, Named, Pointer, Signature, Type, TypeParam
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Callable

    from pubcheck.model.package import Package
    from pubcheck.model.scope import FileScope
    from pubcheck.model.symbols import Func


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


class Binder(ExpressionBinder):
    """Binds functions and statements."""

    __slots__ = ()

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
            self.variable(ident, partial(_receiver, func), VarKind.RECEIVER)
        self._declared(decl.type.params, VarKind.PARAM, func)
        self._declared(decl.type.results, VarKind.RESULT, func)
        if body is not None:
            self.statements(body.statements)

    def _declared(self, fields: tuple[ast.Field, ...], kind: VarKind, func: Func) -> None:
        index = 0
        for field in fields:
            for name in field.names:
                self.variable(name, partial(_param, func, index, kind), kind)
                index += 1
            if not field.names:
                index += 1

    def statements(self, statements: tuple[ast.Stmt, ...]) -> None:
        """Bind a list of statements in the block that is open."""
        rules = self._STATEMENTS
        for s in statements:
            rule = rules.get(type(s))
            if rule is not None:
                rule(self, s)

    def statement(self, s: ast.Stmt | None) -> None:
        """Bind one statement, if there is one."""
        if s is not None:
            rule = self._STATEMENTS.get(type(s))
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
            self.uses.written += s.left
            self.expressions(s.left)

    def _define(self, left: tuple[ast.Expr, ...], right: tuple[ast.Expr, ...]) -> None:
        info, count = self.info, len(left)
        self._hold(left, right)
        for index, target in enumerate(left):
            if not isinstance(target, ast.Ident):
                self.expression(target)
            elif target.name in self.frame and target.name != "_":
                self.uses.written.append(target)
                self.symbols[target] = self.names[target.name]
            else:
                self.variable(target, partial(info.assigned_type, right, index, count))

    def _hold(self, names: tuple[ast.Expr, ...], values: tuple[ast.Expr, ...]) -> None:
        for name, value in zip(names, values, strict=False):
            if type(value) is ast.FuncLit and type(name) is ast.Ident:
                self.uses.held.append((name, value))

    def _x_statement(self, s: ast.ExprStmt) -> None:
        self.expression(s.x)

    def _inc_dec(self, s: ast.IncDec) -> None:
        self.uses.written.append(s.x)
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
                self.variable(target, partial(self.info.range_type, s, index))
            else:
                if not s.define:
                    self.uses.written.append(target)
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
                    self.package,
                    VarKind.LOCAL,
                    partial(self.info.clause_type, s, case),
                    self.path,
                    s.name.pos,
                )
                self.bindings.clauses[case] = made
                self.frame[made.name] = self.names.get(made.name)
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
        info, count = self.info, len(spec.names)
        if spec.constant:
            info = info.with_iota(spec.iota)
            for index, ident in enumerate(spec.names):
                made = Const(
                    ident.name,
                    self.package,
                    partial(info.constant_type, spec, index),
                    partial(info.constant_value, spec, index),
                    self.path,
                    ident.pos,
                )
                self.declare(ident, made)
            return
        self._hold(spec.names, spec.values)
        for index, ident in enumerate(spec.names):
            if spec.type is not None:
                self.variable(ident, partial(written, info, spec.type))
            else:
                self.variable(ident, partial(info.assigned_type, spec.values, index, count))

    def _type(self, spec: ast.TypeSpec) -> None:
        if spec.alias and not spec.type_params:
            self.expression(spec.type)
            self.declare(spec.name, self.info.declare_type(spec))
            return
        params = tuple(
            [
                (name, TypeName.parameter(name.name, self.package, partial(self.info.constraint, field.type)))
                for field in spec.type_params
                for name in field.names
            ]
        )
        self.declare(spec.name, self.info.declare_type(spec, tuple([param for _, param in params])))
        outer = self.enter()
        for name, param in params:
            self.declare(name, param)
        for field in spec.type_params:
            self.expression(field.type)
        self.expression(spec.type)
        self.leave(outer)

    _STATEMENTS: ClassVar[dict[type[ast.Node], Callable[..., None]]] = {
        ast.Block: _block,
        ast.Assign: _assign,
        ast.ExprStmt: _x_statement,
        ast.IncDec: _inc_dec,
        ast.Go: _call_statement,
        ast.Defer: _call_statement,
        ast.Send: _send,
        ast.Return: _return,
        ast.Labeled: _labeled,
        ast.If: _if,
        ast.For: _for,
        ast.Range: _range,
        ast.Switch: _switch,
        ast.TypeSwitch: _type_switch,
        ast.Select: _select,
        ast.DeclStmt: _declaration,
    }


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
