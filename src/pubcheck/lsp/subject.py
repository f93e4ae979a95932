"""What stands at a place of a file: memory, a function, an operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubcheck.analysis.mutexes import field_location, struct_of
from pubcheck.facts import Location, LocationKind
from pubcheck.knowledge import ordering
from pubcheck.knowledge.ordering import Ordering
from pubcheck.model.callee import FuncTarget
from pubcheck.model.symbols import Func, TypeName, Var
from pubcheck.source import Span
from pubcheck.syntax import ast, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.model.info import Info
    from pubcheck.model.lookup import Selection
    from pubcheck.model.package import GoSource, Package


class Subject(msgspec.Struct, frozen=True):
    """What a name or an operator means.

    Attributes:
        span: the name or the operator.
        location: the memory that it names.
        func: the function that it names.
        operation: what it does to the order of things.
        title: what to call it.
    """

    span: Span
    title: str
    location: Location | None = None
    func: Func | None = None
    operation: Ordering | None = None


def subject_at(package: Package, file: GoSource, offset: int) -> Subject | None:
    """What stands at ``offset`` of a file of ``package``; None for what nothing is known of."""
    decl = file.tree.function_at(offset)
    if decl is None:
        return _declared(package, file, offset)
    if decl.name.pos <= offset <= decl.name.end:
        func = package.func_of(decl)
        return Subject(Span(file.source.path, decl.name.pos, decl.name.end), func.full_name, func=func)
    if decl.body_span is None or not decl.body_span[0] <= offset <= decl.body_span[1]:
        return None
    info = package.info(decl)
    return None if info.body is None else _in_body(info, file, offset)


def _declared(package: Package, file: GoSource, offset: int) -> Subject | None:
    """A field or variable where it is declared."""
    for name, location, _ in declarations(package, file):
        if name.pos <= offset <= name.end:
            return Subject(Span(file.source.path, name.pos, name.end), str(location), location=location)
    return None


def declarations(package: Package, file: GoSource) -> Iterator[tuple[ast.Ident, Location, ast.Node]]:
    """The fields and package variables that a file declares: the name, the memory, and the whole of the line's node."""
    for spec in file.tree.file.types:
        owner = package.lookup(spec.name.name)
        if type(spec.type) is ast.StructType and isinstance(owner, TypeName) and struct_of(owner) is not None:
            for field in spec.type.fields:
                for name in field.names:
                    yield name, field_location(owner, name.name), field
    for value in file.tree.file.values:
        if not value.constant:
            for name in value.names:
                yield name, Location(LocationKind.GLOBAL, package.path, name.name), value


def _in_body(info: Info, file: GoSource, offset: int) -> Subject | None:
    path = file.source.path
    best: Subject | None = None
    selected: dict[ast.Ident, ast.Selector] = {}
    called: dict[ast.Node, ast.Call] = {}
    for node in walk(info.body):  # type: ignore[arg-type]
        if not node.pos <= offset <= node.end:
            continue
        if isinstance(node, ast.Selector):
            selected[node.name] = node
        elif isinstance(node, ast.Call):
            called[node.fun] = node
        found = _operator(node, file, offset)
        if found is not None:
            best = found
        elif isinstance(node, ast.Ident):
            selector = selected.get(node)
            best = _named(info, path, node, selector, called.get(selector or node)) or best
    return best


def _operator(node: ast.Node, file: GoSource, offset: int) -> Subject | None:
    """An operation that has no name."""
    path = file.source.path
    if isinstance(node, ast.Go) and node.pos <= offset <= node.pos + 2:
        return Subject(Span(path, node.pos, node.pos + 2), "go", operation=ordering.GO)
    if isinstance(node, ast.Unary) and node.op == "<-" and node.pos <= offset <= node.pos + 2:
        return Subject(Span(path, node.pos, node.pos + 2), "receive", operation=ordering.RECEIVE)
    if isinstance(node, ast.Send):
        at = file.source.data.find(b"<-", node.channel.end, node.value.pos)
        if at <= offset <= at + 2:
            return Subject(Span(path, at, at + 2), "send", operation=ordering.SEND)
    return None


def _named(
    info: Info, path: str, name: ast.Ident, selector: ast.Selector | None, call: ast.Call | None
) -> Subject | None:
    span = Span(path, name.pos, name.end)
    if call is not None:
        if selector is None and name.name == "close" and len(call.args) == 1:
            return Subject(span, "close", operation=ordering.CLOSE)
        target = info.callee(call)
        if isinstance(target, FuncTarget):
            full_name = target.func.full_name
            return Subject(span, full_name, func=target.func, operation=ordering.ordering(full_name))
    if selector is not None:
        selection = info.selection(selector)
        return None if selection is None else _selected(span, selection)
    symbol = info.symbol(name)
    if isinstance(symbol, Func):
        return Subject(span, symbol.full_name, func=symbol)
    return _variable(span, symbol) if isinstance(symbol, Var) else None


def _selected(span: Span, selection: Selection) -> Subject | None:
    if isinstance(selection.obj, Func):
        return Subject(span, selection.obj.full_name, func=selection.obj)
    if selection.kind == "field" and selection.owner is not None:
        location = field_location(selection.owner, selection.obj.name)
        return Subject(span, str(location), location=location)
    return _variable(span, selection.obj) if isinstance(selection.obj, Var) else None


def _variable(span: Span, symbol: Var) -> Subject:
    package = symbol.package
    if package is not None and package.lookup(symbol.name) is symbol:
        location = Location(LocationKind.GLOBAL, package.path, symbol.name)
    else:
        location = Location(LocationKind.LOCAL, f"{symbol.path}:{symbol.pos}", symbol.name)
    return Subject(span, str(location), location=location)
