"""Our model's answers beside the referee's."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING

import msgspec

from pubcheck.model.callee import (
    BuiltinTarget,
    ConversionTarget,
    DynamicTarget,
    FuncTarget,
    InterfaceTarget,
    UnknownTarget,
)
from pubcheck.model.symbols import Builtin, Const, Func, Nil, PackageName, Symbol, TypeName, Var, VarKind
from pubcheck.source import LineIndex
from pubcheck.syntax import ast
from referee.records import Call, Name, Selector
from referee.typetext import type_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pubcheck.model.callee import Target
    from pubcheck.model.info import Info
    from pubcheck.model.package import Package
    from referee.records import Object, Record, Verdict

_KINDS = ("name", "selector", "call")


class Disagreement(msgspec.Struct, frozen=True):
    """One answer of ours that isn't the referee's; ``found`` is empty where we had none."""

    file: str
    pos: int
    kind: str
    aspect: str
    wanted: str
    found: str

    def place(self, directory: Path) -> str:
        """Where it is, as ``path:line:column``, for a package in ``directory``."""
        path = directory / self.file
        position = LineIndex(path.read_bytes()).position(self.pos)
        return f"{path}:{position.line}:{position.column}"


class Comparison(msgspec.Struct, frozen=True):
    """How our model of one package stands. Counters are by kind of record: name, selector, call."""

    package: str
    total: Counter[str]
    agreed: Counter[str]
    disagreements: tuple[Disagreement, ...]

    def share(self, *kinds: str) -> float:
        """The part of the referee's answers that are ours too, of these kinds of records."""
        total = sum(self.total[kind] for kind in kinds)
        return sum(self.agreed[kind] for kind in kinds) / total if total else 1.0

    def line(self) -> str:
        """The figures as one line of text."""
        figures = (f"{kind}s {self.share(kind):8.3%} of {self.total[kind]:6}" for kind in _KINDS)
        return f"{self.package:28} {'   '.join(figures)}"


def compare(verdict: Verdict, package: Package) -> Comparison:
    """Hold ``package`` against the referee's verdict on the same files.

    Compared is what stands in functions, their signatures and the initialisers of package-level variables; of names
    those that an ``Info`` knows by themselves: the name in a selector is the selector's.
    """
    answers = _Answers(package)
    total: Counter[str] = Counter()
    agreed: Counter[str] = Counter()
    disagreements = []
    for record in verdict.records:
        if not answers.covers(record) or _is_undecided(record):
            continue
        kind = type(record).__name__.lower()
        total[kind] += 1
        found = answers.to(record)
        aspect = next((name for name, value in found.items() if value != getattr(record, name)), None)
        if aspect is None:
            agreed[kind] += 1
        else:
            wanted, ours = str(getattr(record, aspect)), str(found[aspect])
            disagreements.append(Disagreement(record.file, record.pos, kind, aspect, wanted, ours))
    return Comparison(verdict.package.path, total, agreed, tuple(disagreements))


def _is_undecided(record: Record) -> bool:
    """Whether the referee doesn't know either, which is so where it can't find an import."""
    return not isinstance(record, Name) and "?" in record.type


class _Answers:
    """What our model says of the places that the referee speaks of."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._covered: dict[str, bytearray] = {}
        self._names: dict[tuple[str, int], tuple[ast.Ident, Info]] = {}
        self._selectors: dict[tuple[str, int], tuple[ast.Selector, Info]] = {}
        self._calls: dict[tuple[str, int, int], tuple[ast.Call, Info]] = {}
        for path, info, root in _roots(package):
            file = PurePath(path).name
            self._cover(file, root)
            for node in _walk(root):
                if type(node) is ast.Ident:
                    self._names[file, node.pos] = node, info
                elif type(node) is ast.Selector:
                    self._selectors[file, node.name.pos] = node, info
                elif type(node) is ast.Call:
                    self._calls[file, node.pos, node.end] = node, info

    def _cover(self, file: str, root: ast.Node) -> None:
        covered = self._covered.setdefault(file, bytearray())
        covered.extend(bytes(max(root.end - len(covered), 0)))
        covered[root.pos : root.end] = b"\1" * (root.end - root.pos)

    def covers(self, record: Record) -> bool:
        """Whether ``record`` is about a place that our model has answers for."""
        if isinstance(record, Name):
            return (record.file, record.pos) in self._names
        covered = self._covered.get(record.file, b"")
        return record.pos < len(covered) and bool(covered[record.pos])

    def to(self, record: Record) -> dict[str, object]:
        """Our values of those parts of a record that must agree."""
        if isinstance(record, Name):
            return self._name(record)
        return self._selector(record) if isinstance(record, Selector) else self._call(record)

    def _name(self, record: Name) -> dict[str, object]:
        ident, info = self._names[record.file, record.pos]
        symbol = info.symbol(ident)
        return {"object": "" if symbol is None else self._object(symbol)}

    def _selector(self, record: Selector) -> dict[str, object]:
        at = self._selectors.get((record.file, record.pos))
        if at is None:
            return {"object": "no such selector"}
        found = at[1].selection(at[0])
        if found is None:
            return {"object": ""}
        path = tuple(step.symbol.name for step in found.path)
        return {"object": self._object(found.obj), "kind": found.kind, "path": path, "type": type_text(found.type)}

    def _call(self, record: Call) -> dict[str, object]:
        at = self._calls.get((record.file, record.pos, record.end))
        if at is None:
            return {"callee": "no such call"}
        call, info = at
        kind, callee = _callee(info.callee(call))
        return {"kind": kind, "callee": callee, "type": type_text(info.type(call))}

    def _object(self, symbol: Symbol) -> Object:
        if isinstance(symbol, PackageName):
            return ("package", symbol.imported.path if symbol.imported else "")
        if isinstance(symbol, Func):
            return ("func", symbol.full_name)
        if isinstance(symbol, Builtin | Nil):
            return (type(symbol).__name__.lower(), symbol.name)
        kind = _kind(symbol)
        if symbol.package is None:
            return (kind, symbol.name)
        if symbol.package is self._package:
            return (kind, PurePath(symbol.path).name, symbol.pos)
        return (kind, f"{symbol.package.path}.{symbol.name}")


def _kind(symbol: Symbol) -> str:
    match symbol:
        case Var(kind=VarKind.FIELD):
            return "field"
        case Var():
            return "var"
        case Const():
            return "const"
        case TypeName():
            return "type"
        case _:
            return type(symbol).__name__


def _callee(target: Target) -> tuple[str, str]:
    match target:
        case FuncTarget() | InterfaceTarget():
            return "function", target.func.full_name
        case BuiltinTarget():
            return "builtin", target.name
        case ConversionTarget():
            return "conversion", type_text(target.type)
        case DynamicTarget():
            return "dynamic", ""
        case UnknownTarget():
            return "", ""


def _roots(package: Package) -> Iterator[tuple[str, Info, ast.Node]]:
    """The pieces of syntax that an ``Info`` answers for, with the path of their file."""
    for func in package.functions:
        decl = func.decl
        if decl is not None:
            info = package.info(decl)
            yield func.path, info, decl.type
            if info.body is not None:
                yield func.path, info, info.body
    for initialiser in package.initialisers:
        yield initialiser.path, initialiser.info, initialiser.spec


def _walk(root: ast.Node) -> Iterator[ast.Node]:
    """All nodes but the names in selectors and those that struct, interface and function types give to their parts."""
    todo = [root]
    while todo:
        node = todo.pop()
        yield node
        match node:
            case ast.Selector():
                todo.append(node.x)
            case ast.StructType():
                todo.extend(field.type for field in node.fields)
            case ast.InterfaceType():
                todo.extend((*node.embeds, *(method.type for method in node.methods)))
            case ast.FuncType() if node is not root:
                todo.extend(field.type for field in (*node.params, *node.results))
            case ast.FuncLit():
                todo.extend((*node.type.params, *node.type.results, node.body))
            case ast.Labeled():
                todo.append(node.statement)
            case ast.Branch():
                pass
            case _:
                todo.extend(_children(node))


def _children(node: ast.Node) -> Iterator[ast.Node]:
    for field in node.__struct_fields__:
        value = getattr(node, field)
        if isinstance(value, ast.Node):
            yield value
        elif isinstance(value, tuple):
            yield from (one for one in value if isinstance(one, ast.Node))
