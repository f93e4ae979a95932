"""A fix while it is written: edits of statements and expressions, in the form that gofmt gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Edit, Fix
from pubcheck.edits import name_in, name_of, without
from pubcheck.rules.fixes.body import inside
from pubcheck.source import Span
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pubcheck.analysis import PackageFacts
    from pubcheck.model.package import GoSource
    from pubcheck.rules.fixes.body import Body


class FileDraft:
    """The edits of one fix in one file."""

    def __init__(self, package: PackageFacts, file: GoSource) -> None:
        """Begin without an edit."""
        self._facts = package
        self._file = file
        self._source = file.source
        self.edits: list[Edit] = []
        self.needs: list[tuple[str, str]] = []

    def replace(self, node: ast.Node, text: str) -> None:
        """Write ``text`` in the place of ``node``."""
        self.put(node.pos, node.end, text)

    def put(self, start: int, end: int, text: str) -> None:
        """Write ``text`` in the place of the bytes between two offsets."""
        self.edits.append(Edit(Span(self._source.path, start, end), text))

    def package(self, path: str) -> str | None:
        """What the file calls the package ``path``, which it imports from now on; None where that name is taken."""
        name = name_in(self._file.tree.file, path)
        if name is not None:
            return name
        used = path.rpartition("/")[2]
        imports = self._file.tree.file.imports
        if self._facts.package.lookup(used) is not None or any(name_of(one) == used for one in imports):
            return None
        self.needs.append((self._source.path, path))
        return used

    def fix(self, title: str, *, safe: bool, others: Sequence[FileDraft] = ()) -> tuple[Fix, ...]:
        """The fix, together with what ``others`` edit elsewhere; empty where there is nothing to edit."""
        drafts = (self, *others)
        edits = tuple(edit for draft in drafts for edit in draft.edits)
        needs = tuple(dict.fromkeys(need for draft in drafts for need in draft.needs))
        return (Fix(title, edits, safe, needs),) if edits else ()


class Draft(FileDraft):
    """The edits of one fix in one function."""

    def __init__(self, body: Body) -> None:
        """Begin without an edit."""
        super().__init__(body.package, body.file)
        self._body = body

    def delete(self, statement: ast.Stmt, last: ast.Stmt | None = None) -> None:
        """Take a statement away, with its line where it has one to itself; or all up to ``last``, which follows it."""
        self.edits.append(without(self._source, statement.pos, (last or statement).end))

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

    def unwrap(self, outer: ast.Stmt, first: ast.Stmt, last: ast.Stmt, head: str = "", tail: str = "") -> bool:
        """Leave of ``outer`` what lies from ``first`` to ``last``, moved to the left, between ``head`` and ``tail``.

        False, and nothing is edited, where a comment would be lost or a raw string forbids it.
        """
        body, lines = self._body, self._source.lines
        if "`" in self._source.text(first.pos, last.end) or not self.stands_alone(outer, first, last):
            return False
        if body.has_comment(outer.pos, first.pos) or body.has_comment(last.end, outer.end):
            return False
        depth = len(self.indent(outer)) + bool(head)
        surplus = len(self.indent(first)) - depth
        indent = self.indent(outer)
        self.put(outer.pos, first.pos, f"{head}\n{indent}\t" if head else "")
        for number in range(lines.line(first.pos) + 1, lines.line(last.end) + 1):
            start, stop = lines.line_range(number)
            if self._source.text(start, stop).strip():
                self.put(start, start + surplus, "")
        self.put(last.end, outer.end, f"\n{indent}{tail}" if tail else "")
        return True

    def package(self, path: str) -> str | None:
        """As for the file; None also where the function means something else by that name."""
        used = name_in(self._file.tree.file, path) or path.rpartition("/")[2]
        return None if declares(self._body, used) else super().package(path)


def declares(body: Body, name: str) -> bool:
    """Whether a function declares ``name`` somewhere: a parameter, a result, a variable, a label, a type."""
    fields = (node for node in inside(body.decl) if isinstance(node, ast.Field))
    if any(one.name == name for field in fields for one in field.names):
        return True
    for node in inside(body.block, literals=True):
        if isinstance(node, ast.Field) and any(one.name == name for one in node.names):
            return True
        if isinstance(node, ast.Ident) and node.name == name:
            symbol = body.info.symbol(node)
            if symbol is not None and body.decl.pos <= symbol.pos < body.decl.end:
                return True
    return False
