"""Types of the grammar to types of the AST: a type is an expression there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pubcheck.syntax import ast
from pubcheck.syntax.conversion import DEPTH_LIMIT, EXPRESSIONS, NAMES, Context, converts, solid
from pubcheck.syntax.grammar import kind, kinds, token

if TYPE_CHECKING:
    from tree_sitter import Node

_STAR: Final = token("*")
_CHAN: Final = token("chan")
_CHANNEL: Final = kind("channel_type")
_COMMA: Final = token(",")
_PARAMETERS: Final = kind("parameter_list")
_PARAMETER: Final = kind("parameter_declaration")
_VARIADIC: Final = kind("variadic_parameter_declaration")
_TYPE_PARAMETER: Final = kind("type_parameter_declaration")
_FIELD: Final = kind("field_declaration")
_METHOD: Final = kind("method_elem")
_STRINGS: Final = frozenset(kinds("raw_string_literal", "interpreted_string_literal"))
_ELEMENT: Final = kind("type_elem")
_NEGATED: Final = kind("negated_type")


def type_expression(node: Node, c: Context, depth: int) -> ast.Expr:
    """Convert a type; what is none becomes a ``BadExpr``."""
    converter = EXPRESSIONS.get(node.kind_id)
    if converter is None:
        return ast.BadExpr(node.start_byte, node.end_byte)
    result: ast.Expr = converter(node, c, depth)
    return result


def fields(node: Node, c: Context, depth: int) -> tuple[ast.Field, ...]:
    """The fields of a list of parameters, results or type parameters."""
    if not node.named_child_count:
        return ()
    found = []
    named = 0
    for child in node.named_children:
        converter = _PARAMETER_KINDS.get(child.kind_id)
        if converter is not None:
            field = converter(child, c, depth)
            found.append(field)
            if field.names:
                named += 1
    return _regrouped(found) if 0 < named < len(found) else tuple(found)


def _regrouped(found: list[ast.Field]) -> tuple[ast.Field, ...]:
    """Names of a long group, which the parser takes for types: in Go either all parameters have names or none."""
    out = []
    names: list[ast.Ident] = []
    for field in found:
        if not field.names and isinstance(field.type, ast.Ident) and not field.variadic:
            names.append(field.type)
        elif names:
            names += field.names
            out.append(ast.Field(names[0].pos, field.end, tuple(names), field.type, field.tag, field.variadic))
            names = []
        else:
            out.append(field)
    return tuple(out) + tuple([ast.Field(name.pos, name.end, (), name) for name in names])


def _parameter(node: Node, c: Context, depth: int) -> ast.Field:
    children = node.named_children
    if len(children) > 1:
        children = solid(children)
    *names, type_ = children
    return ast.Field(
        node.start_byte, node.end_byte, _names(names, c) if names else (), type_expression(type_, c, depth)
    )


def _variadic(node: Node, c: Context, depth: int) -> ast.Field:
    *names, type_ = solid(node.named_children)
    return ast.Field(node.start_byte, node.end_byte, _names(names, c), type_expression(type_, c, depth), variadic=True)


_PARAMETER_KINDS: Final = {_PARAMETER: _parameter, _TYPE_PARAMETER: _parameter, _VARIADIC: _variadic}


def _names(nodes: list[Node], c: Context) -> tuple[ast.Ident, ...]:
    data = c.data
    return tuple([ast.Ident(n.start_byte, n.end_byte, NAMES[data[n.start_byte : n.end_byte]]) for n in nodes])


def results(node: Node, c: Context, depth: int) -> tuple[ast.Field, ...]:
    """The results of a function: a list or a lone type."""
    if node.kind_id == _PARAMETERS:
        return fields(node, c, depth)
    return (ast.Field(node.start_byte, node.end_byte, (), type_expression(node, c, depth)),)


class Signature(NamedTuple):
    """The parts of a function's type: where it begins, and the nodes after the keyword and the name."""

    start: int
    type_params: tuple[ast.Field, ...]
    params: Node
    result: list[Node]


def function_type(parts: Signature, c: Context, depth: int) -> ast.FuncType:
    """A function's type; it ends with the last part that is there."""
    start, type_params, params, result = parts
    if not result:
        return ast.FuncType(start, params.end_byte, type_params, fields(params, c, depth), ())
    return ast.FuncType(start, result[0].end_byte, type_params, fields(params, c, depth), results(result[0], c, depth))


@converts(EXPRESSIONS, "function_type")
def _function(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    children = solid(node.children)
    return function_type(Signature(node.start_byte, (), children[1], children[2:]), c, depth + 1)


@converts(EXPRESSIONS, "generic_type")
def _generic(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    base, arguments = solid(node.children)
    indices = tuple([type_expression(child, c, depth + 1) for child in solid(arguments.named_children)])
    if base.kind_id != _NEGATED:
        x = type_expression(base, c, depth + 1)
        return ast.Index(node.start_byte, node.end_byte, x, indices)
    # The grammar binds ~ tighter than the arguments.
    named = type_expression(solid(base.children)[1], c, depth + 1)
    instance = ast.Index(named.pos, node.end_byte, named, indices)
    return ast.Unary(node.start_byte, node.end_byte, "~", instance)


@converts(EXPRESSIONS, "type_elem", "type_constraint")
def _union(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    first, *rest = solid(node.named_children)
    union = type_expression(first, c, depth + 1)
    for term in rest:
        union = ast.Binary(union.pos, term.end_byte, "|", union, type_expression(term, c, depth + 1))
    return union


@converts(EXPRESSIONS, "pointer_type")
def _pointer(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    children = node.children
    if len(children) != 2:
        children = solid(children)
    return ast.Star(node.start_byte, node.end_byte, type_expression(children[1], c, depth + 1))


@converts(EXPRESSIONS, "negated_type")
def _negated(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    return ast.Unary(node.start_byte, node.end_byte, "~", type_expression(solid(node.children)[1], c, depth + 1))


@converts(EXPRESSIONS, "array_type")
def _array(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    length, element = solid(node.named_children)
    return ast.ArrayType(
        node.start_byte, node.end_byte, type_expression(length, c, depth + 1), type_expression(element, c, depth + 1)
    )


@converts(EXPRESSIONS, "implicit_length_array_type")
def _counted_array(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    (element,) = solid(node.named_children)
    return ast.ArrayType(node.start_byte, node.end_byte, None, type_expression(element, c, depth + 1))


@converts(EXPRESSIONS, "slice_type")
def _slice(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    (element,) = solid(node.named_children)
    return ast.SliceType(node.start_byte, node.end_byte, type_expression(element, c, depth + 1))


@converts(EXPRESSIONS, "map_type")
def _map(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    key, value = solid(node.named_children)
    return ast.MapType(
        node.start_byte, node.end_byte, type_expression(key, c, depth + 1), type_expression(value, c, depth + 1)
    )


@converts(EXPRESSIONS, "channel_type")
def _channel(node: Node, c: Context, depth: int) -> ast.Expr:
    return _channel_from(solid(node.children), c, depth)


def _channel_from(children: list[Node], c: Context, depth: int) -> ast.Expr:
    """A channel type from its tokens and its element. An arrow belongs to the leftmost ``chan`` that it can."""
    element = children[-1]
    if depth > DEPTH_LIMIT:
        return c.bad_expression(element)
    start, end = children[0].start_byte, element.end_byte
    if children[0].kind_id != _CHAN:
        return ast.ChanType(start, end, "receive", type_expression(element, c, depth + 1))
    if len(children) == 3:
        return ast.ChanType(start, end, "send", type_expression(element, c, depth + 1))
    if element.kind_id == _CHANNEL:
        inner = solid(element.children)
        if inner[0].kind_id != _CHAN:
            return ast.ChanType(start, end, "send", _channel_from(inner[1:], c, depth + 1))
    return ast.ChanType(start, end, "both", type_expression(element, c, depth + 1))


@converts(EXPRESSIONS, "struct_type")
def _struct(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    declarations = solid(node.children)[1]
    members = [_field(child, c, depth + 1) for child in declarations.named_children if child.kind_id == _FIELD]
    return ast.StructType(node.start_byte, node.end_byte, tuple(members))


def _field(node: Node, c: Context, depth: int) -> ast.Field:
    children = [child for child in solid(node.children) if child.kind_id != _COMMA]
    tag = c.text(children.pop()) if children[-1].kind_id in _STRINGS else ""
    start = node.start_byte
    if children[0].kind_id == _STAR:
        inner = type_expression(children[1], c, depth)
        return ast.Field(start, node.end_byte, (), ast.Star(start, inner.end, inner), tag)
    *names, type_ = children
    return ast.Field(start, node.end_byte, _names(names, c), type_expression(type_, c, depth), tag)


@converts(EXPRESSIONS, "interface_type")
def _interface(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    methods = []
    embeds = []
    for child in node.named_children:
        kind_id = child.kind_id
        if kind_id == _METHOD:
            name, params, *result = solid(child.children)
            (label,) = _names([name], c)
            signature = function_type(Signature(params.start_byte, (), params, result), c, depth + 1)
            methods.append(ast.Method(child.start_byte, child.end_byte, label, signature))
        elif kind_id == _ELEMENT:
            embeds.append(_union(child, c, depth + 1))
    return ast.InterfaceType(node.start_byte, node.end_byte, tuple(methods), tuple(embeds))
