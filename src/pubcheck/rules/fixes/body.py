"""A function as its author wrote it: its statements, what stands around them, and what their names mean."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from pubcheck.syntax import ast, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pubcheck.analysis import PackageFacts
    from pubcheck.model.info import Info
    from pubcheck.model.package import GoSource, Package
    from pubcheck.model.symbols import Symbol
    from pubcheck.source import Span


class Body:
    """The declared function around a place, literals in it included."""

    def __init__(self, package: PackageFacts, file: GoSource, decl: ast.FuncDecl, info: Info, block: ast.Block) -> None:
        """Look at the body ``block`` of ``decl``, whose names ``info`` knows."""
        self.package = package
        self.file = file
        self.decl = decl
        self.info = info
        self.block = block

    @cached_property
    def _parents(self) -> dict[ast.Node, ast.Node]:
        parents: dict[ast.Node, ast.Node] = {}
        pending: list[ast.Node] = [self.block]
        while pending:
            node = pending.pop()
            for child in _children(node):
                parents[child] = node
                pending.append(child)
        return parents

    @cached_property
    def _by_place(self) -> dict[tuple[int, int], list[ast.Node]]:
        found: dict[tuple[int, int], list[ast.Node]] = {}
        for node in walk(self.block):
            found.setdefault((node.pos, node.end), []).append(node)
        return found

    def at(self, span: Span) -> Sequence[ast.Node]:
        """The nodes that lie exactly at ``span``, from the outermost."""
        return self._by_place.get((span.start, span.end), ())

    def call_at(self, span: Span) -> ast.Call | None:
        """The call at ``span``, be it a whole statement, a started or a deferred one."""
        for node in self.at(span):
            inner = node.call if isinstance(node, ast.Go | ast.Defer) else node
            inner = inner.x if isinstance(inner, ast.ExprStmt) else inner
            if isinstance(inner, ast.Call):
                return inner
        return None

    def text(self, node: ast.Node) -> str:
        """What is written there."""
        return self.file.source.text(node.pos, node.end)

    def around(self, node: ast.Node) -> Iterator[ast.Node]:
        """What ``node`` stands in, the innermost first; the body of the function is the last."""
        parent = self._parents.get(node)
        while parent is not None:
            yield parent
            parent = self._parents.get(parent)

    def statement(self, node: ast.Node) -> ast.Stmt | None:
        """The innermost statement of a list of statements that ``node`` is or lies in."""
        while node in self._parents:
            parent = self._parents[node]
            if isinstance(node, ast.Stmt) and any(node is one for one in _list_of(parent)):
                return node
            node = parent
        return None

    def siblings(self, statement: ast.Stmt) -> Sequence[ast.Stmt]:
        """The list of statements that ``statement`` stands in."""
        parent = self._parents.get(statement)
        return () if parent is None else _list_of(parent)

    def position(self, statement: ast.Stmt) -> int:
        """The index of ``statement`` among its siblings."""
        return next(index for index, one in enumerate(self.siblings(statement)) if one is statement)

    def literal(self, node: ast.Node) -> ast.FuncLit | None:
        """The function literal right around ``node``."""
        return next((one for one in self.around(node) if isinstance(one, ast.FuncLit)), None)

    def own(self, node: ast.Node) -> ast.Block:
        """The body of the literal, or of the declared function, that ``node`` belongs to."""
        literal = self.literal(node)
        return self.block if literal is None else literal.body

    def uses(self, symbol: Symbol | None) -> list[ast.Ident]:
        """Where the function names ``symbol``, its declaration included."""
        if symbol is None:
            return []
        return [one for one in walk(self.block) if isinstance(one, ast.Ident) and self._names(one, symbol)]

    def _names(self, ident: ast.Ident, symbol: Symbol) -> bool:
        """Whether ``ident`` names ``symbol``, which may come from a look at the function at another time."""
        if ident.name != symbol.name:
            return False
        named = self.info.symbol(ident)
        return named is not None and (named.path, named.pos) == (symbol.path, symbol.pos)

    def around_place(self, span: Span) -> Iterator[ast.Node]:
        """The nodes that ``span`` lies in, the innermost first."""
        found = [one for one in walk(self.block) if one.pos <= span.start and span.end <= one.end]
        return reversed(found)

    def calls(self, root: ast.Node) -> Iterator[ast.Call]:
        """The calls below ``root``, without those of function literals in it."""
        return (node for node in inside(root) if isinstance(node, ast.Call))

    def is_in_loop(self, node: ast.Node) -> bool:
        """Whether ``node`` stands in a loop of the literal or function that it belongs to."""
        for one in self.around(node):
            if isinstance(one, ast.For | ast.Range):
                return True
            if isinstance(one, ast.FuncLit):
                return False
        return False

    def is_changed(self, symbol: Symbol, root: ast.Node) -> bool:
        """Whether something below ``root`` gives a variable another value, in literals too."""
        for node in inside(root, literals=True):
            targets: tuple[ast.Expr | None, ...] = ()
            if isinstance(node, ast.Assign):
                targets = node.left
            elif isinstance(node, ast.IncDec):
                targets = (node.x,)
            elif isinstance(node, ast.Range):
                targets = (node.key, node.value)
            if any(isinstance(one, ast.Ident) and self._names(one, symbol) for one in targets):
                return True
        return False

    def has_comment(self, start: int, end: int) -> bool:
        """Whether a comment begins between two offsets."""
        return any(start <= comment.pos < end for comment in self.file.tree.comments)


def body_of(package: PackageFacts, span: Span) -> Body | None:
    """The function that ``span`` lies in; None outside of functions, and where the source is broken."""
    file = file_of(package, span.path)
    decl = file.tree.function_at(span.start) if file is not None else None
    return None if decl is None or decl.broken else _body(package, span.path, decl)


def file_of(package: PackageFacts, path: str) -> GoSource | None:
    """The package's file at ``path``."""
    return next((one for one in package.package.files if one.source.path == path), None)


def _body(package: PackageFacts, path: str, decl: ast.FuncDecl) -> Body | None:
    known = _known(package.package)
    file = file_of(package, path)
    if file is None:
        return None
    text = file.source.piece(decl.pos, decl.end)
    if decl not in known or known[decl][0] != text:
        info = package.package.info(decl)
        sound = info.body is not None and not info.partial
        known[decl] = (text, Body(package, file, decl, info, info.body) if sound and info.body is not None else None)
    body = known[decl][1]
    if body is not None:
        body.package = package
    return body


@lru_cache(maxsize=1)
def _known(_package: Package) -> dict[ast.FuncDecl, tuple[bytes, Body | None]]:
    """The functions of the package that were asked for, each with its text: for one fix after the other, and edits."""
    return {}


def bodies_of(package: PackageFacts, text: bytes) -> Iterator[Body]:
    """The functions of the package that hold ``text``, its tests' included."""
    for file in package.package.files:
        for decl in file.tree.file.functions:
            if decl.body_span is None or text not in file.source.piece(*decl.body_span):
                continue
            body = _body(package, file.source.path, decl)
            if body is not None:
                yield body


def _list_of(node: ast.Node) -> tuple[ast.Stmt, ...]:
    if isinstance(node, ast.Block):
        return node.statements
    return node.body if isinstance(node, ast.Case | ast.CommClause) else ()


def _children(node: ast.Node) -> Iterator[ast.Node]:
    for name in node.__struct_fields__[2:]:
        value: Any = getattr(node, name)
        if isinstance(value, ast.Node):
            yield value
        elif isinstance(value, tuple):
            yield from (part for part in value if isinstance(part, ast.Node))


def inside(root: ast.Node, *, literals: bool = False) -> Iterator[ast.Node]:
    """``root`` and what it holds; without what is in its function literals, unless they are wanted."""
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        if literals or node is root or not isinstance(node, ast.FuncLit):
            pending += reversed(list(_children(node)))


def stripped(expr: ast.Expr) -> ast.Expr:
    """``expr`` without the parentheses around it."""
    while isinstance(expr, ast.Paren):
        expr = expr.x
    return expr


def is_steady(expr: ast.Expr) -> bool:
    """Whether an expression is a variable and fields of it: looked at twice it is the same, and costs nothing."""
    expr = stripped(expr)
    if isinstance(expr, ast.Selector | ast.Star):
        return is_steady(expr.x)
    return isinstance(expr, ast.Ident) and expr.name != "_"


def leaves(body: Body, statements: Sequence[ast.Stmt]) -> list[ast.Stmt]:
    """Statements among ``statements`` that lead elsewhere than to the next one: returns, and jumps out of them."""
    found: list[ast.Stmt] = []
    first, last = (statements[0].pos, statements[-1].end) if statements else (0, 0)
    for statement in statements:
        found += [
            node
            for node in inside(statement)
            if isinstance(node, ast.Return) or (isinstance(node, ast.Branch) and _goes_out(body, node, first, last))
        ]
    return found


_TAKES_BREAK = (ast.For, ast.Range, ast.Switch, ast.TypeSwitch, ast.Select)
_TAKES_CONTINUE = (ast.For, ast.Range)


def _goes_out(body: Body, branch: ast.Branch, first: int, last: int) -> bool:
    if branch.label is not None or branch.keyword == "goto":
        return True
    if branch.keyword == "fallthrough":
        return False
    takers = _TAKES_BREAK if branch.keyword == "break" else _TAKES_CONTINUE
    taker = next((one for one in body.around(branch) if isinstance(one, takers)), None)
    return taker is None or not (first <= taker.pos and taker.end <= last)
