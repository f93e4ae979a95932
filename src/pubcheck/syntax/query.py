"""Patterns over the grammar, for rules that say all in one.

A query is tree-sitter's, with predicates. ``#eq?``, ``#match?`` and ``#any-of?`` (and their ``not-`` forms) compare
text and are answered here, from the file as it was written: what the parser saw may have been repaired. Predicates
about meaning are handed to whoever runs the query.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import msgspec
import tree_sitter

from pubcheck.syntax.grammar import ERROR, LANGUAGE
from pubcheck.syntax.predicates import TEXTUAL, Predicate, QueryError, error_at, split_predicates
from pubcheck.syntax.query_words import words_in_order

if TYPE_CHECKING:
    from tree_sitter import Node

_PLACE: Final = re.compile(r" at row (\d+), column (\d+)")
_WIDE: Final = 1000
_MATCH_LIMIT: Final = 65_536
_ROOT: Final = re.compile(r"[\s(]*\(\s*(\w+)")


class Captured(msgspec.Struct, frozen=True, gc=False):
    """A captured node: its place, and its text as it was written."""

    pos: int
    end: int
    text: str


class Match(msgspec.Struct, frozen=True):
    """One match: the pattern's index in the query, and the nodes of each capture in source order."""

    pattern: int
    captures: Mapping[str, tuple[Captured, ...]]


PredicateHandler = Callable[[Predicate, Match], bool]
"""Whether a predicate about meaning, taken without its negation, holds for a match."""


class CompiledQuery:
    """A query that is fit to run. Made by ``compile_query``; safe to keep for the life of the process."""

    __slots__ = ("_predicates", "_query", "text")

    def __init__(self, text: str, query: tree_sitter.Query, predicates: tuple[tuple[Predicate, ...], ...]) -> None:
        """Pair the patterns with their predicates."""
        self.text = text
        self._query = query
        self._predicates = predicates

    @property
    def predicates(self) -> frozenset[str]:
        """Names of the predicates that it uses."""
        return frozenset(predicate.name for pattern in self._predicates for predicate in pattern)

    @property
    def by_pattern(self) -> tuple[tuple[Predicate, ...], ...]:
        """The predicates of each pattern, in the order of the text."""
        return self._predicates

    @property
    def words(self) -> tuple[tuple[frozenset[str], ...], ...]:
        """For each pattern, sets of words of which the text of a match holds one each, in this order."""
        patterns, _ = split_predicates(self.text)
        starts = [*self._starts(), len(patterns)]
        parts = [patterns[start:end] for start, end in pairwise(starts)]
        return tuple([words_in_order(part, known) for part, known in zip(parts, self._predicates, strict=True)])

    def _starts(self) -> list[int]:
        """Where the patterns begin in the text."""
        return [_character(self.text, self._query.start_byte_for_pattern(at)) for at in range(len(self._predicates))]

    @property
    def roots(self) -> tuple[str, ...]:
        """The kind of each pattern's root node, as the grammar calls it; empty for a wildcard or a choice."""
        roots = [_ROOT.match(self.text, start) for start in self._starts()]
        return tuple([root[1] if root else "" for root in roots])

    def run(
        self, root: Node, data: bytes, handler: PredicateHandler | None, within: tuple[int, int] | None = None
    ) -> Iterator[Match]:
        """Matches below ``root`` of a file with the bytes ``data``, in the order in which they begin.

        With ``within``, only those that reach into that range of offsets; the rest of the tree isn't visited.
        """
        cursor = tree_sitter.QueryCursor(self._query, match_limit=_MATCH_LIMIT)
        if within is not None:
            cursor.set_byte_range(*within)
        for ground in _grounds(root):
            for pattern, nodes in cursor.matches(ground):
                captures = {name: tuple([_captured(node, data) for node in found]) for name, found in nodes.items()}
                match = Match(pattern, captures)
                if all(_holds(predicate, match, handler) for predicate in self._predicates[pattern]):
                    yield match


def _grounds(root: Node) -> list[Node]:
    """Where to look for matches: the root, or the sound parts of a tree with an error of very many tokens.

    The time that tree-sitter takes for a query grows with the square of the number of an error's children.
    """
    pending = [root] if root.has_error else []
    sound = []
    widest = 0
    while pending:
        node = pending.pop()
        if not node.has_error:
            sound.append(node)
            continue
        children = node.children
        if node.kind_id == ERROR:
            widest = max(widest, len(children))
        pending += reversed(children)
    return sound if widest > _WIDE else [root]


def _captured(node: Node, data: bytes) -> Captured:
    start = node.start_byte
    end = min(node.end_byte, len(data))
    return Captured(start, end, data[start:end].decode("utf-8", "replace"))


def _holds(predicate: Predicate, match: Match, handler: PredicateHandler | None) -> bool:
    if predicate.name in TEXTUAL:
        return _text_holds(predicate, match) != predicate.negated
    return handler is not None and handler(predicate, match) != predicate.negated


def _text_holds(predicate: Predicate, match: Match) -> bool:
    """Whether all nodes of the first argument's capture satisfy a predicate about text."""
    first, *rest = predicate.arguments
    nodes = match.captures.get(first[1:], ())
    if predicate.name == "match":
        search = re.compile(rest[0]).search
        return all(search(node.text) for node in nodes)
    wanted: set[str] = set()
    for argument in rest:
        if argument.startswith("@"):
            wanted.update(node.text for node in match.captures.get(argument[1:], ()))
        else:
            wanted.add(argument)
    return all(node.text in wanted for node in nodes)


def compile_query(text: str) -> CompiledQuery:
    """Make a query fit to run; the same text gives the same query again.

    Raises:
        QueryError: not a query of the grammar, a pattern without a root or an unknown predicate.
    """
    query = _COMPILED.get(text)
    if query is None:
        query = _COMPILED[text] = _compile(text)
    return query


_COMPILED: Final[dict[str, CompiledQuery]] = {}


def _compile(text: str) -> CompiledQuery:
    patterns, predicates = split_predicates(text)
    try:
        query = tree_sitter.Query(LANGUAGE, patterns)
    except tree_sitter.QueryError as problem:
        raise _translated(text, str(problem)) from None
    if query.pattern_count == 0:
        raise QueryError("the query has no pattern", 1, 1)
    starts = [_character(text, query.start_byte_for_pattern(index)) for index in range(query.pattern_count)]
    for index, start in enumerate(starts):
        if not query.is_pattern_rooted(index):
            raise error_at(text, start, "the pattern has no single root node")
    captures = {query.capture_name(index) for index in range(query.capture_count)}
    grouped: list[list[Predicate]] = [[] for _ in starts]
    for offset, predicate in predicates:
        for argument in predicate.arguments:
            if argument.startswith("@") and argument[1:] not in captures:
                raise error_at(text, offset, f"`{argument}` is captured nowhere")
        grouped[max(bisect_right(starts, offset) - 1, 0)].append(predicate)
    return CompiledQuery(text, query, tuple([tuple(group) for group in grouped]))


def _translated(text: str, message: str) -> QueryError:
    place = _PLACE.search(message)
    if place is None:
        return error_at(text, len(text), message)
    line, column = int(place[1]), int(place[2])
    written = text.split("\n")[line].encode()[:column]
    return QueryError(message[: place.start()] + message[place.end() :].lstrip(), line + 1, len(written.decode()) + 1)


def _character(text: str, offset: int) -> int:
    """The offset in characters of an offset in bytes."""
    return len(text.encode()[:offset].decode("utf-8", "replace"))
