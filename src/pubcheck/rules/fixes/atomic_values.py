"""What is stored in an ``atomic.Value`` made of the one type that the others there have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.facts import AtomicKind
from pubcheck.model.structure import underlying
from pubcheck.model.symbols import TypeName
from pubcheck.model.types import Chan, Map, Pointer, Signature, Slice
from pubcheck.model.universe import UNIVERSE
from pubcheck.rules.fixes.body import body_of, is_steady
from pubcheck.rules.fixes.draft import Draft, declares
from pubcheck.rules.support.atomic_sites import atomic_sites
from pubcheck.rules.support.lock_holders import held_in
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from pubcheck.analysis import PackageFacts
    from pubcheck.diagnostic import Fix
    from pubcheck.facts import Access, Location
    from pubcheck.rules.fixes.body import Body

_WORD = re.compile(r"[^\W\d]\w*")
_KEYWORDS = frozenset(("chan", "func", "interface", "map", "struct"))
_NILABLE = (Chan, Map, Pointer, Signature, Slice)


def typed_nil(package: PackageFacts, access: Access, stored: set[str]) -> tuple[Fix, ...]:
    """A nil of the one type that is ``stored`` elsewhere, in the place of the nil that has none."""
    location = access.location
    body = body_of(package, access.span)
    value = _stored_in(body, access) if body is not None else None
    if body is None or value is None or location is None or len(stored) != 1:
        return ()
    type_ = _written(body, next(iter(stored)))
    nil = _nil_of(body, type_) if type_ is not None else ""
    if not nil or not _loads_assert(package, location, type_):
        return ()
    draft = Draft(body)
    draft.replace(value, nil)
    return draft.fix(f"Store a nil of type `{type_}`", safe=False)


def same_type(package: PackageFacts, access: Access, usual: str, stored: set[str]) -> tuple[Fix, ...]:
    """What a pointer leads to where the value itself is ``usual``, or the pointer to a literal where that is."""
    location = access.location
    body = body_of(package, access.span)
    value = _stored_in(body, access) if body is not None else None
    if body is None or value is None or location is None or len(stored) != 2:
        return ()
    odd = next(iter(stored - {usual}))
    type_ = _written(body, usual)
    if type_ is None or not _loads_assert(package, location, type_):
        return ()
    draft = Draft(body)
    if odd == f"*{usual}":
        held = body.info.type(value)
        if not isinstance(held, Pointer) or held_in(held.element) is not None:
            return ()
        if isinstance(value, ast.Unary) and value.op == "&":
            draft.replace(value, body.text(value.x))
        elif is_steady(value):
            draft.put(value.pos, value.pos, "*")
        else:
            return ()
    elif usual == f"*{odd}" and isinstance(value, ast.CompositeLit):
        draft.put(value.pos, value.pos, "&")
    else:
        return ()
    return draft.fix(f"Store a `{type_}` here, too", safe=False)


def _stored_in(body: Body, access: Access) -> ast.Expr | None:
    """The one argument of a ``Store`` that is a statement of its own."""
    call = body.call_at(access.span)
    if call is None or not isinstance(call.fun, ast.Selector) or call.fun.name.name != "Store" or len(call.args) != 1:
        return None
    return call.args[0]


def _written(body: Body, full: str) -> str | None:
    """A type as the function may write it; None where another package's, or a name of its own, is in the way."""
    text = full.replace(f"{body.package.path}.", "")
    if "." in text or "/" in text:
        return None
    for word in _WORD.findall(text):
        known = isinstance(body.package.package.lookup(word) or UNIVERSE.get(word), TypeName)
        if word not in _KEYWORDS and (not known or declares(body, word)):
            return None
    return text


def _nil_of(body: Body, type_: str) -> str:
    """The nil of a type, as a conversion; empty for a type that has none."""
    if type_.startswith(("map[", "[]")):
        return f"{type_}(nil)"
    if type_.startswith(("*", "func(", "chan ", "<-chan ")):
        return f"({type_})(nil)"
    symbol = body.package.package.lookup(type_) if type_.isidentifier() else None
    named = isinstance(symbol, TypeName) and isinstance(underlying(symbol.type), _NILABLE)
    return f"{type_}(nil)" if named else ""


def _loads_assert(package: PackageFacts, location: Location, type_: str | None) -> bool:
    """Whether nobody else loads it, and all who do take it for a ``type_`` at once.

    Who compares what he loads with nil tells the nil that was never stored from one that has a type.
    """
    if location.path.rpartition(".")[2][:1].isupper():
        return False
    for (_, access), atomic in atomic_sites(package):
        if access.location != location or atomic.kind is AtomicKind.STORE:
            continue
        body = body_of(package, access.span)
        call = body.call_at(access.span) if body is not None else None
        around = next(body.around(call), None) if body is not None and call is not None else None
        if body is None or not isinstance(around, ast.TypeAssert) or around.type is None:
            return False
        if atomic.kind is not AtomicKind.LOAD or body.text(around.type) != type_:
            return False
    return True
