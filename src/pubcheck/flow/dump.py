"""A function as text, for people: one line an instruction, one block under another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pubcheck.flow import ir
from pubcheck.flow.cfg import Cfg
from pubcheck.model.printing import type_string

if TYPE_CHECKING:
    from collections.abc import Callable

    from pubcheck.model.symbols import Var

_INFIX = frozenset({
    "+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "&^", "==", "!=", "<", "<=", ">", ">=",
})  # fmt: skip


def dump(function: ir.Function) -> str:
    """Text of ``function`` and, behind it, of the function literals in it. Ends in a newline."""
    return "\n".join(_Dump(each).text() for each in _all(function))


def _all(function: ir.Function) -> list[ir.Function]:
    found = [function]
    for each in found:
        for block in each.blocks:
            found.extend(item.function for item in block.instructions if type(item) is ir.Closure)
    return found


class _Dump:
    """Writes one function."""

    def __init__(self, function: ir.Function) -> None:
        self._function = function
        self._names = _register_names(function)

    def text(self) -> str:
        function = self._function
        params = ", ".join(self._slot(each) for each in function.params)
        results = ", ".join(self._slot(each) for each in function.results)
        head = f"func {function.name}({params})" + (f" ({results})" if results else "")
        if function.captures:
            head += f" captures {', '.join(var.name for var in function.captures)}"
        lines = [head + (" partial" if function.partial else "") + ":"]
        predecessors = Cfg(function).predecessors
        for block in function.blocks:
            notes = [f"preds {' '.join(f'b{each}' for each in predecessors[block.index])}"] * bool(block.index)
            notes += [f"loop {block.loop}"] * bool(block.loop)
            lines.append(f"b{block.index}:" + (f"  ; {', '.join(notes)}" if notes else ""))
            lines.extend(f"  {self._instruction(each)}" for each in block.instructions)
        return "\n".join(lines) + "\n"

    def _slot(self, slot: int | Var) -> str:
        return self._names[slot] if isinstance(slot, int) else f"&{slot.name}"

    def _instruction(self, instruction: ir.Instruction) -> str:
        return _LINES[type(instruction)](self, instruction)

    def operand(self, operand: ir.Operand | None) -> str:
        match operand:
            case None:
                return "_"
            case int():
                return self._names[operand]
            case ir.FuncValue(func):
                return func.full_name
            case ir.Const(value, _, known):
                return _constant(value) if known else "?"

    def place(self, place: ir.Place) -> str:
        text = self._names[place.root] if isinstance(place.root, int) else place.root.name
        for step in place.steps:
            match step:
                case ir.Deref():
                    text = f"*{text}"
                case ir.Field(_, name):
                    text = f"({text}).{name}" if text.startswith("*") else f"{text}.{name}"
                case ir.Element(index):
                    inner = "*" if index is None else self.operand(index)
                    text = f"({text})[{inner}]" if text.startswith("*") else f"{text}[{inner}]"
        return text

    def call(self, call: ir.CallInfo) -> str:
        args = ", ".join(self.operand(arg) for arg in call.args) + ("..." if call.spread else "")
        return f"{self._callee(call.callee)}({args})"

    def _callee(self, callee: ir.Callee) -> str:
        match callee:
            case ir.StaticCallee(func):
                return func.full_name
            case ir.InterfaceCallee(func):
                return f"interface {func.full_name}"
            case ir.DynamicCallee(value):
                return f"dynamic {self.operand(value)}"
            case ir.BuiltinCallee(name):
                return name
            case ir.UnknownCallee(source):
                return f"unknown {source}"

    def targets(self, *targets: int | None) -> str:
        named = [self.operand(each) for each in targets]
        while named and named[-1] == "_":
            named.pop()
        return f"{', '.join(named)} = " if named else ""

    def declare(self, item: ir.Declare) -> str:
        return f"declare {item.var.name}"

    def alloc(self, item: ir.Alloc) -> str:
        capacity = "" if item.capacity is None else f", {self.operand(item.capacity)}"
        return f"{self.targets(item.target)}alloc {type_string(item.type)}{capacity}"

    def load(self, item: ir.Load) -> str:
        return f"{self.targets(item.target, item.ok)}load {self.place(item.place)}"

    def store(self, item: ir.Store) -> str:
        return f"{'init' if item.init else 'store'} {self.place(item.place)} = {self.operand(item.value)}"

    def address(self, item: ir.Address) -> str:
        return f"{self.targets(item.target)}address {self.place(item.place)}"

    def compute(self, item: ir.Compute) -> str:
        operands = [self.operand(each) for each in item.operands]
        if item.op in _INFIX and len(operands) == 2:
            text = f"{operands[0]} {item.op} {operands[1]}"
        elif item.op == "move":
            text = operands[0]
        elif item.op in ("assert", "convert") or (item.op == "struct"):
            text = f"{item.op} {type_string(item.type)}({', '.join(operands)})"
        else:
            bound = "" if item.func is None else f" {item.func.full_name}"
            text = f"{item.op}{bound}({', '.join(operands)})"
        return self.targets(item.target, item.ok) + text

    def closure(self, item: ir.Closure) -> str:
        return f"{self.targets(item.target)}closure {item.function.name}"

    def call_line(self, item: ir.Call) -> str:
        return f"{self.targets(*item.targets)}call {self.call(item.call)}"

    def go(self, item: ir.Go) -> str:
        return f"go {self.call(item.call)}"

    def defer(self, item: ir.Defer) -> str:
        return f"defer {self.call(item.call)}"

    def send(self, item: ir.Send) -> str:
        return f"send {self.operand(item.channel)} <- {self.operand(item.value)}{_selected(item.in_select)}"

    def receive(self, item: ir.Receive) -> str:
        return f"{self.targets(item.target, item.ok)}receive {self.operand(item.channel)}{_selected(item.in_select)}"

    def close(self, item: ir.Close) -> str:
        return f"close {self.operand(item.channel)}"

    def select(self, item: ir.Select) -> str:
        cases = [
            f"{'send' if case.send else 'receive'} {self.operand(case.channel)} -> b{case.block}" for case in item.cases
        ]
        cases += [] if item.default is None else [f"default -> b{item.default}"]
        return f"select {', '.join(cases)}".rstrip()

    def range_(self, item: ir.Range) -> str:
        targets = self.targets(item.key, item.value)
        return f"{targets}range {self.operand(item.subject)} -> b{item.body}, done b{item.exit}"

    def jump(self, item: ir.Jump) -> str:
        return f"jump b{item.block}"

    def branch(self, item: ir.Branch) -> str:
        return f"branch {self.operand(item.condition)} ? b{item.then} : b{item.orelse}"

    def return_(self, item: ir.Return) -> str:
        return f"return {', '.join(self.operand(each) for each in item.values)}".rstrip()

    def panic(self, item: ir.Panic) -> str:
        return "panic" if item.value is None else f"panic {self.operand(item.value)}"


_LINES: dict[type[ir.Instruction], Callable[[_Dump, Any], str]] = {
    ir.Declare: _Dump.declare,
    ir.Alloc: _Dump.alloc,
    ir.Load: _Dump.load,
    ir.Store: _Dump.store,
    ir.Address: _Dump.address,
    ir.Compute: _Dump.compute,
    ir.Closure: _Dump.closure,
    ir.Call: _Dump.call_line,
    ir.Go: _Dump.go,
    ir.Defer: _Dump.defer,
    ir.Send: _Dump.send,
    ir.Receive: _Dump.receive,
    ir.Close: _Dump.close,
    ir.Select: _Dump.select,
    ir.Range: _Dump.range_,
    ir.Jump: _Dump.jump,
    ir.Branch: _Dump.branch,
    ir.Return: _Dump.return_,
    ir.Panic: _Dump.panic,
}


def _register_names(function: ir.Function) -> list[str]:
    """``x`` for a variable's register, ``r3`` for another; variables of one name are told apart by a number."""
    names: list[str] = []
    taken: dict[str, int] = {}
    for register in range(len(function.register_types)):
        var = function.register_vars.get(register)
        if var is None:
            names.append(f"r{register}")
            continue
        count = taken[var.name] = taken.get(var.name, 0) + 1
        names.append(var.name if count == 1 else f"{var.name}#{count}")
    return names


def _constant(value: object) -> str:
    match value:
        case None:
            return "nil"
        case bool():
            return "true" if value else "false"
        case str():
            text = ascii(value)[1:-1].replace('"', '\\"')
            return f'"{text}"'
        case _:
            return str(value)


def _selected(select: ir.Select | None) -> str:
    return "" if select is None else " (selected)"
