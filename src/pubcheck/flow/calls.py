"""Calls: what is called, with which receiver and arguments; builtins; conversions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.flow import ir
from pubcheck.flow.builtins import builtin, builtin_call
from pubcheck.flow.places import address, place, receiver
from pubcheck.flow.shapes import NIL, element_of, is_string, results_of
from pubcheck.model.structure import underlying
from pubcheck.model.symbols import Builtin, Func, PackageName, Symbol, TypeName
from pubcheck.model.types import UNKNOWN, Signature, Struct, Tuple, Type
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from pubcheck.flow.context import Lowering
    from pubcheck.model.lookup import Selection

_TYPE_SYNTAX = frozenset({
    ast.ArrayType, ast.SliceType, ast.MapType, ast.ChanType, ast.FuncType, ast.StructType, ast.InterfaceType,
})  # fmt: skip

# After these nothing more of the function runs. Matched by name first: a full name is made anew each time.
_NO_RETURN = frozenset(
    {
        "os.Exit",
        "syscall.Exit",
        "runtime.Goexit",
        *(f"log.{name}{end}" for name in ("Fatal", "Panic") for end in ("", "f", "ln")),
        *(f"(*log.Logger).{name}{end}" for name in ("Fatal", "Panic") for end in ("", "f", "ln")),
        *(
            f"({owner}).{name}"
            for owner in ("*testing.common", "testing.TB", "*testing.T", "*testing.B", "*testing.F")
            for name in ("Fatal", "Fatalf", "FailNow", "Skip", "Skipf", "SkipNow")
        ),
        *(f"github.com/stretchr/testify/require.{name}" for name in ("Fail", "Failf", "FailNow", "FailNowf")),
    }
)
_FAILS_AS_WRITTEN = frozenset(f"require.{name}" for name in ("Fail", "Failf", "FailNow", "FailNowf"))
"""What the same is called where the library isn't at hand."""
_NO_RETURN_NAMES = frozenset(name.rpartition(".")[2] for name in _NO_RETURN)
_LOGGERS_LAST_WORDS = frozenset(f"{name}{end}" for name in ("Fatal", "Panic") for end in ("", "f", "ln", "w"))
"""What loggers of all libraries call the methods that end the program or the goroutine."""


def call(fn: Lowering, node: ast.Call) -> ir.Operand:
    """A call for its one result, or a conversion."""
    fun, symbol = _target(fn, node.fun)
    if type(symbol) is Builtin:
        return builtin(fn, node, symbol.name, used=True)
    if type(symbol) is TypeName or _is_conversion(fn, fun, symbol):
        return _convert(fn, node)
    results = results_of(fn.info.type(node))
    targets = _call(fn, node, _call_info(fn, node, fun, symbol), results)
    return targets[0] if targets else fn.unknown(node)


def call_statement(fn: Lowering, node: ast.Call) -> None:
    """A call for its effect."""
    fun, symbol = _target(fn, node.fun)
    if type(symbol) is Builtin:
        builtin(fn, node, symbol.name, used=False)
    elif type(symbol) is TypeName or _is_conversion(fn, fun, symbol):
        _convert(fn, node)
    else:
        info = _call_info(fn, node, fun, symbol)
        fn.emit(ir.Call(node.pos, node.end, (), info))
        if _never_returns(fn, info.callee):
            fn.exit(ir.Panic(node.pos, node.end, None))


def call_results(fn: Lowering, node: ast.Call, count: int) -> tuple[int, ...]:
    """A call for its ``count`` results."""
    fun, symbol = _target(fn, node.fun)
    results = results_of(fn.info.type(node))
    if len(results) != count:
        results = (UNKNOWN,) * count
    return _call(fn, node, _call_info(fn, node, fun, symbol), results)


def spawned(fn: Lowering, node: ast.Call) -> ir.CallInfo | None:
    """What ``go`` or ``defer`` starts, its operands evaluated; None for a conversion."""
    fun, symbol = _target(fn, node.fun)
    if type(symbol) is Builtin:
        return builtin_call(fn, node, symbol.name)
    if type(symbol) is TypeName or _is_conversion(fn, fun, symbol):
        _convert(fn, node)
        return None
    return _call_info(fn, node, fun, symbol)


def bound_method(fn: Lowering, node: ast.Selector, selection: Selection, method: Func) -> int:
    """A method value: the receiver is evaluated now."""
    value = receiver(fn, node, selection, method)
    type_ = fn.info.type(node)
    target = fn.register(type_)
    fn.emit(ir.Compute(node.pos, node.end, target, "bind", (value,), type_, None, method))
    return target


def _call(fn: Lowering, node: ast.Call, info: ir.CallInfo, results: tuple[Type, ...]) -> tuple[int, ...]:
    targets = tuple([fn.register(each) for each in results])
    fn.emit(ir.Call(node.pos, node.end, targets, info))
    return targets


def _target(fn: Lowering, fun: ast.Expr) -> tuple[ast.Expr, Symbol | None]:
    """The function's expression without parentheses and type arguments, and the symbol that it is, if any."""
    while type(fun) is ast.Paren:
        fun = fun.x
    if type(fun) is ast.Selector:
        selection = fn.info.selection(fun)
        return fun, None if selection is None else selection.obj
    if type(fun) is ast.Ident:
        return fun, fn.info.symbol(fun)
    if type(fun) is ast.Index:
        inner, symbol = _target(fn, fun.x)
        if type(symbol) in (Func, TypeName):
            return inner, symbol
    return fun, None


def _is_conversion(fn: Lowering, fun: ast.Expr, symbol: Symbol | None) -> bool:
    cls = type(fun)
    return symbol is None and (cls in _TYPE_SYNTAX or (cls is ast.Star and fn.info.is_type(fun)))


def _call_info(fn: Lowering, node: ast.Call, fun: ast.Expr, symbol: Symbol | None) -> ir.CallInfo:
    first: tuple[ir.Operand, ...] = ()
    callee: ir.Callee
    if type(symbol) is Func:
        callee, first = _declared(fn, fun, symbol)
    elif symbol is None and type(fun) in (ast.Ident, ast.Selector):
        callee = ir.UnknownCallee(_written(fn, fun))
        first = _unknown_receiver(fn, fun)
    else:
        value = fn.expr(fun)
        if type(value) is ir.FuncValue:
            callee = ir.StaticCallee(value.func)
        else:
            callee = ir.DynamicCallee(value, _written(fn, fun))
    args = (*first, *arguments(fn, node))
    if isinstance(callee, ir.StaticCallee) and len(args) < _required(callee.func):
        callee = ir.UnknownCallee(_written(fn, fun))  # it doesn't compile: what is known of a callee has all it takes
    return ir.CallInfo(callee, args, node.spread, node.pos, node.end)


def _required(func: Func) -> int:
    """The arguments that each call of ``func`` has, its receiver counted."""
    type_ = func.type
    if type(type_) is not Signature:
        return 0
    return len(type_.params) - type_.variadic + (func.receiver is not None)


def _declared(fn: Lowering, fun: ast.Expr, func: Func) -> tuple[ir.Callee, tuple[ir.Operand, ...]]:
    """The callee and the receiver of a declared function or a method."""
    selection = fn.info.selection(fun) if type(fun) is ast.Selector else None
    if selection is not None and selection.kind == "method":
        value = receiver(fn, fun, selection, func)  # type: ignore[arg-type]
        if func.interface:
            return ir.InterfaceCallee(func, fn.types[value] if type(value) is int else UNKNOWN), (value,)
        return ir.StaticCallee(func), (value,)
    if func.interface:
        return ir.InterfaceCallee(func, UNKNOWN), ()
    return ir.StaticCallee(func), ()


def _unknown_receiver(fn: Lowering, fun: ast.Expr) -> tuple[ir.Operand, ...]:
    """What a method that isn't known may be called on; nothing for a function of a package.

    What is promoted from a part of a struct that isn't known isn't called on a copy of the whole.
    """
    if type(fun) is not ast.Selector:
        return ()
    if type(fun.x) is ast.Ident and type(fn.info.symbol(fun.x)) in (PackageName, type(None), TypeName):
        return ()
    if isinstance(underlying(fn.info.type(fun.x)), Struct):
        return (address(fn, fun.x, place(fn, fun.x)),)
    return (fn.expr(fun.x),)


def _written(fn: Lowering, fun: ast.Expr) -> str:
    """The callee as the source has it, on one line and short."""
    if type(fun) is ast.FuncLit:
        return "func literal"
    text = " ".join(fn.unit.source.text(fun.pos, fun.end).split())
    return text if len(text) <= 60 else text[:57] + "..."


def arguments(fn: Lowering, node: ast.Call) -> tuple[ir.Operand, ...]:
    """The arguments in order; ``f(g())`` passes each result of g."""
    args = node.args
    if len(args) == 1 and type(args[0]) is ast.Call:
        type_ = fn.info.type(args[0])
        if type(type_) is Tuple and len(type_.elements) > 1:
            return call_results(fn, args[0], len(type_.elements))
    return tuple([fn.expr(arg) for arg in args])


def _convert(fn: Lowering, node: ast.Call) -> ir.Operand:
    type_ = fn.info.type(node)
    value = fn.expr(node.args[0]) if node.args else NIL
    if type(value) is ir.Const:
        constant = fn.info.constant(node)
        if constant is not None:
            return ir.Const(constant, type_)
    source = fn.types[value] if type(value) is int else fn.info.type(node.args[0]) if node.args else UNKNOWN
    element = element_of(type_)
    if element is not None and is_string(source):
        target = fn.register(type_)
        fn.emit(ir.Alloc(node.pos, node.end, target, type_))
        return target
    if type(value) is int and is_string(type_):
        read = element_of(source)
        if read is not None:
            fn.load(node, ir.Place(value, (ir.Element(None),), read))
    return fn.compute(node, "convert", (value,), type_)


def _never_returns(fn: Lowering, callee: ir.Callee) -> bool:
    """Whether a call ends the goroutine or the program; a logger whose code isn't at hand is taken at its word."""
    if isinstance(callee, ir.UnknownCallee):
        return callee.source.rpartition(".")[2] in _LOGGERS_LAST_WORDS or callee.source in _FAILS_AS_WRITTEN
    if not isinstance(callee, ir.StaticCallee | ir.InterfaceCallee):
        return False
    func = callee.func
    if func.name in _LOGGERS_LAST_WORDS and (func.interface or func.package is not fn.info.package):
        return True
    return func.name in _NO_RETURN_NAMES and func.full_name in _NO_RETURN
