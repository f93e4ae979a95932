"""A goroutine goes on with a request's context when the request is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.goroutines import type_name
from pubcheck.analysis.handlers import handles
from pubcheck.diagnostic import Related
from pubcheck.flow import ir
from pubcheck.model.symbols import Var
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.outliving import outliving
from pubcheck.rules.support.reading import called, mentions, span_in, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.support.outliving import Outliving

_OF_REQUEST = "(*net/http.Request).Context"


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find goroutines that handlers don't wait for and that work under the context of the request."""
    if not mentions(package, b"context.Context") and not mentions(package, b".Context()"):
        return
    for one in outliving(package):
        what = handles(one.function.ir)
        name = _used(one) if what else ""
        if name:
            yield Finding(
                span=one.spawn.span,
                values={"context": name, "handler": one.function.name},
                because=(f"`{one.function.name}` handles {what}: their context is cancelled when it returns",),
                related=(Related(span_in(one.function, one.leave), "it returns here and doesn't wait"),),
                location=name,
                symbol=one.function.name,
            )


def _used(one: Outliving) -> str:
    """The request's context, as the handler calls it, if the goroutine is given it or uses it."""
    handler = one.function.ir
    registers, variables = _contexts(handler)
    start = handler.blocks[one.spawn.point.block].instructions[one.spawn.point.index]
    if type(start) is ir.Go:
        given = next((each for each in start.call.args if isinstance(each, int) and each in registers), None)
        if given is not None:
            return registers[given]
    body = one.thread.facts
    if body is not None and _watches(body.ir):
        return ""
    for function in within(body.ir) if body is not None and body.enclosing else ():
        requests: set[int] = set()
        for block in function.blocks:
            for each in block.instructions:
                if type(each) is ir.Load and isinstance(each.place.root, Var) and not each.place.steps:
                    if each.place.root in variables:
                        return each.place.root.name
                    if each.place.root == handler.params[-1]:
                        requests.add(each.target)
                elif called(each) == _OF_REQUEST and each.call.args[0] in requests:  # type: ignore[attr-defined]
                    return f"{handler.params[-1].name}.Context()"  # type: ignore[union-attr]
    return ""


def _watches(body: ir.Function) -> bool:
    """Whether the goroutine knows that the request may end, and waits for it."""
    return any(
        type(each) is ir.Call
        and type(each.call.callee) is ir.InterfaceCallee
        and each.call.callee.func.full_name == "(context.Context).Done"
        for function in within(body)
        for block in function.blocks
        for each in block.instructions
    )


def _contexts(handler: ir.Function) -> tuple[dict[int, str], set[Var]]:
    """The registers and variables of the handler that hold the request's context, or one that ends with it."""
    registers: dict[int, str] = {}
    variables: set[Var] = set()
    for param, type_ in zip(handler.params, handler.param_types, strict=True):
        if type_name(type_) == "context.Context":
            if isinstance(param, Var):
                variables.add(param)
            else:
                registers[param] = _name(handler, param)
    for block in handler.blocks:
        for each in block.instructions:
            match each:
                case ir.Call(targets=(target, *_), call=info) if called(each) == _OF_REQUEST or _derives(each):
                    if called(each) == _OF_REQUEST or info.args[0] in registers:
                        registers[target] = _name(handler, target)
                case ir.Compute(op="move", operands=(int() as operand,), target=target) if operand in registers:
                    registers[target] = _name(handler, target)
                case ir.Store(place=ir.Place(root=Var() as var, steps=()), value=int() as value):
                    (variables.add if value in registers else variables.discard)(var)
                case ir.Load(place=ir.Place(root=Var() as var, steps=()), target=target) if var in variables:
                    registers[target] = var.name
    return registers, variables


def _derives(call: ir.Call) -> bool:
    """Whether it makes a context that ends with its parent."""
    name = called(call)
    return name.startswith("context.With") and name != "context.WithoutCancel"


def _name(handler: ir.Function, register: int) -> str:
    var = handler.register_vars.get(register)
    return var.name if var is not None else "r.Context()"
