"""Copies in the place of what is shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.flow import language_version
from pubcheck.model.structure import core_type
from pubcheck.model.types import Map, Slice
from pubcheck.rules.fixes.body import body_of, is_steady
from pubcheck.rules.fixes.draft import Draft
from pubcheck.rules.support.memory_types import underlying_type
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from pubcheck.analysis import PackageFacts
    from pubcheck.diagnostic import Fix
    from pubcheck.facts import Location
    from pubcheck.model.symbols import Var
    from pubcheck.source import Span

_CLONES = (1, 21)
"""The version of Go that brought ``maps`` and ``slices``."""


def clone(package: PackageFacts, location: Location, read: Span) -> tuple[Fix, ...]:
    """A copy of the map or slice at ``location`` where its header is read to be given on."""
    body = body_of(package, read)
    node = next((one for one in body.at(read) if isinstance(one, ast.Expr)), None) if body is not None else None
    if body is None or node is None or not is_steady(node) or language_version(body.file, package.package) < _CLONES:
        return ()
    parent = next(body.around(node), None)
    given_on = isinstance(parent, ast.Return) or (isinstance(parent, ast.Assign) and node in parent.right)
    draft = Draft(body)
    name = draft.package("maps" if isinstance(underlying_type(location, package), Map) else "slices")
    # A struct that the container lies in is given on as a whole: to copy that copies nothing of the container.
    if not given_on or name is None or not isinstance(core_type(body.info.type(node)), Map | Slice):
        return ()
    draft.replace(node, f"{name}.Clone({body.text(node)})")
    return draft.fix("Give on a copy", safe=False)


def copy_per_turn(package: PackageFacts, use: Span, variable: Var) -> tuple[Fix, ...]:
    """A variable of each turn in the place of the one that the turns of a loop share."""
    body = body_of(package, use)
    if body is None:
        return ()
    for loop in body.around_place(use):
        if isinstance(loop, ast.For | ast.Range) and loop.pos <= variable.pos < loop.body.pos and loop.body.statements:
            first = loop.body.statements[0]
            draft = Draft(body)
            if body.is_changed(variable, loop.body) or not draft.stands_alone(first):
                return ()
            draft.before(first, f"{variable.name} := {variable.name}")
            return draft.fix(f"Give each turn a `{variable.name}` of its own", safe=True)
    return ()


def clone_handed_on(package: PackageFacts, handoff: Span) -> tuple[Fix, ...]:
    """A copy of the slice that is sent, or of those that a goroutine is given."""
    body = body_of(package, handoff)
    node = next((one for one in body.at(handoff) if isinstance(one, ast.Send | ast.Go)), None) if body else None
    if body is None or node is None or language_version(body.file, package.package) < _CLONES:
        return ()
    draft = Draft(body)
    name = draft.package("slices")
    call = node.call if isinstance(node, ast.Go) else None
    handed = (node.value,) if isinstance(node, ast.Send) else call.args if isinstance(call, ast.Call) else ()
    slices = [one for one in handed if isinstance(core_type(body.info.type(one)), Slice)]
    if name is None or (isinstance(call, ast.Call) and (call.spread or len(slices) != 1)):
        return ()
    for one in slices:
        draft.replace(one, f"{name}.Clone({body.text(one)})")
    return draft.fix("Hand on a copy", safe=False)


def clone_part(package: PackageFacts, part: Span) -> tuple[Fix, ...]:
    """A copy of the part of a slice that a function returns."""
    body = body_of(package, part)
    node = next((one for one in body.at(part) if isinstance(one, ast.Return)), None) if body is not None else None
    value = node.results[0] if node is not None and len(node.results) == 1 else None
    if body is not None and value is None:
        value = next((one for one in body.at(part) if isinstance(one, ast.SliceExpr)), None)
    if body is None or not isinstance(value, ast.SliceExpr) or language_version(body.file, package.package) < _CLONES:
        return ()
    draft = Draft(body)
    name = draft.package("slices")
    if name is None:
        return ()
    draft.replace(value, f"{name}.Clone({body.text(value)})")
    return draft.fix("Return a copy", safe=False)
