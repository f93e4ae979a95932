"""Go's syntax as values: the shape of ``go/ast``, free of the grammar that parsed it.

Nothing to the right of ``syntax`` sees a tree-sitter node or the name of a grammar kind. ``pos`` and ``end`` are byte
offsets into the file, end not included. Nodes compare and hash by identity, so they serve as keys of side tables;
nothing is ever written onto a node. What could not be parsed is a ``BadExpr``, ``BadStmt`` or ``BadDecl``.
"""

from __future__ import annotations

import msgspec


class Node(msgspec.Struct, frozen=True, eq=False, gc=False):
    """Anything with a place in a file."""

    pos: int
    end: int


class Expr(Node, frozen=True, eq=False, gc=False):
    """An expression or a type expression; which of the two only names can tell."""


class Stmt(Node, frozen=True, eq=False, gc=False):
    """A statement."""


# --- expressions


class BadExpr(Expr, frozen=True, eq=False, gc=False):
    """Source that is no expression."""


class Ident(Expr, frozen=True, eq=False, gc=False):
    """A name, ``_`` included."""

    name: str


class BasicLit(Expr, frozen=True, eq=False, gc=False):
    """A literal as it is written. ``kind`` is ``int``, ``float``, ``imaginary``, ``rune`` or ``string``."""

    kind: str
    value: str


class CompositeLit(Expr, frozen=True, eq=False, gc=False):
    """``T{...}``; ``type`` is None where an enclosing literal gives it. Elements may be ``KeyValue``."""

    type: Expr | None
    elements: tuple[Expr, ...]


class KeyValue(Expr, frozen=True, eq=False, gc=False):
    """``key: value`` in a composite literal."""

    key: Expr
    value: Expr


class FuncLit(Expr, frozen=True, eq=False, gc=False):
    """A function literal."""

    type: FuncType
    body: Block


class Paren(Expr, frozen=True, eq=False, gc=False):
    """``(x)``."""

    x: Expr


class Selector(Expr, frozen=True, eq=False, gc=False):
    """``x.name``, where ``x`` may be a package."""

    x: Expr
    name: Ident


class Index(Expr, frozen=True, eq=False, gc=False):
    """``x[i]``, or an instantiation ``x[T, U]``."""

    x: Expr
    indices: tuple[Expr, ...]


class SliceExpr(Expr, frozen=True, eq=False, gc=False):
    """``x[low:high:max]``."""

    x: Expr
    low: Expr | None
    high: Expr | None
    max: Expr | None


class TypeAssert(Expr, frozen=True, eq=False, gc=False):
    """``x.(T)``; ``type`` is None for ``x.(type)``."""

    x: Expr
    type: Expr | None


class Call(Expr, frozen=True, eq=False, gc=False):
    """A call or a conversion. ``spread`` is true for ``f(xs...)``. A type may be an argument (``make``, ``new``)."""

    fun: Expr
    args: tuple[Expr, ...]
    spread: bool


class Star(Expr, frozen=True, eq=False, gc=False):
    """``*x``: a dereference or a pointer type."""

    x: Expr


class Unary(Expr, frozen=True, eq=False, gc=False):
    """``op x`` with op one of ``+ - ! ^ & <- ~`` (``~`` only in constraints)."""

    op: str
    x: Expr


class Binary(Expr, frozen=True, eq=False, gc=False):
    """``x op y``; in constraints ``|`` joins the terms of a union."""

    op: str
    x: Expr
    y: Expr


# --- type expressions


class ArrayType(Expr, frozen=True, eq=False, gc=False):
    """``[n]T``; ``length`` is None for ``[...]T``."""

    length: Expr | None
    element: Expr


class SliceType(Expr, frozen=True, eq=False, gc=False):
    """``[]T``."""

    element: Expr


class MapType(Expr, frozen=True, eq=False, gc=False):
    """``map[K]V``."""

    key: Expr
    value: Expr


class ChanType(Expr, frozen=True, eq=False, gc=False):
    """``chan T``; ``direction`` is ``both``, ``send`` or ``receive``."""

    direction: str
    element: Expr


class Field(Node, frozen=True, eq=False, gc=False):
    """Names of one type in a struct, a parameter list, a result list or a type parameter list.

    ``names`` is empty for an embedded field and for an unnamed parameter. ``variadic`` is true for ``...T``, whose
    ``type`` is T. ``tag`` is the literal with its quotes.
    """

    names: tuple[Ident, ...]
    type: Expr
    tag: str = ""
    variadic: bool = False


class FuncType(Expr, frozen=True, eq=False, gc=False):
    """Type parameters, parameters and results."""

    type_params: tuple[Field, ...]
    params: tuple[Field, ...]
    results: tuple[Field, ...]


class StructType(Expr, frozen=True, eq=False, gc=False):
    """``struct {...}``."""

    fields: tuple[Field, ...]


class Method(Node, frozen=True, eq=False, gc=False):
    """A method of an interface."""

    name: Ident
    type: FuncType


class InterfaceType(Expr, frozen=True, eq=False, gc=False):
    """``interface {...}``; ``embeds`` holds embedded interfaces and unions."""

    methods: tuple[Method, ...]
    embeds: tuple[Expr, ...]


# --- statements


class BadStmt(Stmt, frozen=True, eq=False, gc=False):
    """Source that is no statement."""


class Block(Stmt, frozen=True, eq=False, gc=False):
    """``{ ... }``. ``end`` is past the closing brace."""

    statements: tuple[Stmt, ...]


class ExprStmt(Stmt, frozen=True, eq=False, gc=False):
    """An expression for its effect."""

    x: Expr


class Send(Stmt, frozen=True, eq=False, gc=False):
    """``channel <- value``."""

    channel: Expr
    value: Expr


class IncDec(Stmt, frozen=True, eq=False, gc=False):
    """``x++`` or ``x--``."""

    x: Expr
    op: str


class Assign(Stmt, frozen=True, eq=False, gc=False):
    """``left op right`` with op ``=``, ``:=`` or a compound such as ``+=``."""

    left: tuple[Expr, ...]
    op: str
    right: tuple[Expr, ...]


class Go(Stmt, frozen=True, eq=False, gc=False):
    """``go call``; ``call`` is a ``Call`` unless the source is broken."""

    call: Expr


class Defer(Stmt, frozen=True, eq=False, gc=False):
    """``defer call``."""

    call: Expr


class Return(Stmt, frozen=True, eq=False, gc=False):
    """``return results``."""

    results: tuple[Expr, ...]


class Branch(Stmt, frozen=True, eq=False, gc=False):
    """``break``, ``continue``, ``goto`` or ``fallthrough``."""

    keyword: str
    label: Ident | None


class Labeled(Stmt, frozen=True, eq=False, gc=False):
    """``label: statement``."""

    label: Ident
    statement: Stmt


class Empty(Stmt, frozen=True, eq=False, gc=False):
    """Nothing."""


class If(Stmt, frozen=True, eq=False, gc=False):
    """``if init; cond { } else ...``; ``orelse`` is a ``Block`` or an ``If``."""

    init: Stmt | None
    cond: Expr
    then: Block
    orelse: Stmt | None


class Case(Stmt, frozen=True, eq=False, gc=False):
    """A clause of a switch; ``values`` is empty and ``default`` true for the default clause."""

    values: tuple[Expr, ...]
    default: bool
    body: tuple[Stmt, ...]


class Switch(Stmt, frozen=True, eq=False, gc=False):
    """An expression switch."""

    init: Stmt | None
    tag: Expr | None
    cases: tuple[Case, ...]


class TypeSwitch(Stmt, frozen=True, eq=False, gc=False):
    """``switch init; name := x.(type) { }``; the values of its cases are types."""

    init: Stmt | None
    name: Ident | None
    x: Expr
    cases: tuple[Case, ...]


class CommClause(Stmt, frozen=True, eq=False, gc=False):
    """A clause of a select. ``comm`` is a ``Send``, ``ExprStmt`` or ``Assign``; None for ``default``."""

    comm: Stmt | None
    body: tuple[Stmt, ...]


class Select(Stmt, frozen=True, eq=False, gc=False):
    """``select { }``."""

    clauses: tuple[CommClause, ...]


class For(Stmt, frozen=True, eq=False, gc=False):
    """``for init; cond; post { }``."""

    init: Stmt | None
    cond: Expr | None
    post: Stmt | None
    body: Block


class Range(Stmt, frozen=True, eq=False, gc=False):
    """``for key, value := range x { }``; ``define`` is true for ``:=``."""

    key: Expr | None
    value: Expr | None
    define: bool
    x: Expr
    body: Block


class DeclStmt(Stmt, frozen=True, eq=False, gc=False):
    """A declaration inside a function."""

    specs: tuple[Spec, ...]


# --- declarations


class Spec(Node, frozen=True, eq=False, gc=False):
    """One declared thing; grouped declarations are taken apart."""


class ImportSpec(Spec, frozen=True, eq=False, gc=False):
    """``import name "path"``; ``name`` is empty, ``.``, ``_`` or an alias. ``path`` has no quotes."""

    name: str
    path: str


class ValueSpec(Spec, frozen=True, eq=False, gc=False):
    """``var`` or ``const``. ``iota`` is the index in the const group. In a const group ``type`` and ``values`` are
    those of the nearest spec above where a spec has none (as the language repeats them)."""  # noqa: D205, D209

    constant: bool
    names: tuple[Ident, ...]
    type: Expr | None
    values: tuple[Expr, ...]
    iota: int = 0


class TypeSpec(Spec, frozen=True, eq=False, gc=False):
    """``type Name[params] T``, or ``type Name = T`` when ``alias``."""

    name: Ident
    type_params: tuple[Field, ...]
    alias: bool
    type: Expr


class FuncDecl(Node, frozen=True, eq=False, gc=False):
    """A function or method. The body isn't converted until asked for: ``SyntaxTree.body(decl)``.

    ``receiver`` has one field; ``receiver_params`` are the names of the receiver type's parameters. ``body_span`` is
    None for a function that is declared only. ``broken`` tells that the body holds a syntax error.
    """

    name: Ident
    receiver: Field | None
    receiver_params: tuple[Ident, ...]
    type: FuncType
    body_span: tuple[int, int] | None
    broken: bool = False


class BadDecl(Node, frozen=True, eq=False, gc=False):
    """Source at top level that is no declaration."""


class Comment(Node, frozen=True, eq=False, gc=False):
    """A comment with its marks (``//`` or ``/* */``)."""

    text: str


class File(Node, frozen=True, eq=False, gc=False):
    """A file's declarations in source order, imports apart."""

    package: Ident
    imports: tuple[ImportSpec, ...]
    values: tuple[ValueSpec, ...]
    types: tuple[TypeSpec, ...]
    functions: tuple[FuncDecl, ...]
    bad: tuple[BadDecl, ...]
