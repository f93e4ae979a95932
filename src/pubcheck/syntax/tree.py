"""A parsed file."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

import tree_sitter

from pubcheck.syntax import ast
from pubcheck.syntax.comments import Comments
from pubcheck.syntax.conversion import MISSHAPEN, Context, afresh
from pubcheck.syntax.declarations import Declarations, method_type_params
from pubcheck.syntax.grammar import BLOCK, LANGUAGE
from pubcheck.syntax.outline import outline
from pubcheck.syntax.problems import SyntaxProblem, misencoded, misplaced, problems
from pubcheck.syntax.recovery import Piece, parse_range, parse_ranges, pieces
from pubcheck.syntax.repair import prepared, repaired
from pubcheck.syntax.statements import block
from pubcheck.syntax.walk import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Node, Tree

    from pubcheck.source import SourceFile
    from pubcheck.syntax.query import CompiledQuery, Match, PredicateHandler

_PARSE: Final = tree_sitter.Parser(LANGUAGE).parse


class SyntaxTree:
    """A file's declarations at once; its function bodies when asked for."""

    __slots__ = (
        "_bodies",
        "_comments",
        "_context",
        "_located",
        "_pieces",
        "_problems",
        "_sound",
        "_whole",
        "file",
        "source",
    )

    def __init__(self, source: SourceFile, *, bodies: bool = True) -> None:
        """Parse ``source``; without ``bodies`` each of them only once it is asked for."""
        self.source = source
        self._comments: Comments | None = None
        self._located: tuple[ast.Node, dict[tuple[int, int], ast.Expr]] | None = None
        self._context = Context(source.data)
        self._sound: bytes | None = None
        self._whole: Tree | None = None
        self._pieces: list[Piece] = []
        self._bodies: Mapping[int, Node] = {}
        declarations = (None if bodies else self._outline()) or self._parse()
        self.file: ast.File = declarations.file(len(source.data))
        self._problems = self._found()

    def _found(self) -> list[SyntaxProblem]:
        found = [problem for piece in self._pieces for problem in problems(piece, self.source)]
        return found + misplaced(self.file, found, self.source) + misencoded(self.source)

    def _outline(self) -> Declarations | None:
        """The declarations from a parse without bodies; None where that fails."""
        data = prepared(self.source.data)
        root = parse_ranges(data, outline(data))
        if root.has_error:
            return None
        self._sound = data
        declarations = Declarations(self._context, {})
        for node in root.named_children:
            declarations.add(node, broken=False)
        return declarations

    def _parse(self) -> Declarations:
        data = prepared(self.source.data)
        tree = _PARSE(data)
        method_params: Mapping[int, tuple[ast.Field, ...]] = {}
        if tree.root_node.has_error:
            self._sound, self._whole, self._pieces, method_params = _repaired(tree.root_node, data, self._context)
        else:
            self._sound, self._whole, self._pieces = data, tree, [Piece(tree.root_node)]
        declarations = Declarations(self._context, method_params)
        for root, closed in self._pieces:
            for node in afresh(root).named_children:
                declarations.add(node, broken=closed > 0 or node.has_error)
        self._bodies = declarations.bodies
        return declarations

    def edited(self, source: SourceFile, pos: int) -> bool:
        """Take ``source`` for the file's text: nothing but the body of the function at ``pos`` differs, in no length.

        Whether that was done: not where the file or that function holds a syntax error, or is no function of it.
        """
        decl = self.function_at(pos)
        if decl is None or self.errors or len(source.data) != len(self.source.data):
            return False
        if self._sound is None:
            return self._edited_cut(source)
        sound = _spliced(self._sound, source.data, decl.pos, decl.end)
        if sound is None:
            return False
        whole = None if self._whole is None else _reparsed(self._whole, self._sound, decl.pos, decl.end, sound)
        self.release()
        self.source = source
        self._whole = whole
        self._sound = sound
        self._comments = None
        self._context = Context(source.data)
        return True

    def _edited_cut(self, source: SourceFile) -> bool:
        """As ``edited``, of a file of which no text of one piece is known that the grammar understands."""
        fresh = SyntaxTree(source)
        if fresh.errors or [(one.pos, one.end) for one in fresh.file.functions] != [
            (one.pos, one.end) for one in self.file.functions
        ]:
            return False
        declarations = self.file
        for name in SyntaxTree.__slots__:
            setattr(self, name, getattr(fresh, name))
        self.file = declarations
        return True

    @property
    def errors(self) -> tuple[SyntaxProblem, ...]:
        """What is wrong with the file, in source order; of some things in a body only once that was asked for.

        These are nesting too deep, and all that is wrong with a body that wasn't parsed with the file.
        """
        deep = [
            SyntaxProblem(self.source.span(start, end), "nested too deeply")
            for start, end in dict.fromkeys(self._context.too_deep)
        ]
        return tuple(sorted([*self._problems, *deep], key=lambda problem: problem.span))

    def body(self, decl: ast.FuncDecl) -> ast.Block | None:
        """The body of a function of this file, converted anew each time; None where it has none.

        The nodes of two conversions are different keys: whoever keeps tables about nodes keeps the body.
        """
        if decl.body_span is None:
            return None
        start, end = decl.body_span
        self.source.reading(start, end)
        root = self._alone(decl)
        if root is None and not self._pieces:
            self._parse()
        try:
            found = self._bodies[start] if root is None else _block_at(root, start, end)
            return block(afresh(found), self._context, 0)
        except MISSHAPEN:
            self._problems.append(SyntaxProblem(self.source.span(start, end), "not understood"))
            return ast.Block(start, end, (ast.BadStmt(start, end),))

    def _alone(self, decl: ast.FuncDecl) -> Node | None:
        """A parse of one function alone, in a file without errors whose tree isn't there."""
        if self._pieces or self._sound is None:
            return None
        root = parse_range(self._sound, decl.pos, decl.end)
        if root.has_error:
            # Nobody looked at its body before.
            self._parse()
            self._problems = self._found()
            return None
        return root

    @property
    def comments(self) -> tuple[ast.Comment, ...]:
        """All comments, in source order; found when first asked for."""
        return self.comments_by_place.all

    @property
    def comments_by_place(self) -> Comments:
        """The comments, to be asked for what they stand beside."""
        self.source.reading(0, len(self._context.data))
        if self._comments is None:
            self._comments = Comments(self.source)
        return self._comments

    def function_at(self, pos: int) -> ast.FuncDecl | None:
        """The function declaration that ``pos`` lies in; None outside of any."""
        functions = self.file.functions
        index = bisect_right(functions, pos, key=lambda function: function.pos) - 1
        return functions[index] if index >= 0 and pos < functions[index].end else None

    def expression_at(self, pos: int, end: int, body: ast.Block | None = None) -> ast.Expr | None:
        """The outermost expression that lies exactly between two offsets; None where there is none.

        Args:
            pos: offset of its first byte.
            end: offset past its last byte.
            body: the body of the function around it. Give the one that your tables are about: without it the body is
                converted anew, and its nodes are keys of nothing.
        """
        decl = self.function_at(pos)
        if decl is not None:
            self.source.reading(decl.pos, decl.end)
        if decl is None:
            scope: ast.Node = self.file
        elif decl.body_span is not None and decl.body_span[0] <= pos < decl.body_span[1]:
            scope = body or self._located_body(decl)
        else:
            scope = decl
        if self._located is None or self._located[0] is not scope:
            located: dict[tuple[int, int], ast.Expr] = {}
            for node in walk(scope):
                if isinstance(node, ast.Expr):
                    located.setdefault((node.pos, node.end), node)
            self._located = (scope, located)
        return self._located[1].get((pos, end))

    def _located_body(self, decl: ast.FuncDecl) -> ast.Node:
        """The body that was asked about last, if it is this function's, else a new one."""
        if self._located is not None and (self._located[0].pos, self._located[0].end) == decl.body_span:
            return self._located[0]
        return self.body(decl) or decl

    def query(
        self,
        compiled: CompiledQuery,
        handler: PredicateHandler | None = None,
        within: tuple[int, int] | None = None,
    ) -> Iterator[Match]:
        """Matches of a query in source order; without a handler, a predicate about meaning never holds.

        ``within`` is a range of offsets to look at only: a query over a file costs as much as going over its tree.
        """
        data = self._context.data
        self.source.reading(*(within or (0, len(data))))
        for root in self._roots(within):
            yield from compiled.run(root, data, handler, within)

    def _roots(self, within: tuple[int, int] | None) -> list[Node]:
        """The file's trees; once they were dropped, that of the function that ``within`` lies in is enough."""
        decl = None if within is None else self.function_at(within[0])
        if self._whole is not None:
            return [self._whole.root_node]
        if decl is not None and within is not None and within[1] <= decl.end:
            root = self._alone(decl)
            if root is not None:
                return [root]
        if not self._pieces:
            self._parse()
        return [piece.root for piece in self._pieces]

    def release(self) -> None:
        """Drop the parser's tree, which takes many times the file's size.

        ``body`` and ``query`` parse the function that they are about again, or the file: one that was repaired, or
        one that is queried as a whole.
        """
        self._whole = None
        self._pieces = []
        self._bodies = {}
        self._located = None


def parse(source: SourceFile, *, bodies: bool = True) -> SyntaxTree:
    """Parse a file, or without ``bodies`` its declarations.

    Never raises: what isn't Go is told by ``SyntaxTree.errors``.
    """
    return SyntaxTree(source, bodies=bodies)


def _repaired(
    root: Node, data: bytes, context: Context
) -> tuple[bytes | None, Tree | None, list[Piece], Mapping[int, tuple[ast.Field, ...]]]:
    """The trees of a file with errors, one unless it had to be cut, and what a repair took from its methods.

    First come the text that the grammar understands as a whole and its tree, where a repair that took nothing away has
    given one.
    """
    repair = repaired(data, _PARSE)
    if repair is None:
        return None, None, pieces(root, data), {}
    method_params: dict[int, tuple[ast.Field, ...]] = {}
    if repair.generic is not None:
        for piece in pieces(_PARSE(repair.generic).root_node, repair.generic):
            method_params |= method_type_params(piece.root, repair.methods, context)
    tree = _PARSE(repair.data)
    found = pieces(tree.root_node, repair.data)
    if tree.root_node.has_error or repair.generic is not None:
        return None, None, found, method_params
    return repair.data, tree, found, method_params


def _block_at(root: Node, start: int, end: int) -> Node:
    """The block that lies exactly between two offsets.

    Raises:
        LookupError: there is none.
    """
    node = root.descendant_for_byte_range(start, end)
    if node is None or node.kind_id != BLOCK or node.byte_range != (start, end):
        raise LookupError(start)
    return node


def _spliced(sound: bytes, data: bytes, start: int, end: int) -> bytes | None:
    """``sound``, which the grammar understands, with one function of ``data``; None where it doesn't get that one."""
    text = prepared(sound[:start] + data[start:end] + sound[end:])
    if not parse_range(text, start, end).has_error:
        return text
    repair = repaired(text[start:end], _PARSE)
    if repair is None or repair.generic is not None:
        return None
    text = text[:start] + repair.data + text[end:]
    return None if parse_range(text, start, end).has_error else text


def _reparsed(tree: Tree, old: bytes, start: int, end: int, data: bytes) -> Tree:
    """The tree of ``data``, which differs from ``old`` between two offsets alone; that of ``old`` is used up."""
    before, after = _point(old, start), _point(old, end)
    tree.edit(start, end, end, before, after, _point(data, end))
    return _PARSE(data, tree)


def _point(data: bytes, offset: int) -> tuple[int, int]:
    """Row and column of an offset, as the parser counts them."""
    return data.count(b"\n", 0, offset), offset - data.rfind(b"\n", 0, offset) - 1
