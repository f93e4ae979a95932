"""Plain accesses made atomic, by calls or by the type of what is accessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.rules.fixes.atomic_calls import atomic_call, is_settled
from pubcheck.rules.fixes.body import bodies_of, body_of, stripped
from pubcheck.rules.fixes.draft import Draft, FileDraft
from pubcheck.rules.fixes.operators import ALONE, AMONG_OTHERS, respace
from pubcheck.syntax import ast, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pubcheck.analysis import PackageFacts, Site
    from pubcheck.diagnostic import Fix
    from pubcheck.model.symbols import Symbol
    from pubcheck.rules.fixes.body import Body
    from pubcheck.rules.fixes.declarations import Declared

_TYPES = {
    "bool": "Bool",
    "int32": "Int32",
    "int64": "Int64",
    "uint32": "Uint32",
    "uint64": "Uint64",
    "uintptr": "Uintptr",
}
SINCE = (1, 19)
"""The version of Go that brought the atomic types."""


def atomic_calls(package: PackageFacts, sites: Sequence[Site], function: str) -> tuple[Fix, ...]:
    """Calls of sync/atomic in the place of all plain accesses ``sites``; ``function`` is one that is used elsewhere."""
    type_ = next((name for name in _TYPES.values() if function.endswith(name)), None)
    drafts: dict[int, Draft] = {}
    done: set[tuple[str, int]] = set()
    for site in sites:
        access = site.access
        body = body_of(package, access.span)
        node = next(iter(body.at(access.span)), None) if body is not None else None
        if body is None or node is None or type_ is None or access.trace or access.whole:
            return ()
        if (access.span.path, node.pos) in done:
            continue
        done.add((access.span.path, node.pos))
        draft = drafts.setdefault(id(body), Draft(body))
        name = draft.package("sync/atomic")
        if name is None or not _by_call(body, draft, node, f"{name}.", type_):
            return ()
    first, *others = drafts.values()
    return first.fix("Access it atomically here, too", safe=False, others=others)


def _by_call(body: Body, draft: Draft, node: ast.Node, prefix: str, type_: str) -> bool:
    """Edit one access: an assignment, ``x++``, or an expression that reads."""
    inner = node.x if isinstance(node, ast.ExprStmt) else node
    if isinstance(inner, ast.Expr):
        parent = next(body.around(inner), None)
        if isinstance(parent, ast.IncDec | ast.Assign) and _target(parent) is inner:
            inner = parent
    memory = _target(inner) if isinstance(inner, ast.IncDec | ast.Assign) else inner
    if not isinstance(memory, ast.Expr) or not is_settled(memory):
        return False
    address = f"&{body.text(memory)}"
    change = _change(body, inner, type_)
    if change is None:
        return False
    operation, start, end, tail = change
    if start == end:
        arguments = f"{address}, {tail}" if tail else address
        draft.replace(inner, f"{prefix}{operation}{type_}({arguments})")
    else:
        draft.put(inner.pos, start, f"{prefix}{operation}{type_}({address}, {tail}")
        draft.put(end, inner.end, ")")
        if isinstance(inner, ast.Assign):
            respace(body, draft, inner.right[0], AMONG_OTHERS)
    return True


def _target(node: ast.Node | None) -> ast.Expr | None:
    """The one operand that a statement changes."""
    if isinstance(node, ast.IncDec):
        return node.x
    if isinstance(node, ast.Assign) and len(node.left) == len(node.right) == 1:
        return node.left[0]
    return None


def _change(body: Body, node: ast.Node, type_: str) -> tuple[str, int, int, str] | None:
    """The operation that does what ``node`` does, where its value stands, and what comes before that value.

    Without a place for the value, the value itself.
    """
    unsigned = type_.startswith("Uint")
    if isinstance(node, ast.IncDec):
        if type_ == "Bool":
            return None
        down = f"^{type_.lower()}(0)" if unsigned else "-1"
        return "Add", 0, 0, "1" if node.op == "++" else down
    if isinstance(node, ast.Assign):
        value = node.right[0]
        if node.op == "=" and not _mentions(body, value, node.left[0]):
            return "Store", value.pos, value.end, ""
        if node.op == "+=" and type_ != "Bool":
            return "Add", value.pos, value.end, ""
        if node.op == "-=" and not unsigned and isinstance(value, ast.BasicLit | ast.Ident | ast.Selector | ast.Call):
            return "Add", value.pos, value.end, "-"
        return None
    parent = next(body.around(node), None)
    if isinstance(parent, ast.Unary) and parent.op == "&":
        return None
    return "Load", 0, 0, ""


def _mentions(body: Body, value: ast.Expr, memory: ast.Expr) -> bool:
    return any(isinstance(node, ast.Expr) and body.text(node) == body.text(memory) for node in walk(value))


# --- by the type


def atomic_type(package: PackageFacts, what: Declared | None) -> tuple[Fix, ...]:
    """An atomic type for a field or variable, and its methods wherever the package uses it."""
    type_ = what.type if what is not None else None
    if what is None or not isinstance(type_, ast.Ident) or what.name[:1].isupper():
        return ()
    name = _TYPES.get(type_.name)
    if name is None or package.package.go_version < SINCE or not what.may_be_retyped():
        return ()
    home = FileDraft(package, what.file)
    prefix = home.package("sync/atomic")
    if prefix is None:
        return ()
    home.replace(type_, f"{prefix}.{name}")
    drafts = []
    for body, memory in uses_of(package, what):
        draft = Draft(body)
        if not by_method(body, draft, memory, name):
            return ()
        drafts.append(draft)
    return home.fix(f"Make it an `atomic.{name}`", safe=False, others=drafts)


def uses_of(package: PackageFacts, what: Declared) -> Iterator[tuple[Body, ast.Expr]]:
    """Where functions name the field or variable, tests' too."""
    wanted = what.name.encode()
    for body in bodies_of(package, wanted):
        for node in walk(body.block):
            if isinstance(node, ast.Selector) and node.name.name == what.name:
                selection = body.info.selection(node)
                if selection is None or what.is_(selection.obj):
                    yield body, node
            elif isinstance(node, ast.Ident) and node.name == what.name and what.is_(_symbol(body, node)):
                parent = next(body.around(node), None)
                if not isinstance(parent, ast.Selector) or parent.name is not node:
                    yield body, node


def _symbol(body: Body, ident: ast.Ident) -> Symbol | None:
    return body.info.symbol(ident)


def by_method(body: Body, draft: Draft, memory: ast.Expr, type_: str, plain: str = "") -> bool:
    """Edit one use: the whole call of sync/atomic, a statement that changes it, or an expression that reads.

    Args:
        body: the function.
        draft: what is edited.
        memory: the use.
        type_: the atomic type without its package.
        plain: what the memory was, where the atomic type holds another type of number.
    """
    text = body.text(memory)
    around = body.around(memory)
    parent = next(around, None)
    if isinstance(parent, ast.KeyValue) and parent.key is memory:
        return False
    if isinstance(parent, ast.Unary) and parent.op == "&":
        call = next(around, None)
        atomic = atomic_call(body, call) if isinstance(call, ast.Call) else None
        if atomic is None or not atomic.prefix or stripped(atomic.call.args[0]) is not parent or atomic.type != type_:
            return False
        head = f"{text}.{atomic.operation}("
        draft.put(atomic.call.pos, atomic.args[0].pos if atomic.args else atomic.call.end - 1, head)
        if len(atomic.args) == 1:
            respace(body, draft, atomic.args[0], ALONE)
        return True
    if isinstance(parent, ast.IncDec | ast.Assign) and any(memory is one for one in _targets(parent)):
        change = _change(body, parent, type_) if _target(parent) is memory else None
        if change is None:
            return False
        operation, start, end, tail = change
        if start == end:
            draft.replace(parent, f"{text}.{operation}({tail})")
        else:
            converts = plain and isinstance(parent, ast.Assign) and not isinstance(parent.right[0], ast.BasicLit)
            draft.put(parent.pos, start, f"{text}.{operation}({tail}" + (f"{type_.lower()}(" if converts else ""))
            draft.put(end, parent.end, "))" if converts else ")")
        return True
    if isinstance(parent, ast.Range) and memory in (parent.key, parent.value):
        return False
    if plain:
        draft.put(memory.pos, memory.pos, f"{plain}(")
    draft.put(memory.end, memory.end, ".Load())" if plain else ".Load()")
    return True


def _targets(node: ast.IncDec | ast.Assign) -> Iterable[ast.Expr]:
    return (node.x,) if isinstance(node, ast.IncDec) else node.left
