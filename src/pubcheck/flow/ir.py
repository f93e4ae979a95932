"""The intermediate representation: basic blocks of a few kinds of instructions.

A function is lowered once. After that nobody matches Go's syntax: sugar is gone, evaluation order is explicit, every
read and write of memory that another goroutine could see is an instruction of its own.

**Registers.** An ``Operand`` that is an ``int`` is a register. A local variable that no closure captures and whose
address is never taken, explicitly or by a method call, a slice of an array or a write to one of its fields, *is* a
register (``Function.register_vars`` names it) and may be assigned more than once. Any other local is a *cell*: it is
read by ``Load`` and written by ``Store``, with the variable as the place's root.

**Places.** ``Place(root, steps)`` is memory. The root is a variable (a cell or a package variable) or a register that
holds a pointer, map, slice or interface. A ``Deref`` stands only directly after a root and goes through that pointer;
each further pointer is a ``Load`` of its own, so that ``s.cache.items[k]`` reads ``S.cache``, then ``Cache.items``,
then an element. ``Field`` steps go through embedded structs explicitly; ``Element`` is an item of an array, slice or
map (the root register holds the slice or map itself: no ``Deref`` before it). A register that holds a struct or an
array *value* may be a root too: its ``Field``, or its ``Element``, is a part of that value, which nobody else sees. A
field that can't be resolved has no owner and an unknown type, and no ``Deref`` tells whether a pointer leads to it.

Nothing leads back to the entry block, and there is no block that nothing leads to. In source that compiles a register
is assigned on every path to where it is read.
"""

from __future__ import annotations

import msgspec

from pubcheck.model.symbols import Constant, Func, TypeName, Var
from pubcheck.model.types import Type


class Const(msgspec.Struct, frozen=True, gc=False):
    """A constant operand; ``value`` is None for ``nil``, and for a constant whose value isn't known ``known`` is
    false."""  # noqa: D205, D209

    value: Constant
    type: Type
    known: bool = True


class FuncValue(msgspec.Struct, frozen=True, gc=False):
    """A declared function used as a value; a method expression too (its receiver is the first parameter)."""

    func: Func


Operand = int | Const | FuncValue


class Deref(msgspec.Struct, frozen=True, gc=False):
    """Go through the pointer that the root holds."""


class Field(msgspec.Struct, frozen=True, gc=False):
    """A field of a struct. ``owner`` is the declared type that the struct belongs to; None for an anonymous one."""

    owner: TypeName | None
    name: str
    type: Type


class Element(msgspec.Struct, frozen=True, gc=False):
    """An item of an array, slice or map; ``index`` is None for any item."""

    index: Operand | None


Step = Deref | Field | Element


class Place(msgspec.Struct, frozen=True, gc=False):
    """Memory that is read or written. ``type`` is what is stored there."""

    root: Var | int
    steps: tuple[Step, ...]
    type: Type


# --- callees


class StaticCallee(msgspec.Struct, frozen=True, gc=False):
    """A declared function or method. A method's receiver is the first argument, its address taken or its pointer
    followed as the method wants it, promoted methods through explicit fields."""  # noqa: D205, D209

    func: Func


class InterfaceCallee(msgspec.Struct, frozen=True, gc=False):
    """A method of an interface; the interface value is the first argument."""

    func: Func
    interface: Type


class DynamicCallee(msgspec.Struct, frozen=True, gc=False):
    """A function value. ``source`` is its expression as written, for messages."""

    value: Operand
    source: str


class BuiltinCallee(msgspec.Struct, frozen=True, gc=False):
    """``append``, ``copy``, ``delete``, ``clear``, ``len``, ``cap``, ``panic``, ``recover``, ``print``, ``min``, ..."""

    name: str


class UnknownCallee(msgspec.Struct, frozen=True, gc=False):
    """A callee that can't be resolved (a package that isn't there). ``source`` is its expression as written."""

    source: str


Callee = StaticCallee | InterfaceCallee | DynamicCallee | BuiltinCallee | UnknownCallee


# --- instructions


class Instruction(msgspec.Struct, frozen=True, eq=False, gc=False):
    """One step. ``pos`` and ``end`` are the byte offsets of the syntax that it comes from."""

    pos: int
    end: int


class Declare(Instruction, frozen=True, eq=False, gc=False):
    """A new instance of a cell begins its life, zero; at each turn where a loop variable is per iteration."""

    var: Var


class Alloc(Instruction, frozen=True, eq=False, gc=False):
    """New memory: ``&T{}``, ``new(T)``, ``make``, a slice or map literal, a string conversion that copies.

    ``target`` holds the pointer, slice, map or channel and ``type`` is the target's (``*T`` for ``&T{}``).
    ``capacity`` is a channel's; None without one or unknown.
    """

    target: int
    type: Type
    capacity: Operand | None = None


class Load(Instruction, frozen=True, eq=False, gc=False):
    """Read ``place``. With ``ok`` a map's or type's second result."""

    target: int
    place: Place
    ok: int | None = None


class Store(Instruction, frozen=True, eq=False, gc=False):
    """Write ``place``. ``init`` marks the first write of a composite literal's or a declared variable's memory."""

    place: Place
    value: Operand
    init: bool = False


class Address(Instruction, frozen=True, eq=False, gc=False):
    """``&place``, implicit ones of method calls included. Reads and writes nothing."""

    target: int
    place: Place


class Compute(Instruction, frozen=True, eq=False, gc=False):
    """A pure operation on operands: ``move``, unary and binary operators by their token, ``convert``, ``assert``,
    ``slice`` (``x[a:b]``), ``len``, ``cap``, ``struct`` (a struct or array value from its parts), ``bind`` (a method
    value from its receiver), ``phi`` (``&&`` and ``||``, at the join: on a path that skips it the second operand has no
    value), ``index`` (of a string), ``min``, ``max``, ``real``, ``unsafe.Add`` and their like, ``unknown`` (a name that
    can't be resolved). ``type`` is the result's; ``ok`` a type assertion's second; ``func`` what ``bind`` binds."""  # noqa: D205, D209

    target: int
    op: str
    operands: tuple[Operand, ...]
    type: Type
    ok: int | None = None
    func: Func | None = None


class Closure(Instruction, frozen=True, eq=False, gc=False):
    """A function literal becomes a value; it captures its cells by reference."""

    target: int
    function: Function


class CallInfo(msgspec.Struct, frozen=True, eq=False, gc=False):
    """What is called with what. ``spread`` is true for ``f(xs...)``; other variadic arguments stand one by one."""

    callee: Callee
    args: tuple[Operand, ...]
    spread: bool
    pos: int
    end: int


class Call(Instruction, frozen=True, eq=False, gc=False):
    """A call; ``targets`` has one register for each result that is used, in order (all or none)."""

    targets: tuple[int, ...]
    call: CallInfo


class Go(Instruction, frozen=True, eq=False, gc=False):
    """``go call``; callee and arguments are evaluated before."""

    call: CallInfo


class Defer(Instruction, frozen=True, eq=False, gc=False):
    """``defer call``: runs when the function returns, last first."""

    call: CallInfo


class Send(Instruction, frozen=True, eq=False, gc=False):
    """``channel <- value``, a select's chosen one included."""

    channel: Operand
    value: Operand
    in_select: Select | None = None


class Receive(Instruction, frozen=True, eq=False, gc=False):
    """``<-channel``, a select's chosen one included; range over a channel is a receive a turn."""

    channel: Operand
    target: int | None
    ok: int | None
    in_select: Select | None = None


class Close(Instruction, frozen=True, eq=False, gc=False):
    """``close(channel)``."""

    channel: Operand


class SelectCase(msgspec.Struct, frozen=True, eq=False, gc=False):
    """One communication of a select and the block where it goes on; that block begins with its Send or Receive."""

    channel: Operand
    send: bool
    block: int


class Select(Instruction, frozen=True, eq=False, gc=False):
    """Ends a block: waits for one of ``cases``. ``default`` is the block of the default clause, None without one."""

    cases: tuple[SelectCase, ...]
    default: int | None


class Range(Instruction, frozen=True, eq=False, gc=False):
    """Ends a block: the next turn of a range over an array, slice, string, map or integer, or the way out.

    ``subject`` is the value ranged over and ``type`` its type. A channel is no ``Range`` but a ``Receive`` and a
    ``Branch``. Ranging over a function is a ``Range`` too: each turn may run code of ``subject`` before the body.
    """

    subject: Operand
    type: Type
    key: int | None
    value: int | None
    body: int
    exit: int


class Jump(Instruction, frozen=True, eq=False, gc=False):
    """Ends a block."""

    block: int


class Branch(Instruction, frozen=True, eq=False, gc=False):
    """Ends a block: to ``then`` if ``condition`` holds, else to ``orelse``."""

    condition: Operand
    then: int
    orelse: int


class Return(Instruction, frozen=True, eq=False, gc=False):
    """Ends a block: deferred calls run, then the function returns."""

    values: tuple[Operand, ...]


class Panic(Instruction, frozen=True, eq=False, gc=False):
    """Ends a block: ``panic(value)``, and calls that are known never to return (``os.Exit``, ``runtime.Goexit``)."""

    value: Operand | None


Terminator = Jump | Branch | Select | Range | Return | Panic


class BasicBlock(msgspec.Struct, frozen=True, eq=False, gc=False):
    """Instructions that run one after another; the last is a terminator, and only the last.

    ``index`` is its place in ``Function.blocks``. ``loop`` is how many ``for`` statements of the function
    enclose it, none where nothing leads back from it; what ``goto`` repeats outside of them counts as one.
    """

    index: int
    instructions: tuple[Instruction, ...]
    loop: int = 0


class Function(msgspec.Struct, frozen=True, eq=False, gc=False):
    """A function, method or function literal after lowering.

    ``name`` is as in ``(*Cache).Get`` and, for literals, ``(*Cache).Get.func1`` as the Go runtime names them.
    ``params`` (receiver first) and ``results`` hold a register or, for a cell, its variable; a blank or unnamed one has
    a register nobody reads. ``captures`` are the cells of enclosing functions that it, or a literal in it, uses, or a
    literal that such a cell holds. ``held`` are those cells that never hold anything but a literal, with that.
    ``blocks[0]`` is the entry. ``partial`` says that a part couldn't be parsed and was left out.
    """

    name: str
    path: str
    func: Func | None
    params: tuple[int | Var, ...]
    param_types: tuple[Type, ...]
    results: tuple[int | Var, ...]
    captures: tuple[Var, ...]
    blocks: tuple[BasicBlock, ...]
    register_vars: dict[int, Var]
    register_types: dict[int, Type]
    pos: int
    end: int
    partial: bool = False
    held: tuple[tuple[Var, Function], ...] = ()
