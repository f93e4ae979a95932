"""A changed copy in the place of a snapshot that is changed for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.flow import language_version
from pubcheck.model.structure import core_type
from pubcheck.model.types import Map, Pointer, Slice, Struct
from pubcheck.rules.fixes.atomic_calls import atomic_call
from pubcheck.rules.fixes.atomic_updates import may_be_repeated
from pubcheck.rules.fixes.body import body_of, inside, stripped
from pubcheck.rules.fixes.draft import Draft, declares
from pubcheck.rules.support.lock_holders import held_in
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pubcheck.analysis import PackageFacts
    from pubcheck.diagnostic import Fix
    from pubcheck.model.types import Type
    from pubcheck.rules.fixes.body import Body
    from pubcheck.source import Span

_CLONES = (1, 21)
_NAMES = ("next", "changed", "updated")


def copy_on_write(package: PackageFacts, load: Span, write: Span) -> tuple[Fix, ...]:
    """A loop that copies what the load at ``load`` gives, changes the copy, and swaps it in if nobody else has."""
    body = body_of(package, load)
    loaded = atomic_call(body, body.call_at(load)) if body is not None else None
    if body is None or loaded is None or (loaded.operation, loaded.type) != ("Load", "Pointer") or loaded.prefix:
        return ()
    first = body.statement(loaded.call)
    if not isinstance(first, ast.Assign) or first.op != ":=" or first.right != (loaded.call,) or len(first.left) != 1:
        return ()
    variable = first.left[0]
    if not isinstance(variable, ast.Ident) or variable.name == "_":
        return ()
    uses = [one for one in body.uses(body.info.symbol(variable)) if one is not variable]
    run = _run(body, first, uses)
    name = next((one for one in _NAMES if not declares(body, one)), None)
    draft = Draft(body)
    t = body.info.type(variable)
    copy = _copy(body, draft, t, variable.name) if isinstance(t, Pointer) else None
    if run is None or name is None or copy is None or not may_be_repeated(body, run):
        return ()
    if not run[0].pos <= write.start < run[-1].end:
        return ()
    if any(isinstance(node, ast.Return) and node.end > write.start for one in run for node in inside(one)):
        return ()  # it leaves with the copy, which nobody has swapped in
    for use in uses:
        place = _place(body, use)
        if place is None or not _is_shallow(body, place):
            return ()
        draft.replace(place, name)
    indent = draft.indent(first)
    after = f"\n{indent}\t{name} := {copy}"
    draft.put(first.end, first.end, after)
    swap = loaded.other("CompareAndSwap", variable.name, f"&{name}")
    if not draft.wrap(run[0], run[-1], ["for {"], [f"\tif {swap} {{", "\t\tbreak", "\t}", "}"]):
        return ()
    return draft.fix("Change a copy, and swap it in", safe=False)


def _run(body: Body, first: ast.Stmt, uses: Sequence[ast.Ident]) -> Sequence[ast.Stmt] | None:
    """The statements from ``first`` to the last one with a use, all in one list."""
    siblings = body.siblings(first)
    at = body.position(first)
    last = max((use.pos for use in uses), default=-1)
    end = next((index for index, one in enumerate(siblings) if index > at and one.pos <= last < one.end), None)
    return None if end is None else siblings[at : end + 1]


def _copy(body: Body, draft: Draft, t: Pointer, name: str) -> str | None:
    """The expression that copies what the pointer ``name`` leads to; None for what mustn't or can't be copied."""
    core = core_type(t.element)
    if isinstance(core, Struct):
        return None if held_in(t.element) is not None else f"*{name}"
    if not isinstance(core, Map | Slice) or language_version(body.file, body.package.package) < _CLONES:
        return None
    package = draft.package("maps" if isinstance(core, Map) else "slices")
    return None if package is None else f"{package}.Clone(*{name})"


def _place(body: Body, use: ast.Ident) -> ast.Expr | None:
    """What stands for the pointed-to value at a use: ``(*v)``, ``*v``, or ``v`` before a field."""
    around = body.around(use)
    parent = next(around, None)
    if isinstance(parent, ast.Selector) and parent.x is use:
        return use
    if isinstance(parent, ast.Star):
        outer = next(around, None)
        return outer if isinstance(outer, ast.Paren) else parent
    return None


def _is_shallow(body: Body, place: ast.Expr) -> bool:
    """Whether a use that changes something changes what the copy has of its own."""
    node: ast.Expr = place
    steps: list[Type] = []
    for parent in body.around(place):
        if isinstance(parent, ast.Selector) and parent.x is node:
            selection = body.info.selection(parent)
            if selection is None or selection.kind != "field":
                return False
        elif isinstance(parent, ast.Index) and parent.x is node:
            pass
        elif isinstance(parent, ast.Paren):
            node = parent
            continue
        else:
            break
        steps.append(body.info.type(node))
        node = parent
    holder = next(body.around(node), None)
    written = isinstance(holder, ast.IncDec) or (
        isinstance(holder, ast.Assign) and any(stripped(one) is node for one in holder.left)
    )
    if isinstance(holder, ast.Unary) and holder.op == "&":
        return False
    if isinstance(holder, ast.Call):
        return body.text(holder.fun) in ("delete", "len") and node is place
    # Of what is written, only the value itself and structs inside of it are the copy's; maps and slices are shared.
    inner = [core_type(one) for one in steps[1:]]
    return not written or not any(isinstance(one, Pointer | Map | Slice) for one in inner)


def load_once(package: PackageFacts, first: Span, second: Span) -> tuple[Fix, ...]:
    """One load, whose value both uses have."""
    body = body_of(package, first)
    loads = [atomic_call(body, body.call_at(span)) for span in (first, second)] if body is not None else []
    one, other = loads or (None, None)
    if body is None or one is None or other is None or not one.is_alike(other) or one.operation != "Load":
        return ()
    statement = body.statement(one.call)
    name = next((name for name in ("loaded", "seen", "now") if not declares(body, name)), None)
    if statement is None or name is None or isinstance(statement, ast.For | ast.Range | ast.Labeled):
        return ()
    draft = Draft(body)
    around = body.siblings(statement)[body.position(statement) :]
    holder = next((each for each in around if each.pos <= other.call.pos < each.end), None)
    if holder is None or body.literal(other.call) is not body.literal(one.call) or not draft.stands_alone(statement):
        return ()
    if body.is_in_loop(other.call) and not body.is_in_loop(statement):
        return ()
    draft.before(statement, f"{name} := {body.text(one.call)}")
    for load in (one, other):
        draft.replace(load.call, name)
    return draft.fix("Load it once", safe=False)
