"""Parameters, results and bodies: what makes a function of its parts, declared or literal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.flow import ir
from pubcheck.flow.context import Lowering
from pubcheck.model.symbols import Var
from pubcheck.model.types import UNKNOWN, Signature, Type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.model.symbols import Func
    from pubcheck.syntax import ast


def closure(fn: Lowering, node: ast.FuncLit) -> int:
    """A function literal, lowered with the function that it stands in."""
    fn.closures += 1
    name = f"{fn.name}.{fn.closures}" if fn.nested else f"{fn.name}.func{fn.closures}"
    inner = Lowering(fn.unit, name, nested=True)
    type_ = fn.info.type(node)
    captures = fn.unit.cells.captures.get(node, ())
    literals = fn.unit.literals
    named = fn.unit.cells.named
    held = tuple([(var, literals[named[var]]) for var in captures if var in named and named[var] in literals])
    function = assemble(
        inner, node, receiver=(), type_=node.type, signature=type_, body=node.body, captures=captures, held=held
    )
    literals[node] = function
    target = fn.register(type_)
    fn.emit(ir.Closure(node.pos, node.end, target, function))
    return target


def assemble(  # noqa: PLR0913 a function has these parts
    fn: Lowering,
    node: ast.Node,
    *,
    receiver: tuple[int | Var, ...],
    type_: ast.FuncType,
    signature: Type,
    body: ast.Block,
    func: Func | None = None,
    captures: tuple[Var, ...] = (),
    held: tuple[tuple[Var, ir.Function], ...] = (),
) -> ir.Function:
    """Lower ``body`` and put the function together."""
    param_types = signature.params if type(signature) is Signature else ()
    result_types = signature.results if type(signature) is Signature else ()
    params = (*receiver, *_declared(fn, type_.params, param_types))
    fn.results = tuple(_declared(fn, type_.results, result_types))
    _zero_results(fn, type_)
    _statements(fn, body)
    closing = (max(body.end - 1, body.pos), body.end)
    return complete(fn, (node.pos, node.end), closing, func=func, params=params, captures=captures, held=held)


def complete(  # noqa: PLR0913 a function has these parts
    fn: Lowering,
    span: tuple[int, int],
    closing: tuple[int, int],
    *,
    func: Func | None = None,
    params: tuple[int | Var, ...] = (),
    captures: tuple[Var, ...] = (),
    held: tuple[tuple[Var, ir.Function], ...] = (),
) -> ir.Function:
    """The function that ``fn`` has become; where its end is reached, it returns at ``closing``."""
    return ir.Function(
        name=fn.name,
        path=fn.unit.source.path,
        func=func,
        params=params,
        param_types=tuple([fn.types[each] if type(each) is int else each.type for each in params]),  # type: ignore[union-attr]
        results=fn.results,
        captures=captures,
        held=held,
        blocks=fn.finish(*closing),
        register_vars=fn.vars,
        register_types=dict(enumerate(fn.types)),
        pos=span[0],
        end=span[1],
        partial=fn.partial,
    )


def _statements(fn: Lowering, body: ast.Block) -> None:
    """Lower each statement; one that is nested too deeply to follow is left out."""
    for statement in body.statements:
        try:
            fn.stmt(statement)
        except RecursionError:
            if fn.nested:
                raise
            fn.partial = True


def _declared(fn: Lowering, fields: tuple[ast.Field, ...], types: tuple[Type, ...]) -> Iterator[int | Var]:
    """A register or a cell for each parameter or result."""
    for position, name in enumerate(_names(fields)):
        yield parameter(fn, name, types[position] if position < len(types) else UNKNOWN)


def _names(fields: tuple[ast.Field, ...]) -> list[ast.Ident | None]:
    """The name of each parameter or result; None for one without."""
    return [name for field in fields for name in field.names or (None,)]


def parameter(fn: Lowering, name: ast.Ident | None, type_: Type) -> int | Var:
    """The register or cell of one parameter."""
    var = None if name is None else fn.info.symbol(name)
    if type(var) is not Var:
        return fn.register(type_)
    return var if var in fn.cells else fn.var_register(var)


def _zero_results(fn: Lowering, type_: ast.FuncType) -> None:
    """Named results begin their life as zero."""
    for name, result in zip(_names(type_.results), fn.results, strict=True):
        if name is None:
            continue
        if isinstance(result, Var):
            fn.emit(ir.Declare(name.pos, name.end, result))
        elif result in fn.vars:
            fn.move(name, result, fn.zero(name, fn.types[result]))
