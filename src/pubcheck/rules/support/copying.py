"""Values that must not be copied once they are used, and where they are: what go vet calls copylocks.

A mutex is its memory. A copy is another mutex, in whatever state the first one was: those who lock the copy exclude
nobody, and a copy of a locked one can't be unlocked by the owner.
"""

from __future__ import annotations

import re
from functools import cached_property, partial
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.remembering import once_a_function, once_for_facts, while_same
from pubcheck.model.structure import underlying
from pubcheck.model.symbols import TypeName
from pubcheck.model.types import Array, Named, Signature, Struct
from pubcheck.source import Span
from pubcheck.syntax import ast, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.model.info import Info
    from pubcheck.model.package import GoSource, Package
    from pubcheck.model.symbols import Func
    from pubcheck.model.types import Type

_SYNC = frozenset(("Mutex", "RWMutex", "WaitGroup", "Once", "Cond", "Pool", "Map"))
_ATOMIC = frozenset(("Bool", "Int32", "Int64", "Uint32", "Uint64", "Uintptr", "Pointer", "Value"))
MAX_NESTING = 8
"""Structs by value inside structs that are looked through."""

_NOT_COPYING = frozenset(("len", "cap", "new", "Sizeof", "Alignof", "Offsetof"))
"""Calls that don't evaluate their argument."""


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


class Held(NamedTuple):
    """What must not be copied: ``lock`` as Go prints it, in a field of ``inside`` unless it is the value itself."""

    lock: str
    inside: str

    @property
    def is_atomic(self) -> bool:
        """Whether it is an atomic type's value, and nothing around it."""
        return not self.inside and self.lock.startswith("atomic.")


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


def held_in(t: Type, depth: int = 0) -> Held | None:
    """The lock that a value of type ``t`` holds, itself or in one of its fields; None for pointers to locks."""
    if isinstance(t, Named):
        if _is_lock(t):
            return Held(_short(t), "")
        if depth < MAX_NESTING:
            inner = held_in(underlying(t), depth + 1)
            return inner and Held(inner.lock, _short(t))
    elif isinstance(t, Struct):
        held = next((held for field in t.fields if (held := held_in(field.type, depth + 1)) is not None), None)
        return held and Held(held.lock, held.inside or "a struct")
    elif isinstance(t, Array):
        held = held_in(t.element, depth + 1)
        return held and Held(held.lock, held.inside or "an array")
    return None


def _short(t: Named) -> str:
    """The name of a declared type as other packages write it, without its type arguments."""
    package = t.symbol.package
    return t.symbol.name if package is None else f"{package.name}.{t.symbol.name}"


def _is_lock(t: Named) -> bool:
    symbol = t.symbol
    path = symbol.package.path if symbol.package is not None else ""
    if (path == "sync" and symbol.name in _SYNC) or (path == "sync/atomic" and symbol.name in _ATOMIC):
        return True
    methods = symbol.methods
    return all(name in methods and _locks(methods[name]) for name in ("Lock", "Unlock"))


def _locks(method: Func) -> bool:
    signature = method.signature
    return method.pointer_receiver and signature is not None and not signature.params and not signature.results


@once_for_facts
def copies_of(package: PackageFacts) -> tuple[Copy, ...]:
    """The copies in ``package``, its tests' aside, in source order."""
    source = package.package.source
    if source is None:
        return ()
    files = [file for file in source.files if not file.source.path.endswith("_test.go")]
    names = _Names(package.package, files)
    analysed = _Analysed(package)
    found: list[Copy] = []
    for file in files:
        for decl in file.tree.file.functions:
            handles = analysed.handles_lock(decl)
            if handles is None and not names.holders:
                continue
            key = ("copies", file.source.path, decl.pos)
            texts = (file.source.piece(decl.pos, decl.end), handles)
            found += while_same(
                package, key, texts, partial(_Function(package.package, file, decl, names).copies, handles)
            )
    return tuple(found)


class _Analysed:
    """What the instructions of the functions that were analysed tell: a value that is copied is in a register once."""

    def __init__(self, package: PackageFacts) -> None:
        self._handling: dict[ast.FuncDecl, bool] = {}
        known: dict[Type, bool] = {}
        trees = {file.source.path: file.tree for file in package.package.files}
        for function in package.functions:
            decl = trees[function.path].function_at(function.pos)
            if decl is not None and not self._handling.get(decl):
                self._handling[decl] = function.ir.partial or _handles_lock(function, known)

    def handles_lock(self, decl: ast.FuncDecl) -> bool | None:
        """Whether ``decl`` has the value of a lock, or of what holds one; None if it wasn't analysed."""
        return self._handling.get(decl)


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


class _Names:
    """Names that tell from the text alone where a copy may be."""

    def __init__(self, package: Package, files: Sequence[GoSource]) -> None:
        self._package = package
        self._files = files
        self._imports: dict[str, dict[str, str]] = {}
        self._qualified: dict[tuple[str, str], bool] = {}
        self._specs = {spec.name.name: (spec, file) for file in files for spec in file.tree.file.types}
        self._holders: dict[str, bool] = {}

    @cached_property
    def _own(self) -> frozenset[str]:
        """The package's types that hold locks."""
        return frozenset(name for name in self._specs if self._is_holder(name))

    def _is_holder(self, name: str) -> bool:
        """Whether the package's type ``name`` holds a lock: by what is written first, for types make others known."""
        known = self._holders.get(name)
        if known is None:
            spec, file = self._specs.get(name, (None, None))
            symbol = self._package.lookup(name) if spec is not None else None
            if spec is None or file is None or not isinstance(symbol, TypeName):
                return False
            self._holders[name] = False  # a type within itself adds nothing
            known = "Lock" in symbol.methods or self._may_hold(spec.type, file)
            known = self._holders[name] = known and held_in(symbol.type) is not None
        return known

    def _may_hold(self, type_: ast.Expr, file: GoSource) -> bool:
        """As ``by_value``, for the declaration of a type: also true for what only its type arguments may hold."""
        match type_:
            case ast.StructType():
                return any(self._may_hold(field.type, file) for field in type_.fields)
            case ast.Index():
                return any(self._may_hold(each, file) for each in (type_.x, *type_.indices))
            case ast.ArrayType():
                return self._may_hold(type_.element, file)
            case ast.Ident() if type_.name not in self._specs:
                return any(each.name == "." for each in file.tree.file.imports)
        return self.by_value(type_, file)

    @cached_property
    def holders(self) -> frozenset[str]:
        """The types that hold locks and that the files name by value, qualified where they are other packages'."""
        return self._own.union(*(self._imported(file) for file in self._files))

    @cached_property
    def mention(self) -> re.Pattern[bytes] | None:
        """What a body holds that may copy a lock; None if none can, because no type that holds one is named."""
        if not self.holders:
            return None
        places = {name for file in self._files for name in self._places(file)}
        types = "|".join(sorted(map(re.escape, self.holders), key=len, reverse=True))
        variables = "|".join(sorted(map(re.escape, places), key=len, reverse=True)) or r"(?!)"
        begin, end = r"(?:[=(,:{]|\breturn|\brange)\s*", r"(?:\[[^\]\n]*\])?\s*(?:[,){}\n;/]|$)"
        copied = rf"{begin}\*+\(?[A-Za-z_]|{begin}(?:[\w.()\[\]]*\.)?(?:{variables}){end}"
        return re.compile(rf"{copied}|(?<![*&\w.])(?:{types})\b".encode())

    def by_value(self, type_: ast.Expr | None, file: GoSource) -> bool:
        """Whether a value of the type that is written so in ``file`` may hold a lock."""
        match type_:
            case ast.Ident():
                return self._is_holder(type_.name)
            case ast.Selector(x=ast.Ident(name=qualifier), name=name):
                path = self._imports_of(file).get(qualifier, "")
                return path != "" and self._holds((path, name.name))
            case ast.Paren() | ast.Index():
                return self.by_value(type_.x, file)
            case ast.ArrayType():
                return self.by_value(type_.element, file)
            case ast.StructType():
                return any(self.by_value(field.type, file) for field in type_.fields)
        return False

    def _contains(self, type_: ast.Expr | None, file: GoSource) -> bool:
        match type_:
            case ast.SliceType() | ast.ChanType():
                return self._contains(type_.element, file)
            case ast.MapType():
                return self._contains(type_.value, file)
        return self.by_value(type_, file)

    def _places(self, file: GoSource) -> Iterator[str]:
        """Fields and package variables that hold locks, or containers of what does."""
        for spec in file.tree.file.types:
            if isinstance(spec.type, ast.StructType):
                for field in spec.type.fields:
                    if self._contains(field.type, file):
                        yield from (name.name for name in field.names)
        for value in file.tree.file.values:
            if self._contains(value.type, file):
                yield from (name.name for name in value.names)

    def _imported(self, file: GoSource) -> set[str]:
        """The types of other packages that hold locks and that the file names without a pointer, qualified."""
        paths = self._imports_of(file)
        found = set()
        for qualifier, name in set(_QUALIFIED.findall(file.source.data)):
            key = (paths.get(qualifier.decode(), ""), name.decode())
            if key[0] and self._holds(key):
                found.add(f"{qualifier.decode()}.{name.decode()}")
        return found

    def _imports_of(self, file: GoSource) -> dict[str, str]:
        """Import paths by the names that ``file`` most likely calls the packages by."""
        found = self._imports.get(file.source.path)
        if found is None:
            found = {each.name or each.path.rpartition("/")[2]: each.path for each in file.tree.file.imports}
            self._imports[file.source.path] = found
        return found

    def _holds(self, key: tuple[str, str]) -> bool:
        known = self._qualified.get(key)
        if known is None:
            package = self._package.import_(key[0])
            symbol = package.lookup(key[1]) if package is not None else None
            known = isinstance(symbol, TypeName) and held_in(symbol.type) is not None
            self._qualified[key] = known
        return known


_QUALIFIED = re.compile(rb"\b(?<![.*&])(\w++)\.([A-Z]\w*+)(?!\()")


class _Function:
    """One function declaration, with the literals in it."""

    def __init__(self, package: Package, file: GoSource, decl: ast.FuncDecl, names: _Names) -> None:
        self._package = package
        self._file = file
        self._decl = decl
        self._names = names

    @cached_property
    def _symbol(self) -> str:
        func = self._package.func_of(self._decl)
        star = "*" if func.pointer_receiver else ""
        return f"({star}{func.receiver.name}).{func.name}" if func.receiver is not None else func.name

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
            for node in walk(info.body) if info.body is not None else ():
                yield from self._node(node, info)

    def _mentions_lock(self) -> bool:
        """Whether the function's text does; its head counts, too: the items of a slice that it is given have a type."""
        span = self._decl.body_span
        mention = self._names.mention
        if span is None or mention is None:
            return False
        return mention.search(self._file.source.piece(self._decl.pos, span[1])) is not None

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
        return self._values(values, info, how)

    def _values(self, values: Iterable[ast.Expr], info: Info, how: str) -> Iterator[Copy]:
        for value in values:
            expr = value
            while isinstance(expr, ast.Paren):
                expr = expr.x
            if isinstance(expr, ast.Ident | ast.Selector | ast.Index | ast.Star | ast.TypeAssert) and not info.is_type(
                expr
            ):
                if isinstance(expr, ast.Star) and isinstance(expr.x, ast.Call):
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


def _copied(node: ast.Node) -> tuple[str, tuple[ast.Expr, ...]]:
    """The values that ``node`` copies, and a word for how."""
    match node:
        case ast.Assign(op="=" | ":="):
            return "assignment", node.right if len(node.right) == len(node.left) else ()
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
            evaluates = not isinstance(node.fun, ast.Ident | ast.Selector) or _last(node.fun) not in _NOT_COPYING
            return "argument", node.args if evaluates else ()
    return "", ()


_OLD = (ast.Ident, ast.Selector, ast.Index, ast.Star, ast.TypeAssert)
"""Expressions whose value was there before: literals and what calls give is new."""


def _is_blank(expr: ast.Expr) -> bool:
    return isinstance(expr, ast.Ident) and expr.name == "_"


def _last(fun: ast.Ident | ast.Selector) -> str:
    return fun.name if isinstance(fun, ast.Ident) else fun.name.name
