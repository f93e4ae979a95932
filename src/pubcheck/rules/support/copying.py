"""Values that must not be copied once they are used, and where they are: what go vet calls copylocks.

A mutex is its memory. A copy is another mutex, in whatever state the first one was: those who lock the copy exclude
nobody, and a copy of a locked one can't be unlocked by the owner.
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.portions import by_portion
from pubcheck.analysis.remembering import once_a_function, once_for_facts, while_same
from pubcheck.model.callee import BuiltinTarget, FuncTarget
from pubcheck.model.types import Array, Named, Signature, Struct
from pubcheck.rules.support.lock_holders import Held, Holders, held_in
from pubcheck.source import Span
from pubcheck.syntax import ast, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.model.info import Info
    from pubcheck.model.package import GoSource, Package
    from pubcheck.model.symbols import Func
    from pubcheck.model.types import Type


_NOT_COPYING = frozenset(("len", "cap", "unsafe.Sizeof", "unsafe.Alignof", "unsafe.Offsetof"))
"""Predeclared functions that don't evaluate their argument."""


_HOW = {
    "receiver": "the receiver of `{1}`",
    "parameter": "the parameter `{0}` of `{1}`",
    "assignment": "`{0}` is assigned, which",
    "return": "`{0}` is returned, which",
    "send": "`{0}` is sent, which",
    "literal": "`{0}` is put into a literal, which",
    "argument": "`{0}` is handed over by value, which",
    "range": "the range variable `{0}`",
}


class Copy(NamedTuple):
    """A value that holds a lock is copied at ``span``: ``how`` is a word for it, ``symbol`` the function around."""

    span: Span
    held: Held
    how: str
    symbol: str
    text: str

    @property
    def words(self) -> str:
        """What is copied, and how, as a message says it."""
        return _HOW[self.how].format(self.text, self.symbol)


@once_for_facts
def copies_of(package: PackageFacts) -> tuple[Copy, ...]:
    """The copies in ``package``, its tests' aside, in source order."""
    source = package.package.source
    if source is None:
        return ()
    files = [file for file in source.files if not file.source.path.endswith("_test.go")]
    found = [
        copy for file in files for copy in package.answer((copies_of, file.source.path), partial(_in, package, file))
    ]
    of_variables = [file for file in files if _handling(package, file).get(_VARIABLES) is not False]
    return (*found, *_in_variables(package.package, of_variables, _holders(package)))


@once_for_facts
def _holders(package: PackageFacts) -> Holders:
    source = package.package.source
    files = [file for file in source.files if not file.source.path.endswith("_test.go")] if source is not None else []
    holders = Holders(package.package, files)
    return holders.complete() if package.kept else holders


def _in(package: PackageFacts, file: GoSource) -> tuple[Copy, ...]:
    """The copies in the functions of one file."""
    names, handling = _holders(package), _handling(package, file)
    found: list[Copy] = []
    for decl in file.tree.file.functions:
        handles = handling.get(decl.pos)
        if handles is None and not names.named:
            continue
        key = ("copies", file.source.path, decl.pos)
        texts = (file.source.piece(decl.pos, decl.end), handles)
        function = _Function(package.package, file, decl, names)
        found += while_same(package, key, texts, partial(function.copies, handles))
    return tuple(found)


def _in_variables(package: Package, files: Sequence[GoSource], names: Holders) -> Iterator[Copy]:
    """The copies in what package variables begin with: in function literals, mostly."""
    by_path = {file.source.path: file for file in files}
    for one in package.initialisers:
        file = by_path.get(one.path)
        if file is None or names.mention is None:
            continue
        if names.mention.search(file.source.piece(one.spec.pos, one.spec.end)):
            code = _Code(file, names, one.variables[0].name if one.variables else "")
            for value in one.spec.values:
                yield from code.within(value, one.info)


def _name(func: Func) -> str:
    """How a message calls a function."""
    star = "*" if func.pointer_receiver else ""
    return f"({star}{func.receiver.name}).{func.name}" if func.receiver is not None else func.name


def _handling(package: PackageFacts, file: GoSource) -> dict[int, bool]:
    """Whether the functions of a file that were analysed have the value of a lock, or of what holds one, by position.

    Their instructions tell: a value that is copied is in a register once.
    """
    path = file.source.path
    return package.answer((_handling, path), lambda: _handling_by_path(package).get(path, {}))


@once_for_facts
def _handling_by_path(package: PackageFacts) -> dict[str, dict[int, bool]]:
    found: dict[str, dict[int, bool]] = {}
    for path, pos, handles in _handles(package):
        found.setdefault(path, {})[pos] = handles
    return found


_VARIABLES = -1
"""The position of what the package variables of a file begin with."""


@by_portion
def _handles(package: PackageFacts, portion: Portion) -> Iterator[tuple[str, int, bool]]:
    known: dict[Type, bool] = {}
    found: dict[tuple[str, int], bool] = {}
    trees = {file.source.path: file.tree for file in package.package.files}
    for function in portion.functions:
        decl = trees[function.path].function_at(function.pos)
        key = (function.path, decl.pos if decl is not None else _VARIABLES)
        if not found.get(key):
            found[key] = function.ir.partial or _handles_lock(function, known)
    yield from ((path, pos, handles) for (path, pos), handles in found.items())


@once_a_function
def _handles_lock(function: FunctionFacts, known: dict[Type, bool]) -> bool:
    for type_ in function.ir.register_types.values():
        if type(type_) in _HOLDERS:
            holds = known.get(type_)
            if holds is None:
                holds = known[type_] = held_in(type_) is not None
            if holds:
                return True
    return False


_HOLDERS = frozenset((Named, Struct, Array))


class _Code:
    """Code of one file, which belongs to ``symbol``."""

    def __init__(self, file: GoSource, names: Holders, symbol: str) -> None:
        self._file = file
        self._names = names
        self._symbol = symbol

    def within(self, root: ast.Node, info: Info) -> Iterator[Copy]:
        """The copies in ``root``."""
        for node in walk(root):
            yield from self._node(node, info)

    def _wanted(self, type_: ast.FuncType) -> bool:
        return any(self._names.by_value(field.type, self._file) for field in type_.params if not field.variadic)

    def _parameters(self, written: ast.FuncType, signature: Type) -> Iterator[Copy]:
        if not isinstance(signature, Signature):
            return
        types = iter(signature.params)
        for field in written.params:
            for type_ in islice(types, max(1, len(field.names))):
                if not field.variadic:
                    yield from self._field(field, type_, "parameter")

    def _field(self, field: ast.Field, type_: Type, how: str) -> Iterator[Copy]:
        held = held_in(type_)
        if held is not None:
            yield self._copy(field, held, how)

    def _node(self, node: ast.Node, info: Info) -> Iterator[Copy]:
        match node:
            case ast.Range():
                return self._range(node, info)
            case ast.FuncLit() if self._wanted(node.type):
                return self._parameters(node.type, info.type(node))
        how, values = _copied(node)
        copies = self._values(values, info, how)
        return _unless_measured(node, copies, info) if type(node) is ast.Call else copies

    def _values(self, values: Iterable[ast.Expr], info: Info, how: str) -> Iterator[Copy]:
        for value in values:
            expr = value
            while isinstance(expr, ast.Paren):
                expr = expr.x
            if isinstance(expr, ast.Ident | ast.Selector | ast.Index | ast.Star | ast.TypeAssert) and not info.is_type(
                expr
            ):
                if isinstance(expr, ast.Star) and isinstance(expr.x, ast.Call) and not _is_published(expr.x, info):
                    continue  # it may point to a zero value
                held = held_in(info.type(expr))
                if held is not None:
                    yield self._copy(expr, held, how)

    def _range(self, node: ast.Range, info: Info) -> Iterator[Copy]:
        for index, variable in enumerate((node.key, node.value)):
            if variable is not None and not _is_blank(variable):
                held = held_in(info.range_type(node, index) if node.define else info.type(variable))
                if held is not None:
                    yield self._copy(variable, held, "range")

    def _copy(self, node: ast.Node, held: Held, how: str) -> Copy:
        source = self._file.source
        text = " ".join(source.text(node.pos, node.end).split())
        return Copy(Span(source.path, node.pos, node.end), held, how, self._symbol, text)


class _Function(_Code):
    """One function declaration, with the literals in it."""

    def __init__(self, package: Package, file: GoSource, decl: ast.FuncDecl, names: Holders) -> None:
        super().__init__(file, names, _name(package.func_of(decl)))
        self._package = package
        self._decl = decl

    def copies(self, handles_lock: bool | None) -> Iterator[Copy]:
        """The copies in it; ``handles_lock`` tells whether there can be any in its body, None if nobody knows."""
        decl = self._decl
        wanted = self._wanted(decl.type)
        receiver = decl.receiver is not None and self._names.by_value(decl.receiver.type, self._file)
        inside = self._mentions_lock() if handles_lock is None else handles_lock
        if receiver or wanted:
            func = self._package.func_of(decl)
            if receiver and decl.receiver is not None and func.receiver is not None:
                yield from self._field(decl.receiver, func.receiver.type, "receiver")
            if wanted:
                yield from self._parameters(decl.type, func.type)
        if inside:
            info = self._package.info(decl, self._file)
            if info.body is not None:
                yield from self.within(info.body, info)

    def _mentions_lock(self) -> bool:
        """Whether the function's text does; its head counts, too: the items of a slice that it is given have a type."""
        span = self._decl.body_span
        mention = self._names.mention
        if span is None or mention is None:
            return False
        return mention.search(self._file.source.piece(self._decl.pos, span[1])) is not None


def _copied(node: ast.Node) -> tuple[str, tuple[ast.Expr, ...]]:
    """The values that ``node`` copies, and a word for how."""
    match node:
        case ast.Assign(op="=" | ":="):
            looked_up = len(node.right) == 1 < len(node.left)  # a value, and whether there is one
            return "assignment", () if looked_up and _is_blank(node.left[0]) else node.right
        case ast.DeclStmt():
            specs = (spec for spec in node.specs if isinstance(spec, ast.ValueSpec))
            return "assignment", tuple([value for spec in specs for value in spec.values])
        case ast.Return():
            return "return", node.results
        case ast.Send():
            return "send", (node.value,)
        case ast.CompositeLit():
            return "literal", tuple([one.value if isinstance(one, ast.KeyValue) else one for one in node.elements])
        case ast.Call():
            return "argument", node.args
    return "", ()


def _is_published(call: ast.Call, info: Info) -> bool:
    """Whether it gives what others have by the same atomic pointer."""
    target = info.callee(call)
    return isinstance(target, FuncTarget) and target.func.full_name == "(*sync/atomic.Pointer).Load"


def _is_blank(expr: ast.Expr) -> bool:
    return isinstance(expr, ast.Ident) and expr.name == "_"


def _unless_measured(call: ast.Call, copies: Iterator[Copy], info: Info) -> Iterator[Copy]:
    """``copies`` of the arguments of ``call``, unless it asks for their size alone."""
    for copy in copies:
        target = info.callee(call)
        if not (isinstance(target, BuiltinTarget) and target.name in _NOT_COPYING):
            yield copy
