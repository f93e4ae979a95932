"""Statements of the grammar to statements of the AST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pubcheck.syntax import ast
from pubcheck.syntax.conversion import (
    DEPTH_LIMIT,
    EXPRESSIONS,
    MISSHAPEN,
    STATEMENTS,
    Context,
    Converter,
    converts,
    solid,
)
from pubcheck.syntax.expressions import expression, expression_list, identifier
from pubcheck.syntax.grammar import ERROR, KIND_NAMES, kind, token
from pubcheck.syntax.specs import type_specs, value_specs

if TYPE_CHECKING:
    from tree_sitter import Node

_SEMICOLON: Final = token(";")
_OPEN: Final = token("{")
_DEFINE: Final = token(":=")
_STATEMENT_LIST: Final = kind("statement_list")
_FOR_CLAUSE: Final = kind("for_clause")
_RANGE_CLAUSE: Final = kind("range_clause")
_DEFAULT: Final = kind("default_case")
_EXPRESSION_LIST: Final = kind("expression_list")
_LABEL: Final = kind("label_name")


def statement(node: Node, c: Context, depth: int) -> ast.Stmt:
    """Convert a statement, or an expression that stands for one."""
    converter = STATEMENTS.get(node.kind_id)
    if converter is not None:
        result: ast.Stmt = converter(node, c, depth)
        return result
    if node.kind_id in EXPRESSIONS:
        return ast.ExprStmt(node.start_byte, node.end_byte, expression(node, c, depth))
    return ast.BadStmt(node.start_byte, node.end_byte)


def _tolerant(converter: Converter, node: Node, c: Context, depth: int) -> ast.Stmt:
    """Convert a statement that holds an error; one that lacks a part is bad."""
    try:
        result: ast.Stmt = converter(node, c, depth)
    except MISSHAPEN:
        return ast.BadStmt(node.start_byte, node.end_byte)
    return result


def _clause_body(children: list[Node], c: Context, depth: int) -> tuple[ast.Stmt, ...]:
    """Statements of a clause; what the parser skipped beside them is kept as bad."""
    out: list[ast.Stmt] = []
    for child in children:
        if child.kind_id == _STATEMENT_LIST:
            for node in child.named_children:
                converter = STATEMENTS.get(node.kind_id)
                if converter is not None:
                    out.append(_tolerant(converter, node, c, depth) if node.has_error else converter(node, c, depth))
        elif child.kind_id == ERROR:
            out.append(ast.BadStmt(child.start_byte, child.end_byte))
    return tuple(out)


@converts(STATEMENTS, "block")
def block(node: Node, c: Context, depth: int) -> ast.Block:
    """``{ ... }``; one that lies too deep is empty."""
    start = node.start_byte
    end = node.end_byte
    if depth > DEPTH_LIMIT:
        return ast.Block(start, end, (c.bad_statement(node),))
    return ast.Block(start, end, _clause_body(node.named_children, c, depth + 1))


def _skipped(node: Node, _c: Context, _depth: int) -> ast.BadStmt:
    return ast.BadStmt(node.start_byte, node.end_byte)


STATEMENTS[ERROR] = _skipped


@converts(STATEMENTS, "expression_statement")
def _expression(node: Node, c: Context, depth: int) -> ast.Stmt:
    children = node.children
    if len(children) != 1:
        children = solid(children)
    return ast.ExprStmt(node.start_byte, node.end_byte, expression(children[0], c, depth))


@converts(STATEMENTS, "send_statement")
def _send(node: Node, c: Context, depth: int) -> ast.Stmt:
    channel, _, value = solid(node.children)
    return ast.Send(node.start_byte, node.end_byte, expression(channel, c, depth), expression(value, c, depth))


@converts(STATEMENTS, "inc_statement", "dec_statement")
def _increment(node: Node, c: Context, depth: int) -> ast.Stmt:
    x, op = solid(node.children)
    return ast.IncDec(node.start_byte, node.end_byte, expression(x, c, depth), KIND_NAMES[op.kind_id])


@converts(STATEMENTS, "assignment_statement", "short_var_declaration")
def _assign(node: Node, c: Context, depth: int) -> ast.Stmt:
    children = node.children
    if len(children) != 3:
        children = solid(children)
    left, op, right = children
    return ast.Assign(
        node.start_byte,
        node.end_byte,
        expression_list(left, c, depth),
        KIND_NAMES[op.kind_id],
        expression_list(right, c, depth),
    )


@converts(STATEMENTS, "receive_statement")
def _receive(node: Node, c: Context, depth: int) -> ast.Stmt:
    children = solid(node.children)
    value = expression(children[-1], c, depth)
    if len(children) == 1:
        return ast.ExprStmt(node.start_byte, node.end_byte, value)
    left, op, _ = children
    names = expression_list(left, c, depth)
    return ast.Assign(node.start_byte, node.end_byte, names, KIND_NAMES[op.kind_id], (value,))


@converts(STATEMENTS, "labeled_statement")
def _labeled(node: Node, c: Context, depth: int) -> ast.Stmt:
    if depth > DEPTH_LIMIT:
        return c.bad_statement(node)
    label, _, *rest = solid(node.children)
    inner = statement(rest[0], c, depth + 1) if rest else ast.Empty(node.end_byte, node.end_byte)
    return ast.Labeled(node.start_byte, node.end_byte, identifier(label, c, depth), inner)


@converts(STATEMENTS, "fallthrough_statement", "break_statement", "continue_statement", "goto_statement")
def _branch(node: Node, c: Context, depth: int) -> ast.Stmt:
    label = None
    for child in node.named_children:
        if child.kind_id == _LABEL:
            label = identifier(child, c, depth)
    keyword = KIND_NAMES[node.kind_id].removesuffix("_statement")
    return ast.Branch(node.start_byte, node.end_byte, keyword, label)


@converts(STATEMENTS, "empty_statement")
def _empty(node: Node, _c: Context, _depth: int) -> ast.Stmt:
    return ast.Empty(node.start_byte, node.end_byte)


@converts(STATEMENTS, "return_statement")
def _return(node: Node, c: Context, depth: int) -> ast.Stmt:
    results: tuple[ast.Expr, ...] = ()
    for child in node.named_children:
        if child.kind_id == _EXPRESSION_LIST:
            results = expression_list(child, c, depth)
    return ast.Return(node.start_byte, node.end_byte, results)


@converts(STATEMENTS, "go_statement")
def _go(node: Node, c: Context, depth: int) -> ast.Stmt:
    return ast.Go(node.start_byte, node.end_byte, expression(solid(node.children)[1], c, depth))


@converts(STATEMENTS, "defer_statement")
def _defer(node: Node, c: Context, depth: int) -> ast.Stmt:
    return ast.Defer(node.start_byte, node.end_byte, expression(solid(node.children)[1], c, depth))


def _header(children: list[Node], c: Context, depth: int) -> tuple[ast.Stmt | None, list[Node]]:
    """Split off ``keyword init;``: the init statement if there is one, and the children after it."""
    if children[1].kind_id == _SEMICOLON:
        return None, children[2:]
    if children[2].kind_id == _SEMICOLON:
        return statement(children[1], c, depth), children[3:]
    return None, children[1:]


@converts(STATEMENTS, "if_statement")
def _if(node: Node, c: Context, depth: int) -> ast.Stmt:
    if depth > DEPTH_LIMIT:
        return c.bad_statement(node)
    init, rest = _header(solid(node.children), c, depth + 1)
    cond = expression(rest[0], c, depth + 1)
    then = block(rest[1], c, depth + 1)
    orelse = statement(rest[3], c, depth + 1) if len(rest) > 3 else None
    return ast.If(node.start_byte, node.end_byte, init, cond, then, orelse)


@converts(STATEMENTS, "for_statement")
def _for(node: Node, c: Context, depth: int) -> ast.Stmt:
    if depth > DEPTH_LIMIT:
        return c.bad_statement(node)
    _, *head, body = solid(node.children)
    if not head:
        return ast.For(node.start_byte, node.end_byte, None, None, None, block(body, c, depth + 1))
    kind_id = head[0].kind_id
    if kind_id == _RANGE_CLAUSE:
        return _range(node, head[0], body, c, depth)
    init, cond, post = _for_clause(head[0], c, depth) if kind_id == _FOR_CLAUSE else (None, head[0], None)
    condition = None if cond is None else expression(cond, c, depth + 1)
    return ast.For(node.start_byte, node.end_byte, init, condition, post, block(body, c, depth + 1))


def _for_clause(node: Node, c: Context, depth: int) -> tuple[ast.Stmt | None, Node | None, ast.Stmt | None]:
    parts: list[Node | None] = [None, None, None]
    at = 0
    for child in solid(node.children):
        if child.kind_id == _SEMICOLON:
            at += 1
        else:
            parts[at] = child
    init, cond, post = parts
    return (
        None if init is None else statement(init, c, depth + 1),
        cond,
        None if post is None else statement(post, c, depth + 1),
    )


def _range(node: Node, clause: Node, body: Node, c: Context, depth: int) -> ast.Stmt:
    children = solid(clause.children)
    x = expression(children[-1], c, depth + 1)
    names: tuple[ast.Expr, ...] = ()
    define = False
    if len(children) == 4:
        names = expression_list(children[0], c, depth + 1)
        define = children[1].kind_id == _DEFINE
    key = names[0] if names else None
    value = names[1] if len(names) > 1 else None
    return ast.Range(node.start_byte, node.end_byte, key, value, define, x, block(body, c, depth + 1))


@converts(STATEMENTS, "expression_switch_statement")
def _switch(node: Node, c: Context, depth: int) -> ast.Stmt:
    if depth > DEPTH_LIMIT:
        return c.bad_statement(node)
    init, rest = _header(solid(node.children), c, depth + 1)
    tag = None if rest[0].kind_id == _OPEN else expression(rest[0], c, depth + 1)
    return ast.Switch(node.start_byte, node.end_byte, init, tag, _cases(rest, c, depth + 1))


@converts(STATEMENTS, "type_switch_statement")
def _type_switch(node: Node, c: Context, depth: int) -> ast.Stmt:
    if depth > DEPTH_LIMIT:
        return c.bad_statement(node)
    init, rest = _header(solid(node.children), c, depth + 1)
    name = None
    if rest[1].kind_id == _DEFINE:
        bound = expression_list(rest[0], c, depth)
        name = bound[0] if bound and isinstance(bound[0], ast.Ident) else None
        rest = rest[2:]
    x = expression(rest[0], c, depth + 1)
    return ast.TypeSwitch(node.start_byte, node.end_byte, init, name, x, _cases(rest, c, depth + 1))


def _cases(children: list[Node], c: Context, depth: int) -> tuple[ast.Case, ...]:
    return tuple([_CASES[child.kind_id](child, c, depth) for child in children if child.kind_id in _CASES])


def _expression_case(node: Node, c: Context, depth: int) -> ast.Case:
    children = solid(node.children)
    values = expression_list(children[1], c, depth)
    return ast.Case(node.start_byte, node.end_byte, values, False, _clause_body(node.named_children, c, depth))


def _type_case(node: Node, c: Context, depth: int) -> ast.Case:
    values = expression_list(node, c, depth)
    return ast.Case(node.start_byte, node.end_byte, values, False, _clause_body(node.named_children, c, depth))


def _default_case(node: Node, c: Context, depth: int) -> ast.Case:
    return ast.Case(node.start_byte, node.end_byte, (), True, _clause_body(node.named_children, c, depth))


_CASES: Final = {
    kind("expression_case"): _expression_case,
    kind("type_case"): _type_case,
    _DEFAULT: _default_case,
}
_COMMUNICATION: Final = kind("communication_case")
_CLAUSES: Final = frozenset((_COMMUNICATION, _DEFAULT))


@converts(STATEMENTS, "select_statement")
def _select(node: Node, c: Context, depth: int) -> ast.Stmt:
    if depth > DEPTH_LIMIT:
        return c.bad_statement(node)
    clauses = []
    for child in node.named_children:
        kind_id = child.kind_id
        if kind_id not in _CLAUSES:
            continue
        comm = statement(solid(child.children)[1], c, depth + 1) if kind_id == _COMMUNICATION else None
        body = _clause_body(child.named_children, c, depth + 1)
        clauses.append(ast.CommClause(child.start_byte, child.end_byte, comm, body))
    return ast.Select(node.start_byte, node.end_byte, tuple(clauses))


@converts(STATEMENTS, "var_declaration", "const_declaration")
def _values(node: Node, c: Context, depth: int) -> ast.Stmt:
    return ast.DeclStmt(node.start_byte, node.end_byte, value_specs(node, c, depth))


@converts(STATEMENTS, "type_declaration")
def _types(node: Node, c: Context, depth: int) -> ast.Stmt:
    return ast.DeclStmt(node.start_byte, node.end_byte, type_specs(node, c, depth))
