"""A fix while it is written: edits of statements and expressions, in the form that gofmt gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Edit, Fix
from pubcheck.edits import name_in, name_of, without
from pubcheck.model.symbols import PackageName
from pubcheck.rules.fixes.body import inside
from pubcheck.source import Span
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pubcheck.rules.fixes.body import Body


class Draft:
    """The edits of one fix in one function's file."""

    def __init__(self, body: Body) -> None:
        """Begin without an edit."""
        self._body = body
        self._source = body.file.source
        self.edits: list[Edit] = []
        self.needs: list[tuple[str, str]] = []

    def replace(self, node: ast.Node, text: str) -> None:
        """Write ``text`` in the place of ``node``."""
        self.put(node.pos, node.end, text)

    def put(self, start: int, end: int, text: str) -> None:
        """Write ``text`` in the place of the bytes between two offsets."""
        self.edits.append(Edit(Span(self._source.path, start, end), text))

    def delete(self, statement: ast.Stmt) -> None:
        """Take a statement away, with its line where it has one to itself."""
        self.edits.append(without(self._source, statement.pos, statement.end))

    def before(self, statement: ast.Stmt, *lines: str) -> None:
        """Write lines above a statement, as deep as it stands."""
        indent = self.indent(statement)
        self.put(statement.pos, statement.pos, "".join(f"{line}\n{indent}" if line else "\n" for line in lines))

    def after(self, statement: ast.Stmt, *lines: str) -> None:
        """Write lines below a statement and the comment behind it."""
        indent = self.indent(statement)
        end = self._source.lines.line_range(self._source.lines.line(statement.end))[1]
        self.put(end, end, "".join(f"\n{indent}{line}" if line else "\n" for line in lines))

    def indent(self, statement: ast.Stmt) -> str:
        """The blanks in front of the line that a statement begins on."""
        start = self._source.lines.line_range(self._source.lines.line(statement.pos))[0]
        line = self._source.text(start, statement.pos)
        return line[: len(line) - len(line.lstrip())]

    def stands_alone(self, *statements: ast.Stmt) -> bool:
        """Whether each begins its line, and nothing but a comment ends the line that it ends on."""
        lines = self._source.lines
        for statement in statements:
            start = lines.line_range(lines.line(statement.pos))[0]
            end = lines.line_range(lines.line(statement.end))[1]
            rest = self._source.text(statement.end, end).strip()
            if self._source.text(start, statement.pos).strip() or (rest and not rest.startswith("//")):
                return False
        return True

    def wrap(self, first: ast.Stmt, last: ast.Stmt, head: Sequence[str], tail: Sequence[str]) -> bool:
        """Write lines around the lines from ``first`` to ``last``, which move to the right.

        False, and nothing is edited, where they share their lines with others or a raw string forbids it.
        """
        lines = self._source.lines
        if "`" in self._source.text(first.pos, last.end) or not self.stands_alone(first, last):
            return False
        indent = self.indent(first)
        begin, end = lines.line(first.pos), lines.line(last.end)
        at = lines.line_range(begin)[0]
        self.put(at, at, "".join(f"{indent}{line}\n" for line in head))
        for number in range(begin, end + 1):
            start, stop = lines.line_range(number)
            if self._source.text(start, stop).strip():
                self.put(start, start, "\t")
        at = lines.line_range(end)[1]
        self.put(at, at, "".join(f"\n{indent}{line}" for line in tail))
        return True

    def package(self, path: str) -> str | None:
        """What the file calls the package ``path``, which it imports from now on; None where that name is taken."""
        name = name_in(self._body.file.tree.file, path)
        used = name or path.rpartition("/")[2]
        for node in inside(self._body.decl):
            if isinstance(node, ast.Field) and any(one.name == used for one in node.names):
                return None
        for node in inside(self._body.block, literals=True):
            if isinstance(node, ast.Ident) and node.name == used:
                symbol = self._body.info.symbol(node)
                if symbol is not None and not isinstance(symbol, PackageName) and symbol.pos >= 0:
                    return None
        if name is None:
            package = self._body.package.package
            imports = self._body.file.tree.file.imports
            if package.lookup(used) is not None or any(name_of(one) == used for one in imports):
                return None
            self.needs.append((self._source.path, path))
        return used

    def fix(self, title: str, *, safe: bool, others: Sequence[Draft] = ()) -> tuple[Fix, ...]:
        """The fix, together with what ``others`` edit elsewhere; empty where there is nothing to edit."""
        drafts = (self, *others)
        edits = tuple(edit for draft in drafts for edit in draft.edits)
        needs = tuple(dict.fromkeys(need for draft in drafts for need in draft.needs))
        return (Fix(title, edits, safe, needs),) if edits else ()
