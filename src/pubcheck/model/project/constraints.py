"""Build constraints: ``//go:build`` expressions and the older ``// +build`` lines.

The grammar, the precedence of the two forms and the language version that a constraint implies follow
``go help buildconstraint`` and the package ``go/build/constraint``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_DEPTH = 100
_TOKEN = re.compile(r"[ \t]*(?:(&&|\|\||[!()])|([\w.]+))")
_TAG = re.compile(r"[\w.]+")
_RELEASE = re.compile(r"go1\.([0-9]{1,6})")


class Tag(msgspec.Struct, frozen=True, gc=False, tag=True):
    """A word that a target satisfies or doesn't."""

    name: str


class Not(msgspec.Struct, frozen=True, gc=False, tag=True):
    """``!x``."""

    term: Expr


class All(msgspec.Struct, frozen=True, gc=False, tag=True):
    """``x && y && ...``."""

    terms: tuple[Expr, ...]


class AnyOf(msgspec.Struct, frozen=True, gc=False, tag=True):
    """``x || y || ...``."""

    terms: tuple[Expr, ...]


Expr = Tag | Not | All | AnyOf


class ConstraintError(ValueError):
    """A constraint that can't be read; the text says why."""


class Constraint(msgspec.Struct, frozen=True, gc=False):
    """What the lines above a package clause demand.

    ``expr`` is None where nothing is demanded. ``version`` is N of the language version ``go1.N`` that a ``//go:build``
    line implies, or None. ``error`` says why the lines can't be read, or is empty.
    """

    expr: Expr | None = None
    version: int | None = None
    error: str = ""


UNCONSTRAINED = Constraint()


def evaluate(expr: Expr, satisfied: Callable[[str], bool]) -> bool:
    """Whether ``expr`` holds when the tags for which ``satisfied`` is true do."""
    match expr:
        case Tag(name):
            return satisfied(name)
        case Not(term):
            return not evaluate(term, satisfied)
        case All(terms):
            return all(evaluate(term, satisfied) for term in terms)
        case AnyOf(terms):
            return any(evaluate(term, satisfied) for term in terms)


def implied_version(expr: Expr) -> int | None:
    """The N of the least ``go1.N`` that must be satisfied for ``expr`` to hold, or None where it implies none."""
    version = _least_version(expr, positive=True)
    return None if version < 0 else version


def _least_version(expr: Expr, *, positive: bool) -> int:
    match expr:
        case Tag(name):
            if not positive:
                return -1
            release = _RELEASE.fullmatch(name)
            if release:
                return int(release[1])
            return 0 if name == "go1" else -1
        case Not(term):
            return _least_version(term, positive=not positive)
        case All(terms) | AnyOf(terms):
            pick = max if isinstance(expr, All) == positive else min
            return pick(_least_version(term, positive=positive) for term in terms)


@lru_cache(maxsize=4096)
def read_constraint(lines: tuple[str, ...]) -> Constraint:
    """Read the constraint lines of one file.

    Args:
        lines: the ``//go:build`` lines where the file has any, else its effective ``// +build`` lines.
    """
    modern = [line for line in lines if line.startswith("//go:build")]
    if len(modern) > 1:
        return Constraint(error="more than one //go:build line")
    if modern:
        try:
            expr = parse_expression(modern[0].removeprefix("//go:build"))
        except ConstraintError as error:
            return Constraint(error=f"//go:build line: {error}")
        return Constraint(expr, implied_version(expr))
    if not lines:
        return UNCONSTRAINED
    return Constraint(_join(All, [_parse_plus_build(line) for line in lines]))


def _join(make: type[All | AnyOf], terms: list[Expr]) -> Expr:
    return terms[0] if len(terms) == 1 else make(tuple(terms))


def parse_expression(text: str) -> Expr:
    """Parse what follows ``//go:build``.

    Raises:
        ConstraintError: the text is no expression, or is nested absurdly deep.
    """
    return _Parser(text).parse()


class _Parser:
    """Recursive descent: or > and > not > tag or parentheses."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0

    def parse(self) -> Expr:
        expr = self._or()
        if self._peek():
            raise ConstraintError(f"unexpected {self._peek()}")
        return expr

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _or(self) -> Expr:
        terms = [self._and()]
        while self._peek() == "||":
            self._at += 1
            terms.append(self._and())
        return _join(AnyOf, terms)

    def _and(self) -> Expr:
        terms = [self._not()]
        while self._peek() == "&&":
            self._at += 1
            terms.append(self._not())
        return _join(All, terms)

    def _not(self) -> Expr:
        if self._peek() != "!":
            return self._atom()
        self._at += 1
        if self._peek() == "!":
            raise ConstraintError("double negation")
        return Not(self._atom())

    def _atom(self) -> Expr:
        token = self._peek()
        self._at += 1
        if token == "(":  # noqa: S105 a parenthesis, no password
            self._depth += 1
            if self._depth > _MAX_DEPTH:
                raise ConstraintError("too deeply nested")
            expr = self._or()
            if self._peek() != ")":
                raise ConstraintError("missing closing parenthesis")
            self._at += 1
            self._depth -= 1
            return expr
        if not token:
            raise ConstraintError("unexpected end of expression")
        if not _TAG.fullmatch(token):
            raise ConstraintError(f"unexpected {token}")
        return Tag(token)


def _tokens(text: str) -> list[str]:
    text = text.strip()
    tokens: list[str] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise ConstraintError(f"unexpected character {text[at:].lstrip()[:1]!r}")
        tokens.append(found[1] or found[2])
        at = found.end()
    return tokens


def _parse_plus_build(line: str) -> Expr:
    """Alternatives are separated by space, terms of one by comma; what is no tag can't be satisfied."""
    options: list[Expr] = [
        _join(All, [_plus_build_term(term) for term in option.split(",")])
        for option in line.partition("+build")[2].split()
    ]
    return _join(AnyOf, options) if options else Tag("ignore")


def _plus_build_term(text: str) -> Expr:
    if text.startswith("!!") or text == "!":
        return Tag("ignore")
    name = text.removeprefix("!")
    tag = Tag(name if _TAG.fullmatch(name) else "ignore")
    return Not(tag) if text.startswith("!") else tag
