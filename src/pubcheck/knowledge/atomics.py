"""Package sync/atomic in both of its styles, and go.uber.org/atomic."""

from __future__ import annotations

from pubcheck.facts import AtomicKind, Style
from pubcheck.knowledge.effect import AtomicOp, Table

_VERBS = {
    "Load": AtomicKind.LOAD,
    "Store": AtomicKind.STORE,
    "Add": AtomicKind.ADD,
    "Swap": AtomicKind.SWAP,
    "CompareAndSwap": AtomicKind.CAS,
    "And": AtomicKind.AND,
    "Or": AtomicKind.OR,
}
_ARITHMETIC = frozenset((AtomicKind.ADD, AtomicKind.AND, AtomicKind.OR))
_INTEGERS = {"Int32": 32, "Int64": 64, "Uint32": 32, "Uint64": 64, "Uintptr": 0}


def _standard() -> Table:
    table: Table = {}
    for verb, kind in _VERBS.items():
        for name, width in _INTEGERS.items():
            table[f"sync/atomic.{verb}{name}"] = (AtomicOp(kind, Style.FUNCTION, width),)
            table[f"(*sync/atomic.{name}).{verb}"] = (AtomicOp(kind, Style.TYPED, width),)
        if kind in _ARITHMETIC:
            continue
        table[f"sync/atomic.{verb}Pointer"] = (AtomicOp(kind, Style.FUNCTION, 0),)
        for name, width in (("Bool", 32), ("Pointer", 0), ("Value", 0)):
            table[f"(*sync/atomic.{name}).{verb}"] = (AtomicOp(kind, Style.TYPED, width),)
    return table


def _uber() -> Table:
    table: Table = {}
    verbs = _VERBS | {"CAS": AtomicKind.CAS}
    types = _INTEGERS | {"Bool": 32, "Duration": 64, "Float64": 64, "Float32": 32, "Time": 0, "String": 0, "Error": 0}
    for name, width in (types | {"Pointer": 0, "Value": 0}).items():
        for verb, kind in verbs.items():
            if kind not in _ARITHMETIC or name not in {"Bool", "Time", "String", "Error", "Pointer", "Value"}:
                table[f"(*go.uber.org/atomic.{name}).{verb}"] = (AtomicOp(kind, Style.TYPED, width),)
        if name in _INTEGERS:
            for verb, delta in (("Inc", 1), ("Dec", -1)):
                table[f"(*go.uber.org/atomic.{name}).{verb}"] = (AtomicOp(AtomicKind.ADD, Style.TYPED, width, delta),)
            table[f"(*go.uber.org/atomic.{name}).Sub"] = (AtomicOp(AtomicKind.ADD, Style.TYPED, width),)
    table["(*go.uber.org/atomic.Bool).Toggle"] = (AtomicOp(AtomicKind.SWAP, Style.TYPED, 32),)
    return table


TABLE: Table = _standard() | _uber()
