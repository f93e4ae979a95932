"""Expressions of the grammar to expressions of the AST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pubcheck.syntax import ast
from pubcheck.syntax.conversion import DEPTH_LIMIT, EXPRESSIONS, NAMES, STATEMENTS, Context, converts, solid
from pubcheck.syntax.grammar import BLOCK, ERROR, EXTRAS, KIND_NAMES, kind, token
from pubcheck.syntax.types import Signature, function_type

if TYPE_CHECKING:
    from tree_sitter import Node

_EXPRESSION: Final = EXPRESSIONS.__getitem__
_MAYBE: Final = EXPRESSIONS.get

_STAR: Final = token("*")
_COLON: Final = token(":")
_CLOSE_BRACKET: Final = token("]")
_VARIADIC: Final = kind("variadic_argument")
_BINARY: Final = kind("binary_expression")
_KEYED: Final = kind("keyed_element")

_CHAIN_DEPTH: Final = DEPTH_LIMIT // 2


def expression(node: Node, c: Context, depth: int) -> ast.Expr:
    """Convert an expression or a type; what is neither becomes a ``BadExpr``."""
    converter = _MAYBE(node.kind_id)
    if converter is None:
        return ast.BadExpr(node.start_byte, node.end_byte)
    result: ast.Expr = converter(node, c, depth)
    return result


def expression_list(node: Node, c: Context, depth: int) -> tuple[ast.Expr, ...]:
    """The expressions that are direct children of ``node``."""
    out = []
    for child in node.named_children:
        converter = _MAYBE(child.kind_id)
        if converter is not None:
            out.append(converter(child, c, depth))
    return tuple(out)


def identifier(node: Node, c: Context, _depth: int) -> ast.Ident:
    """A name; one that the parser made up is empty."""
    start = node.start_byte
    end = node.end_byte
    return ast.Ident(start, end, NAMES[c.data[start:end]])


@converts(
    EXPRESSIONS,
    "identifier",
    "blank_identifier",
    "field_identifier",
    "package_identifier",
    "type_identifier",
    "label_name",
    "nil",
    "true",
    "false",
    "iota",
)
def _name(node: Node, c: Context, _depth: int) -> ast.Expr:
    start = node.start_byte
    end = node.end_byte
    if start == end:
        return ast.BadExpr(start, end)
    return ast.Ident(start, end, NAMES[c.data[start:end]])


@converts(EXPRESSIONS, "int_literal")
def _int(node: Node, c: Context, _depth: int) -> ast.BasicLit:
    return ast.BasicLit(node.start_byte, node.end_byte, "int", c.text(node))


@converts(EXPRESSIONS, "float_literal")
def _float(node: Node, c: Context, _depth: int) -> ast.BasicLit:
    return ast.BasicLit(node.start_byte, node.end_byte, "float", c.text(node))


@converts(EXPRESSIONS, "imaginary_literal")
def _imaginary(node: Node, c: Context, _depth: int) -> ast.BasicLit:
    return ast.BasicLit(node.start_byte, node.end_byte, "imaginary", c.text(node))


@converts(EXPRESSIONS, "rune_literal")
def _rune(node: Node, c: Context, _depth: int) -> ast.BasicLit:
    return ast.BasicLit(node.start_byte, node.end_byte, "rune", c.text(node))


@converts(EXPRESSIONS, "raw_string_literal", "interpreted_string_literal")
def _string(node: Node, c: Context, _depth: int) -> ast.BasicLit:
    return ast.BasicLit(node.start_byte, node.end_byte, "string", c.text(node))


@converts(EXPRESSIONS, "parenthesized_expression", "parenthesized_type")
def _paren(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    children = node.children
    if len(children) != 3:
        children = solid(children)
    return ast.Paren(node.start_byte, node.end_byte, expression(children[1], c, depth + 1))


@converts(EXPRESSIONS, "unary_expression")
def _unary(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    children = node.children
    if len(children) != 2:
        children = solid(children)
    operator, operand = children
    x = _EXPRESSION(operand.kind_id)(operand, c, depth + 1)
    op = operator.kind_id
    if op == _STAR:
        return ast.Star(node.start_byte, node.end_byte, x)
    return ast.Unary(node.start_byte, node.end_byte, KIND_NAMES[op], x)


@converts(EXPRESSIONS, "binary_expression")
def _binary(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > _CHAIN_DEPTH:
        return _deep_binary(node, c, depth)
    children = node.children
    if len(children) != 3:
        children = solid(children)
    left, operator, right = children
    x = _EXPRESSION(left.kind_id)(left, c, depth + 1)
    y = _EXPRESSION(right.kind_id)(right, c, depth + 1)
    return ast.Binary(node.start_byte, node.end_byte, KIND_NAMES[operator.kind_id], x, y)


def _deep_binary(node: Node, c: Context, depth: int) -> ast.Expr:
    """A chain ``a + b + c ...`` that leans to the left for very long, as generated tables do, goes on balanced.

    The operators that chains are made of are associative enough for what is asked about them: order of evaluation and
    operands stay, and only the limit on depth would be the alternative.
    """
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    op = solid(node.children)[1].kind_id
    operands: list[Node] = []
    while node.kind_id == _BINARY:
        left, operator, right = solid(node.children)
        if operator.kind_id != op:
            break
        operands.append(right)
        node = left
    chain = [expression(operand, c, depth + 1) for operand in (node, *reversed(operands))]
    while len(chain) > 1:
        pairs = zip(chain[::2], chain[1::2], strict=False)
        chain = [ast.Binary(x.pos, y.end, KIND_NAMES[op], x, y) for x, y in pairs] + chain[len(chain) & ~1 :]
    return chain[0]


@converts(EXPRESSIONS, "selector_expression", "qualified_type")
def _selector(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    children = node.children
    if len(children) != 3:
        children = solid(children)
    operand = children[0]
    x = _EXPRESSION(operand.kind_id)(operand, c, depth + 1)
    return ast.Selector(node.start_byte, node.end_byte, x, identifier(children[2], c, depth))


@converts(EXPRESSIONS, "index_expression")
def _index(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    children = node.children
    if len(children) != 4:
        children = solid(children)
    x = expression(children[0], c, depth + 1)
    return ast.Index(node.start_byte, node.end_byte, x, (expression(children[2], c, depth + 1),))


@converts(EXPRESSIONS, "type_instantiation_expression")
def _instantiation(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    x, *indices = expression_list(node, c, depth + 1)
    stars = []
    while isinstance(x, ast.Star):  # *G[A, B] is a pointer to G[A, B], whatever the grammar groups
        stars.append(x.pos)
        x = x.x
    made: ast.Expr = ast.Index(x.pos, node.end_byte, x, tuple(indices))
    for pos in reversed(stars):
        made = ast.Star(pos, node.end_byte, made)
    return made


@converts(EXPRESSIONS, "slice_expression")
def _slice(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    operand, _bracket, *rest = solid(node.children)
    bounds: list[ast.Expr | None] = [None, None, None]
    at = 0
    for child in rest:
        kind_id = child.kind_id
        if kind_id == _COLON:
            at += 1
        elif kind_id != _CLOSE_BRACKET:
            bounds[at] = expression(child, c, depth + 1)
    return ast.SliceExpr(node.start_byte, node.end_byte, expression(operand, c, depth + 1), *bounds)


@converts(EXPRESSIONS, "type_assertion_expression")
def _type_assertion(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    children = solid(node.children)
    x = expression(children[0], c, depth + 1)
    return ast.TypeAssert(node.start_byte, node.end_byte, x, expression(children[3], c, depth + 1))


@converts(EXPRESSIONS, "call_expression")
def _call(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    children = node.children
    if len(children) != 2:
        children = solid(children)
    function = children[0]
    fun: ast.Expr = _EXPRESSION(function.kind_id)(function, c, depth + 1)
    if len(children) == 3:
        types = children[1]
        fun = ast.Index(fun.pos, types.end_byte, fun, expression_list(types, c, depth + 1))
    args = []
    spread = False
    for child in children[-1].named_children:
        converter = _MAYBE(child.kind_id)
        if converter is not None:
            args.append(converter(child, c, depth + 1))
        elif child.kind_id == _VARIADIC:
            spread = True
            args.append(expression(solid(child.children)[0], c, depth + 1))
    return ast.Call(node.start_byte, node.end_byte, fun, tuple(args), spread)


@converts(EXPRESSIONS, "type_conversion_expression")
def _conversion(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    children = solid(node.children)
    fun = expression(children[0], c, depth + 1)
    return _converted(fun, node.end_byte, expression(children[2], c, depth + 1), c)


def _converted(fun: ast.Expr, end: int, x: ast.Expr, c: Context) -> ast.Expr:
    """``x`` converted to ``fun``; unlike in the grammar, ``*T(x)`` and ``<-chan T(x)`` apply the operator last."""
    if isinstance(fun, ast.Star):
        return ast.Star(fun.pos, end, _converted(fun.x, end, x, c))
    if isinstance(fun, ast.ChanType) and fun.direction == "receive":
        channel = ast.ChanType(c.data.find(b"chan", fun.pos), fun.end, "both", fun.element)
        return ast.Unary(fun.pos, end, "<-", _converted(channel, end, x, c))
    return ast.Call(fun.pos, end, fun, (x,), False)


@converts(EXPRESSIONS, "composite_literal")
def _composite(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    children = node.children
    if len(children) != 2:
        children = solid(children)
    type_ = expression(children[0], c, depth + 1)
    return ast.CompositeLit(node.start_byte, node.end_byte, type_, _elements(children[1], c, depth + 1))


@converts(EXPRESSIONS, "literal_value")
def _elided_composite(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    return ast.CompositeLit(node.start_byte, node.end_byte, None, _elements(node, c, depth + 1))


def _elements(node: Node, c: Context, depth: int) -> tuple[ast.Expr, ...]:
    out: list[ast.Expr] = []
    for child in node.named_children:
        kind_id = child.kind_id
        if kind_id == _KEYED:
            children = child.children
            if len(children) != 3:
                children = solid(children)
            key = _element(children[0], c, depth)
            out.append(ast.KeyValue(child.start_byte, child.end_byte, key, _element(children[2], c, depth)))
        elif kind_id not in EXTRAS:
            out.append(_element(child, c, depth))
        elif kind_id == ERROR:
            out.append(ast.BadExpr(child.start_byte, child.end_byte))
    return tuple(out)


def _element(node: Node, c: Context, depth: int) -> ast.Expr:
    children = node.children
    if len(children) != 1:
        children = solid(children)
    return expression(children[0], c, depth)


@converts(EXPRESSIONS, "func_literal")
def _func_literal(node: Node, c: Context, depth: int) -> ast.Expr:
    if depth > DEPTH_LIMIT:
        return c.bad_expression(node)
    children = solid(node.children)
    body = STATEMENTS[BLOCK](children[-1], c, depth + 1)
    signature = function_type(Signature(children[0].start_byte, (), children[1], children[2:-1]), c, depth + 1)
    return ast.FuncLit(node.start_byte, node.end_byte, signature, body)


def _skipped(node: Node, _c: Context, _depth: int) -> ast.BadExpr:
    return ast.BadExpr(node.start_byte, node.end_byte)


EXPRESSIONS[ERROR] = _skipped
