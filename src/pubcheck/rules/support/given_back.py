"""Where a function gives objects back to a sync.Pool: itself, by helpers, or in what it defers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.remembering import once_for_facts
from pubcheck.facts import Point, PublicationKind
from pubcheck.flow import ir
from pubcheck.rules.support.call_sites import calls_to
from pubcheck.rules.support.held import PUT
from pubcheck.rules.support.names import definitions, origins, points

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.rules.support.names import Name

_GIVES = re.compile(r"(?:[Pp]ut|[Ff]ree|[Rr]ecycle|[Gg]ive[Bb]ack|[Rr]eturn\w*Pool)")
"""Names of functions that always put back what they are given."""
_ROUNDS = 2
"""Helpers of helpers are looked through so many times."""
_SIZES = frozenset(("len", "cap"))
_ASKS_SIZE = frozenset(("Len", "Cap"))


class Given(NamedTuple):
    """An operand that goes back into the pool at ``point``: now, or when the function returns."""

    point: Point
    operand: Name
    late: bool


@once_for_facts
def givers(package: PackageFacts) -> Mapping[str, frozenset[int]]:
    """The functions that put parameters into a pool in any case, by name, with the parameters' indices.

    A size that decides whether something is worth keeping doesn't matter: the caller can't know it.
    """
    found: dict[str, frozenset[int]] = {}
    candidates = {site.function for site in calls_to(package, PUT)}
    for _ in range(_ROUNDS):
        for function in candidates:
            made = definitions(function.ir)
            for given in given_back(function, found):
                if given.late or not _in_any_case(function, given.point):
                    continue
                roots = origins(function.ir, given.operand, made)
                taken = {at for at, name in enumerate(function.ir.params) if roots.get(name) == ()}
                if taken and len(roots) == 1:
                    found[function.name] = found.get(function.name, frozenset()) | taken
        candidates = {site.function for name in found for site in calls_to(package, _full(package, name))}
    return found


def _full(package: PackageFacts, name: str) -> str:
    function = package.function(name)
    return function.full_name if function is not None else name


def _in_any_case(function: FunctionFacts, point: Point) -> bool:
    return all(_is_about_size(function.ir, condition.point.block) for condition in function.conditions(point))


def _is_about_size(function: ir.Function, block: int) -> bool:
    """Whether the branch at the end of ``block`` asks for nothing but sizes, nil and parameters."""
    branch = function.blocks[block].instructions[-1]
    if not isinstance(branch, ir.Branch) or not isinstance(branch.condition, int):
        return True
    made = definitions(function)
    stack, seen = [branch.condition], set()
    while stack:
        name = stack.pop()
        if name in seen:
            continue
        seen.add(name)
        for _, instruction in made.get(name, ()):
            match instruction:
                case ir.Compute(op=op, operands=operands):
                    nil = any(isinstance(one, ir.Const) and one.known and one.value is None for one in operands)
                    if op not in _SIZES and not nil:
                        stack += [one for one in operands if isinstance(one, int)]
                case ir.Call(call=ir.CallInfo(callee=ir.StaticCallee(func=func))) if func.name in _ASKS_SIZE:
                    pass
                case _:
                    return False
    return True


def given_back(function: FunctionFacts, helpers: Mapping[str, frozenset[int]]) -> Iterator[Given]:
    """Where ``function`` puts something back, itself, by one of ``helpers``, or in a literal that it defers."""
    made: dict[Name, list[tuple[Point, ir.Instruction]]] | None = None
    for call in function.calls:
        taken = frozenset((1,)) if call.callee == PUT else helpers.get(_short(call.callee, helpers))
        instruction = function.ir.blocks[call.point.block].instructions[call.point.index]
        if not taken or not isinstance(instruction, ir.Call | ir.Defer):
            continue
        for index in taken:
            operand = instruction.call.args[index] if index < len(instruction.call.args) else None
            made = definitions(function.ir) if made is None else made
            if isinstance(operand, int) and not _is_part(made.get(operand, [])):
                yield Given(call.point, operand, isinstance(instruction, ir.Defer))
    yield from _given_elsewhere(function, helpers)
    yield from _given_by_literals(function)


def _given_elsewhere(function: FunctionFacts, helpers: Mapping[str, frozenset[int]]) -> Iterator[Given]:
    """Where a function of another package puts back what it is given, and says so by its name.

    Whether it does in any case can't be seen from here: one that is called `Release` may count references.
    """
    for given in function.publications:
        if given.kind is not PublicationKind.POOL or len(given.trace) != 1:
            continue
        callee = given.trace[0].callee
        if not _GIVES.match(callee.rpartition(".")[2]) or _short(callee, helpers) in helpers:
            continue
        instruction = function.ir.blocks[given.point.block].instructions[given.point.index]
        for call in function.calls:
            if call.point != given.point or not isinstance(instruction, ir.Call | ir.Defer):
                continue
            for operand, arg in zip(call.args, instruction.call.args, strict=False):
                if isinstance(arg, int) and set(given.value) & set(operand.targets):
                    yield Given(given.point, arg, isinstance(instruction, ir.Defer))


def _is_part(made: list[tuple[Point, ir.Instruction]]) -> bool:
    """Whether it is the address of a field or an item: the object that this lies in isn't given back."""
    return any(isinstance(each, ir.Address) and each.place.steps for _, each in made)


def _short(callee: str, helpers: Mapping[str, frozenset[int]]) -> str:
    """A callee's name as ``helpers`` tells it: methods as ``(*T).m``, without the import path."""
    return callee if callee in helpers else _names_of(callee)


@lru_cache(maxsize=4096)
def _names_of(callee: str) -> str:
    """``(*example.com/m/p.T).m`` as ``(*T).m``, ``example.com/m/p.f`` as ``f``."""
    if callee.startswith("("):
        owner, _, method = callee.rpartition(").")
        star = "*" if owner.startswith("(*") else ""
        return f"({star}{owner.rpartition('.')[2].lstrip('(*')}).{method}"
    return callee.rpartition(".")[2]


def _given_by_literals(function: FunctionFacts) -> Iterator[Given]:
    literals = {each.target: each.function for _, each in points(function.ir) if isinstance(each, ir.Closure)}
    for point, instruction in points(function.ir) if literals else ():
        if not isinstance(instruction, ir.Defer) or not isinstance(instruction.call.callee, ir.DynamicCallee):
            continue
        value = instruction.call.callee.value
        literal = literals.get(value) if isinstance(value, int) else None
        if literal is None or len(literal.blocks) > 1:
            continue
        made = definitions(literal)
        for _, each in points(literal):
            if not isinstance(each, ir.Call) or not isinstance(each.call.callee, ir.StaticCallee):
                continue
            func, args = each.call.callee.func, each.call.args
            if func.name == "Put" and func.full_name == PUT and isinstance(args[1], int):
                captured = [name for name in origins(literal, args[1], made) if name in literal.captures]
                if len(captured) == 1:
                    yield Given(point, captured[0], late=True)
