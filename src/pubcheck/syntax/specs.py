"""What declarations declare, at top level and inside functions alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pubcheck.syntax import ast
from pubcheck.syntax.conversion import Context, solid
from pubcheck.syntax.expressions import expression, expression_list, identifier
from pubcheck.syntax.grammar import kind, token
from pubcheck.syntax.types import fields, type_expression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_COMMA: Final = token(",")
_ASSIGN: Final = token("=")
_CONST: Final = kind("const_declaration")
_CONST_SPEC: Final = kind("const_spec")
_VAR_SPEC: Final = kind("var_spec")
_VAR_SPECS: Final = kind("var_spec_list")
_TYPE_SPECS: Final = frozenset((kind("type_spec"), kind("type_alias")))
_TYPE_ALIAS: Final = kind("type_alias")
_TYPE_PARAMETERS: Final = kind("type_parameter_list")
_IMPORT_SPEC: Final = kind("import_spec")
_IMPORT_SPECS: Final = kind("import_spec_list")
_EXPRESSION_LIST: Final = kind("expression_list")


def value_specs(node: Node, c: Context, depth: int) -> tuple[ast.ValueSpec, ...]:
    """The specs of a var or const declaration, with what the language repeats filled in."""
    if node.kind_id != _CONST:
        return tuple([_value_spec(spec, c, depth) for spec in _inner(node, _VAR_SPEC, _VAR_SPECS)])
    out: list[ast.ValueSpec] = []
    for index, spec in enumerate(_inner(node, _CONST_SPEC, 0)):
        own = _value_spec(spec, c, depth)
        type_, values = own.type, own.values
        if not values and type_ is None and out:
            type_, values = out[-1].type, out[-1].values
        out.append(ast.ValueSpec(own.pos, own.end, True, own.names, type_, values, index))
    return tuple(out)


def _inner(node: Node, spec: int, group: int) -> Iterator[Node]:
    """The specs of a declaration, whether the grammar wraps a group of them or not."""
    for child in node.named_children:
        if child.kind_id == spec:
            yield child
        elif child.kind_id == group:
            yield from (inner for inner in child.named_children if inner.kind_id == spec)


def _value_spec(node: Node, c: Context, depth: int) -> ast.ValueSpec:
    """A spec as it is written: names, then a type, values or both."""
    children = solid(node.children)
    names = [identifier(children[0], c, depth)]
    at = 1
    while at + 1 < len(children) and children[at].kind_id == _COMMA:
        names.append(identifier(children[at + 1], c, depth))
        at += 2
    type_: ast.Expr | None = None
    values: tuple[ast.Expr, ...] = ()
    for child in children[at:]:
        kind_id = child.kind_id
        if kind_id == _EXPRESSION_LIST:
            values = expression_list(child, c, depth)
        elif kind_id != _ASSIGN:
            type_ = expression(child, c, depth)
    return ast.ValueSpec(node.start_byte, node.end_byte, False, tuple(names), type_, values)


def type_specs(node: Node, c: Context, depth: int) -> tuple[ast.TypeSpec, ...]:
    """The specs of a type declaration."""
    return tuple([_type_spec(child, c, depth) for child in node.named_children if child.kind_id in _TYPE_SPECS])


def _type_spec(node: Node, c: Context, depth: int) -> ast.TypeSpec:
    children = solid(node.named_children)
    params = fields(children[1], c, depth) if children[1].kind_id == _TYPE_PARAMETERS else ()
    return ast.TypeSpec(
        node.start_byte,
        node.end_byte,
        identifier(children[0], c, depth),
        params,
        node.kind_id == _TYPE_ALIAS,
        type_expression(children[-1], c, depth),
    )


def import_specs(node: Node, c: Context) -> tuple[ast.ImportSpec, ...]:
    """The specs of an import declaration."""
    return tuple([_import_spec(spec, c) for spec in _inner(node, _IMPORT_SPEC, _IMPORT_SPECS)])


def _import_spec(node: Node, c: Context) -> ast.ImportSpec:
    *name, path = solid(node.named_children)
    return ast.ImportSpec(node.start_byte, node.end_byte, c.text(name[0]) if name else "", c.text(path)[1:-1])
