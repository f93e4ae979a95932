"""Words that the text of a match holds, told from a pattern alone: to look for them costs less than to run a query."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pubcheck.syntax.predicates import Predicate

_TOKEN: Final = re.compile(
    r'"(?P<string>(?:[^"\\]|\\.)*)"|;[^\n]*|@(?P<capture>[\w.-]+)|(?P<bracket>[()\[\]])|(?P<quantifier>[*?+])'
)


def words_in_order(pattern: str, predicates: Sequence[Predicate]) -> tuple[frozenset[str], ...]:
    """Sets of words of which every match holds one each, in this order.

    They come from anonymous nodes (``"defer"``) and from captures whose text a predicate names. What a pattern leaves
    open, by a choice or a quantifier, asks for nothing.

    Args:
        pattern: one pattern of a query, its predicates blanked.
        predicates: those predicates.
    """
    named = {
        one.arguments[0][1:]: frozenset(one.arguments[1:])
        for one in predicates
        if one.name in ("eq", "any-of")
        and not one.negated
        and not any(word.startswith("@") for word in one.arguments[1:])
    }
    within: list[list[frozenset[str]]] = [[]]
    added = 0  # by the last node; -1 once it has a quantifier
    for token in _TOKEN.finditer(pattern):
        match token.lastgroup, token[token.lastgroup or 0]:
            case "string", text:
                within[-1].append(frozenset((text,)))
                added = 1
            case "bracket", "(" | "[":
                within.append([])
            case "bracket", end if len(within) > 1:
                inner = within.pop()
                added = len(inner) if end == ")" else 0
                within[-1] += inner[:added]
            case "quantifier", mark:
                if mark != "+" and added > 0:
                    del within[-1][-added:]
                added = -1
            case "capture", name if added == 0 and name in named:
                within[-1].append(named[name])
                added = 1
    return tuple(within[0])
