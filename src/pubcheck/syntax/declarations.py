"""A file's declarations; function bodies are left to be converted when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pubcheck.syntax import ast
from pubcheck.syntax.conversion import MISSHAPEN, Context, solid
from pubcheck.syntax.expressions import identifier
from pubcheck.syntax.grammar import BLOCK, COMMENT, kind, kinds
from pubcheck.syntax.specs import import_specs, type_specs, value_specs
from pubcheck.syntax.types import Signature, fields, function_type

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from tree_sitter import Node

_PACKAGE: Final = kind("package_clause")
_IMPORT: Final = kind("import_declaration")
_VALUES: Final = frozenset(kinds("var_declaration", "const_declaration"))
_TYPES: Final = kind("type_declaration")
_FUNCTION: Final = kind("function_declaration")
_METHOD: Final = kind("method_declaration")
_TYPE_PARAMETERS: Final = kind("type_parameter_list")
_EMPTY: Final = kind("empty_statement")


class _Head(NamedTuple):
    """What stands before the parameters of a function or method."""

    keyword: Node
    name: Node
    receiver: ast.Field | None
    type_params: tuple[ast.Field, ...]
    broken: bool


class Declarations:
    """Gathers what the top-level nodes of one or more trees of a file declare."""

    def __init__(self, c: Context, method_params: Mapping[int, tuple[ast.Field, ...]]) -> None:
        """Start empty.

        Args:
            c: the context of the file.
            method_params: type parameters that a repair took from methods, by the offset of the method's name.
        """
        self.bodies: dict[int, Node] = {}
        """Blocks of functions, by their offset."""
        self._c = c
        self._method_params = method_params
        self._package: ast.Ident | None = None
        self._imports: list[ast.ImportSpec] = []
        self._values: list[ast.ValueSpec] = []
        self._types: list[ast.TypeSpec] = []
        self._functions: list[ast.FuncDecl] = []
        self._bad: list[ast.BadDecl] = []

    def add(self, node: Node, *, broken: bool) -> None:
        """Take a top-level node; one that is no declaration, or lacks a part of one, is bad."""
        try:
            self._add(node, broken=broken)
        except MISSHAPEN:
            self._bad.append(ast.BadDecl(node.start_byte, node.end_byte))

    def _add(self, node: Node, *, broken: bool) -> None:
        kind_id = node.kind_id
        c = self._c
        if kind_id == _FUNCTION:
            self._functions.append(self._function(node, broken=broken))
        elif kind_id == _METHOD:
            self._functions.append(self._method(node, broken=broken))
        elif kind_id in _VALUES:
            self._values += value_specs(node, c, 0)
        elif kind_id == _TYPES:
            self._types += type_specs(node, c, 0)
        elif kind_id == _IMPORT:
            self._imports += import_specs(node, c)
        elif kind_id == _PACKAGE and self._package is None:
            self._package = identifier(solid(node.named_children)[0], c, 0)
        elif kind_id not in (COMMENT, _EMPTY) and node.is_named:
            self._bad.append(ast.BadDecl(node.start_byte, node.end_byte))

    def file(self, end: int) -> ast.File:
        """Everything so far as a file of ``end`` bytes."""
        return ast.File(
            0,
            end,
            self._package or ast.Ident(0, 0, ""),
            tuple(self._imports),
            tuple(self._values),
            tuple(self._types),
            tuple(self._functions),
            tuple(self._bad),
        )

    def _function(self, node: Node, *, broken: bool) -> ast.FuncDecl:
        keyword, name, *rest = solid(node.children)
        type_params: tuple[ast.Field, ...] = ()
        if rest[0].kind_id == _TYPE_PARAMETERS:
            type_params = fields(rest[0], self._c, 0)
            del rest[0]
        return self._declare(node, _Head(keyword, name, None, type_params, broken), rest)

    def _method(self, node: Node, *, broken: bool) -> ast.FuncDecl:
        keyword, receivers, name, *rest = solid(node.children)
        receiver = fields(receivers, self._c, 0)
        type_params = self._method_params.get(name.start_byte, ())
        return self._declare(node, _Head(keyword, name, receiver[0] if receiver else None, type_params, broken), rest)

    def _declare(self, node: Node, head: _Head, rest: list[Node]) -> ast.FuncDecl:
        c = self._c
        body = rest.pop() if rest[-1].kind_id == BLOCK else None
        signature = function_type(Signature(head.keyword.start_byte, head.type_params, rest[0], rest[1:]), c, 0)
        span = None
        if body is not None:
            span = (body.start_byte, body.end_byte)
            self.bodies[span[0]] = body
        return ast.FuncDecl(
            node.start_byte,
            node.end_byte,
            identifier(head.name, c, 0),
            head.receiver,
            _receiver_params(head.receiver),
            signature,
            span,
            head.broken,
        )


def _receiver_params(receiver: ast.Field | None) -> tuple[ast.Ident, ...]:
    x = None if receiver is None else receiver.type
    while type(x) is ast.Star or type(x) is ast.Paren:
        x = x.x
    if type(x) is not ast.Index:
        return ()
    return tuple([index for index in x.indices if isinstance(index, ast.Ident)])


def method_type_params(root: Node, names: AbstractSet[int], c: Context) -> dict[int, tuple[ast.Field, ...]]:
    """Type parameters by the offset of the name, of functions whose name is at one of ``names``."""
    found = {}
    for node in root.named_children:
        if node.kind_id != _FUNCTION:
            continue
        _, name, params, *_ = solid(node.children)
        if params.kind_id == _TYPE_PARAMETERS and name.start_byte in names:
            found[name.start_byte] = fields(params, c, 0)
    return found
