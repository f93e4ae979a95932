"""Pointers to what must not be copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.model.structure import core_type
from pubcheck.model.types import Array, Pointer, Slice
from pubcheck.rules.fixes.atomic_calls import is_settled
from pubcheck.rules.fixes.body import bodies_of, body_of, file_of, is_steady, stripped
from pubcheck.rules.fixes.draft import Draft, FileDraft, declares
from pubcheck.syntax import ast, walk

if TYPE_CHECKING:
    from pubcheck.analysis import PackageFacts
    from pubcheck.diagnostic import Fix
    from pubcheck.model.symbols import Symbol
    from pubcheck.rules.fixes.body import Body
    from pubcheck.rules.support.copying import Copy
    from pubcheck.source import Span


def by_pointer(package: PackageFacts, copy: Copy) -> tuple[Fix, ...]:
    """A pointer receiver, parameter or range variable in the place of one that is a copy."""
    if copy.how == "receiver":
        return pointer_receiver(package, copy.span)
    if copy.how == "range":
        return _range_by_index(package, copy.span)
    if copy.how == "assignment":
        return _pointer_variable(package, copy.span)
    return _pointer_parameter(package, copy.span) if copy.how == "parameter" else ()


def pointer_receiver(package: PackageFacts, span: Span) -> tuple[Fix, ...]:
    """A pointer receiver for the method whose head ``span`` lies in or is."""
    file = file_of(package, span.path)
    decl = file.tree.function_at(span.start) if file is not None else None
    if file is None or decl is None or decl.receiver is None or decl.broken:
        return ()
    type_ = decl.receiver.type
    body = body_of(package, file.source.span(*decl.body_span)) if decl.body_span is not None else None
    names = decl.receiver.names
    if body is None or len(names) > 1 or not isinstance(type_, ast.Ident | ast.Index):
        return ()
    if not all(_is_used_as_pointer(body, use) for name in names for use in body.uses(_parameter(body, name))):
        return ()
    if not _has_addresses(package, decl):
        return ()
    draft = FileDraft(package, file)
    draft.put(type_.pos, type_.pos, "*")
    return draft.fix("Make the receiver a pointer", safe=False)


def _has_addresses(package: PackageFacts, decl: ast.FuncDecl) -> bool:
    """Whether the package calls the method only on what has an address, and never takes it as a value."""
    func = package.package.func_of(decl)
    for body in bodies_of(package, decl.name.name.encode()):
        for node in walk(body.block):
            if not isinstance(node, ast.Selector) or node.name.name != decl.name.name:
                continue
            selection = body.info.selection(node)
            if selection is None or selection.obj is not func:
                continue
            call = next(body.around(node), None)
            if not isinstance(call, ast.Call) or call.fun is not node or selection.kind != "method":
                return False
            if not isinstance(core_type(body.info.type(node.x)), Pointer) and not is_steady(node.x):
                return False
    return True


def _parameter(body: Body, name: ast.Ident) -> Symbol | None:
    """The symbol of a parameter or receiver by its name in the head."""
    for node in walk(body.block):
        if isinstance(node, ast.Ident) and node.name == name.name:
            symbol = body.info.symbol(node)
            if symbol is not None and symbol.pos == name.pos:
                return symbol
    return None


def _is_used_as_pointer(body: Body, use: ast.Ident) -> bool:
    """Whether a use means the same of a pointer: a field or a method of it."""
    parent = next(body.around(use), None)
    return isinstance(parent, ast.Selector) and parent.x is use


def _range_by_index(package: PackageFacts, span: Span) -> tuple[Fix, ...]:
    """A loop over the indices, with a pointer to each item."""
    body = body_of(package, span)
    node = next(iter(body.at(span)), None) if body is not None else None
    loop = next(body.around(node), None) if body is not None and node is not None else None
    if body is None or not isinstance(loop, ast.Range) or loop.value is not node or not loop.define:
        return ()
    value, key = loop.value, loop.key
    if not isinstance(value, ast.Ident) or not isinstance(key, ast.Ident) or not is_steady(loop.x):
        return ()
    if not isinstance(core_type(body.info.type(loop.x)), Slice | Array) or not loop.body.statements:
        return ()
    uses = [one for one in body.uses(body.info.symbol(value)) if one is not value]
    index = key.name if key.name != "_" else next((name for name in "ijk" if not declares(body, name)), None)
    draft = Draft(body)
    first = loop.body.statements[0]
    if index is None or not all(_is_used_as_pointer(body, use) for use in uses) or not draft.stands_alone(first):
        return ()
    draft.put(key.pos, value.end, index)
    draft.before(first, f"{value.name} := &{body.text(loop.x)}[{index}]")
    return draft.fix("Range over the indices, and take a pointer to each item", safe=False)


def _pointer_variable(package: PackageFacts, span: Span) -> tuple[Fix, ...]:
    """A variable that points to what it was a copy of."""
    body = body_of(package, span)
    value = next((one for one in body.at(span) if isinstance(one, ast.Expr)), None) if body is not None else None
    statement = next(body.around(value), None) if body is not None and value is not None else None
    if body is None or value is None or not isinstance(statement, ast.Assign) or statement.op != ":=":
        return ()
    name = statement.left[0]
    if len(statement.left) != 1 or statement.right != (value,) or not isinstance(name, ast.Ident):
        return ()
    uses = [one for one in body.uses(body.info.symbol(name)) if one is not name]
    if not uses or not all(_is_used_as_pointer(body, use) for use in uses):
        return ()
    draft = Draft(body)
    if isinstance(value, ast.Star):
        draft.replace(value, body.text(value.x))
    elif is_settled(value) and not _is_of_a_map(body, value):
        draft.put(value.pos, value.pos, "&")
    else:
        return ()
    return draft.fix("Point to it", safe=False)


def _is_of_a_map(body: Body, value: ast.Expr) -> bool:
    """Whether it is an item of a map, or a part of one, which has no address."""
    return any(
        isinstance(node, ast.Index) and not isinstance(core_type(body.info.type(node.x)), Slice | Array)
        for node in walk(value)
    )


def _pointer_parameter(package: PackageFacts, span: Span) -> tuple[Fix, ...]:
    """A pointer parameter of a function that only its own package calls, and the addresses that are handed to it."""
    file = file_of(package, span.path)
    decl = file.tree.function_at(span.start) if file is not None else None
    if file is None or decl is None or decl.receiver is not None or decl.name.name[:1].isupper() or decl.broken:
        return ()
    at = next((n for n, field in enumerate(decl.type.params) if (field.pos, field.end) == (span.start, span.end)), None)
    body = body_of(package, file.source.span(*decl.body_span)) if decl.body_span is not None else None
    if at is None or body is None or any(len(field.names) != 1 for field in decl.type.params):
        return ()
    field = decl.type.params[at]
    if not all(_is_used_as_pointer(body, use) for use in body.uses(_parameter(body, field.names[0]))):
        return ()
    drafts = _addresses(package, decl, at)
    if drafts is None:
        return ()
    draft = FileDraft(package, file)
    draft.put(field.type.pos, field.type.pos, "*")
    return draft.fix("Hand over a pointer", safe=False, others=drafts)


def _addresses(package: PackageFacts, decl: ast.FuncDecl, at: int) -> list[Draft] | None:
    """Edits that take the address of the argument at ``at`` wherever the function is called; None if they can't."""
    func = package.package.func_of(decl)
    drafts = []
    for body in bodies_of(package, decl.name.name.encode()):
        for node in walk(body.block):
            if not isinstance(node, ast.Ident) or node.name != decl.name.name or body.info.symbol(node) is not func:
                continue
            call = next(body.around(node), None)
            if not isinstance(call, ast.Call) or call.fun is not node or call.spread or len(call.args) <= at:
                return None
            argument = stripped(call.args[at])
            draft = Draft(body)
            if isinstance(argument, ast.Star):
                draft.replace(call.args[at], body.text(argument.x))
            elif is_steady(argument):
                draft.put(argument.pos, argument.pos, "&")
            else:
                return None
            drafts.append(draft)
    return drafts
