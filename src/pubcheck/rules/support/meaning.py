"""What the predicates of query rules mean: questions about captured nodes of one file.

====================  ======================================================================================
``#type? x T ...``    the type of x, or what it points to, is one of the full names
``#callee? x f ...``  the call x calls one of the functions, by full name: ``(*sync.Mutex).Lock``
``#same-path? x y``   x and y are the same variable, field or element, as far as names tell
``#captured? x``      the variable that x begins with is declared outside of the function literal around x
``#in-goroutine? x``  x runs on a goroutine that pubcheck sees being started
``#in-loop? x``       x is in a loop of the function that it stands in
``#in-test? x``       x stands in a ``_test.go`` file
``#under-lock? x``    a lock is certainly held where x runs
``#commented? x y r`` a comment from the line above x to the end of y's line matches the regular expression r
====================  ======================================================================================

Each answers None where it can't be told, and then neither the predicate nor its negation holds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pubcheck.model.callee import FuncTarget, InterfaceTarget
from pubcheck.model.printing import type_string
from pubcheck.model.symbols import PackageName, Symbol, Var, VarKind
from pubcheck.model.types import Pointer, Unknown
from pubcheck.syntax import ast, remark, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.model.info import Info
    from pubcheck.model.package import GoSource
    from pubcheck.syntax import Captured, Match, Predicate

_Path = tuple[Symbol, tuple[Any, ...]]


class Meaning:
    """Answers the predicates for the matches in one file of a package."""

    def __init__(self, facts: PackageFacts, file: GoSource) -> None:
        """Ask about ``file``."""
        self._facts = facts
        self._file = file
        self._tree = file.tree
        self._infos: dict[ast.FuncDecl, Info] = {}

    def holds(self, predicate: Predicate, match: Match) -> bool:
        """Whether ``predicate`` holds for ``match``, its negation not regarded."""
        captures = [match.captures.get(one[1:], ()) for one in predicate.arguments if one.startswith("@")]
        words = [one for one in predicate.arguments if not one.startswith("@")]
        if not all(captures):
            return predicate.negated
        answer = _ANSWERS[predicate.name](self, [nodes[0] for nodes in captures], words)
        return predicate.negated if answer is None else answer

    def _type(self, nodes: list[Captured], names: list[str]) -> bool | None:
        expr, info = self._expression(nodes[0])
        if expr is None or info is None:
            return None
        t = info.type(expr)
        if isinstance(t, Pointer):
            t = t.element
        return None if isinstance(t, Unknown) else type_string(t) in names

    def _callee(self, nodes: list[Captured], names: list[str]) -> bool | None:
        expr, info = self._expression(nodes[0])
        if not isinstance(expr, ast.Call) or info is None:
            return None
        target = info.callee(expr)
        if isinstance(target, FuncTarget | InterfaceTarget):
            return target.func.full_name in names
        return None

    def _same_path(self, nodes: list[Captured], _words: list[str]) -> bool | None:
        paths = [self._path(node) for node in nodes]
        return None if None in paths else all(path == paths[0] for path in paths)

    def _captured(self, nodes: list[Captured], _words: list[str]) -> bool | None:
        path = self._path(nodes[0])
        literal = self._literal(nodes[0])
        if path is None or literal is None:
            return None
        root = path[0]
        if isinstance(root, Var) and root.kind is VarKind.GLOBAL:
            return True
        return not literal.pos <= root.pos < literal.end

    def _in_goroutine(self, nodes: list[Captured], _words: list[str]) -> bool | None:
        return any(function.starts for function in self._functions(nodes[0]))

    def _in_loop(self, nodes: list[Captured], _words: list[str]) -> bool | None:
        literal = self._literal(nodes[0])
        first = literal.pos if literal is not None else 0
        return any(
            node.body.pos <= nodes[0].pos < node.body.end
            for node in self._around(nodes[0])
            if isinstance(node, ast.For | ast.Range) and node.pos >= first
        )

    def _in_test(self, _nodes: list[Captured], _words: list[str]) -> bool | None:
        return self._file.source.path.endswith("_test.go")

    def _under_lock(self, nodes: list[Captured], _words: list[str]) -> bool | None:
        at = nodes[0]
        held = [
            function.protection(event)
            for function in self._functions(at)
            for events in (function.calls, function.accesses, function.blocking)
            for event in events
            if at.pos <= event.span.start and event.span.end <= at.end
        ]
        return all(held) if held else None

    def _commented(self, nodes: list[Captured], words: list[str]) -> bool | None:
        lines = self._file.source.lines
        first = min(node.pos for node in nodes)
        last = lines.line_range(lines.line(max(node.end for node in nodes)))[1]
        comments = self._tree.comments_by_place
        function = self._tree.function_at(first)
        above = comments.doc(function.pos) if function is not None else ()
        near = (*above, *comments.doc(first), *(one for one in comments.all if first <= one.pos < last))
        return any(re.search(word, remark(comment)) for comment in near for word in words)

    # --- from places to syntax

    def _expression(self, node: Captured) -> tuple[ast.Expr | None, Info | None]:
        info = self._info(node)
        body = info.body if info is not None else None
        return (self._tree.expression_at(node.pos, node.end, body), info) if body is not None else (None, None)

    def _info(self, node: Captured) -> Info | None:
        decl = self._tree.function_at(node.pos)
        if decl is None:
            return None
        info = self._infos.get(decl)
        if info is None:
            info = self._infos[decl] = self._facts.package.info(decl, self._file)
        return info

    def _around(self, node: Captured) -> Iterator[ast.Node]:
        """The nodes of the function's body that ``node`` lies in, from the outermost."""
        info = self._info(node)
        if info is not None and info.body is not None:
            yield from (one for one in walk(info.body) if one.pos <= node.pos and node.end <= one.end)

    def _literal(self, node: Captured) -> ast.FuncLit | None:
        """The function literal right around ``node``."""
        return max(
            (one for one in self._around(node) if isinstance(one, ast.FuncLit)), key=lambda one: one.pos, default=None
        )

    def _functions(self, node: Captured) -> Iterator[FunctionFacts]:
        return self._facts.around(self._file.source.path, node.pos, node.end)

    def _path(self, node: Captured) -> _Path | None:
        expr, info = self._expression(node)
        return None if expr is None or info is None else path_of(expr, info)


def path_of(expr: ast.Expr, info: Info) -> _Path | None:
    """The symbol that ``expr`` begins with and the steps from there; pointers are gone through silently."""
    match expr:
        case ast.Ident():
            symbol = info.symbol(expr)
            return None if symbol is None else (symbol, ())
        case ast.Paren() | ast.Star():
            return path_of(expr.x, info)
        case ast.Selector():
            if isinstance(expr.x, ast.Ident) and isinstance(info.symbol(expr.x), PackageName):
                selection = info.selection(expr)
                return None if selection is None else (selection.obj, ())
            base = path_of(expr.x, info)
            return None if base is None else (base[0], (*base[1], expr.name.name))
        case ast.Index() if len(expr.indices) == 1:
            base = path_of(expr.x, info)
            index = _index_of(expr.indices[0], info)
            return None if base is None or index is None else (base[0], (*base[1], (index,)))
    return None


def _index_of(expr: ast.Expr, info: Info) -> object:
    value = info.constant(expr)
    return path_of(expr, info) if value is None else value


_ANSWERS: dict[str, Callable[[Meaning, list[Captured], list[str]], bool | None]] = {
    "type": Meaning._type,  # noqa: SLF001 the class's own table
    "callee": Meaning._callee,  # noqa: SLF001
    "same-path": Meaning._same_path,  # noqa: SLF001
    "captured": Meaning._captured,  # noqa: SLF001
    "in-goroutine": Meaning._in_goroutine,  # noqa: SLF001
    "in-loop": Meaning._in_loop,  # noqa: SLF001
    "in-test": Meaning._in_test,  # noqa: SLF001
    "under-lock": Meaning._under_lock,  # noqa: SLF001
    "commented": Meaning._commented,  # noqa: SLF001
}

OF_FACTS = frozenset(("in-goroutine", "under-lock"))
"""Predicates whose answers hang on more than a function's text and on what the package declares."""
