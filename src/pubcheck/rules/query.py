"""Rules that are queries: matches of the document's query become findings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.relevance import is_test
from pubcheck.analysis.remembering import while_same
from pubcheck.diagnostic import Edit, Fix
from pubcheck.edits import without
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.meaning import OF_FACTS, Meaning
from pubcheck.source import Span
from pubcheck.spec import Query
from pubcheck.syntax import compile_query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.model.package import GoSource
    from pubcheck.spec import FixEdit, RuleSpec
    from pubcheck.syntax import CompiledQuery, Match

_REPORT = "report"
_KEYWORDS = {"go_statement": b"go", "defer_statement": b"defer", "select_statement": b"select"}


def detector(spec: RuleSpec) -> Callable[[PackageFacts], Iterator[Finding]]:
    """What runs the query of ``spec``.

    Raises:
        TypeError: the rule has a module instead.
        QueryError: the query isn't one.
    """
    if not isinstance(spec.detection, Query):
        raise TypeError(f"{spec.name} is detected by a module")
    query = compile_query(spec.detection.text)
    needed = _needed(query)

    asks_facts = any(one.name in OF_FACTS for pattern in query.by_pattern for one in pattern)

    def check(package: PackageFacts) -> Iterator[Finding]:
        for file in package.package.files:
            yield from package.answer((spec.name, file.source.path), partial(all_inside, package, file))

    def all_inside(package: PackageFacts, file: GoSource) -> tuple[Finding, ...]:
        return tuple(inside(package, file))

    def inside(package: PackageFacts, file: GoSource) -> Iterator[Finding]:
        meaning = Meaning(package, file)
        seen: set[Span] = set()
        for within in _candidates(spec.name, file, needed):
            matches = file.tree.query(query, meaning.holds, within)
            found: Iterable[Finding] = (_finding(spec, file, match) for match in matches)
            if within is not None and not asks_facts:
                start, end = within
                key = (spec.name, file.source.path, start)
                found = while_same(package, key, (file.source.piece(start, end),), partial(tuple, found))
            for finding in found:
                if finding.span not in seen:
                    seen.add(finding.span)
                    yield finding

    return check


class _Needed(NamedTuple):
    """What text holds if a pattern matches in it: one word of each set, and ``imports`` where it is a whole file's.

    One word of each set of ``ordered`` is there, too, after the one before; ``tests``: whether tests count.
    """

    tests: bool
    imports: list[frozenset[bytes]]
    words: list[frozenset[bytes]]
    ordered: list[frozenset[bytes]]


def _needed(query: CompiledQuery) -> list[_Needed]:
    """What each pattern needs."""
    found = []
    for root, predicates, ordered in zip(query.roots, query.by_pattern, query.words, strict=True):
        names = [one.arguments[1:] for one in predicates if one.name == "callee" and not one.negated]
        words = [_shortest(name.rpartition(".")[2].encode() for name in group) for group in names]
        if root in _KEYWORDS:
            words.append(frozenset((_KEYWORDS[root],)))
        functions = [group for group in names if not any(name.startswith("(") for name in group)]
        imports = [frozenset(name.rpartition(".")[0].encode() for name in group) for group in functions]
        tests = not any(one.name == "in-test" and one.negated for one in predicates)
        ordered_words = [frozenset(word.encode() for word in group) for group in ordered]
        found.append(_Needed(tests, imports, words, ordered_words))
    return found


def _shortest(words: Iterable[bytes]) -> frozenset[bytes]:
    """``words`` without those that hold another: who looks for ``Lock`` finds ``RLock``."""
    kept = set(words)
    return frozenset(word for word in kept if not any(other in word for other in kept if other != word))


def _candidates(rule: str, file: GoSource, needed: list[_Needed]) -> Iterator[tuple[int, int] | None]:
    """The functions of ``file`` whose words allow a match; None, the whole file, where a pattern needs no words.

    What a pattern with words asks is about calls, whose meaning is known inside of functions only. A query over all of
    a file would cost as much as a fifth of parsing it.
    """
    source = file.source
    if not all(pattern.words for pattern in needed):
        yield None
        return
    test = is_test(file.source.path)
    here = [
        pattern
        for pattern in needed
        if (pattern.tests or not test)
        and all(any(map(source.holds, words)) for words in (*pattern.imports, *pattern.words))
    ]
    if not here:
        return
    for function in file.tree.file.functions:
        span = function.body_span
        if span is not None and source.told((rule, span), partial(_may_match, file, span, here), *span):
            yield span


def _may_match(file: GoSource, span: tuple[int, int], needed: list[_Needed]) -> bool:
    """Whether the text of a function allows a match."""
    text = file.source.piece(*span)
    return any(_holds(text, pattern.words) and _holds_in_order(text, pattern.ordered) for pattern in needed)


def _holds(text: bytes, needed: list[frozenset[bytes]]) -> bool:
    """Whether ``text`` holds a word of each set."""
    for words in needed:
        for word in words:
            if word in text:
                break
        else:
            return False
    return True


def _holds_in_order(text: bytes, needed: list[frozenset[bytes]]) -> bool:
    """Whether ``text`` holds a word of each set, each behind the one before."""
    at = 0
    for words in needed:
        ends = [start + len(word) for word in words if (start := text.find(word, at)) >= 0]
        if not ends:
            return False
        at = min(ends)
    return True


def _finding(spec: RuleSpec, file: GoSource, match: Match) -> Finding:
    values = {name: " ".join(nodes[0].text.split()) for name, nodes in match.captures.items()}
    reported = match.captures[_REPORT]
    start, end = min(node.pos for node in reported), max(node.end for node in reported)
    fix = _fix(spec, file, match)
    return Finding(
        span=file.source.span(start, end),
        values=values,
        fixes=(fix,) if fix else (),
        location=spec.message.format_map(values),
    )


def _fix(spec: RuleSpec, file: GoSource, match: Match) -> Fix | None:
    """The document's fix for this match: the edits whose captures the match has."""
    if spec.fix is None:
        return None
    edits = tuple(_edit(edit, file, match) for edit in spec.fix.edits if match.captures.get(edit.capture))
    return Fix(spec.fix.title, edits, spec.fix.safe) if edits else None


def _edit(edit: FixEdit, file: GoSource, match: Match) -> Edit:
    node = match.captures[edit.capture][0]
    source = file.source
    text = edit.text.format_map({name: nodes[0].text for name, nodes in match.captures.items()})
    start = source.lines.line_range(source.lines.line(node.pos))[0]
    indent = source.piece(start, node.pos)
    alone = not indent.strip()
    match edit.action:
        case "before":
            break_ = "\n" + indent.decode() if alone else "; "
            return Edit(Span(source.path, node.pos, node.pos), text + break_)
        case "delete":
            return without(source, node.pos, node.end)
        case _:
            return Edit(Span(source.path, node.pos, node.end), text)
