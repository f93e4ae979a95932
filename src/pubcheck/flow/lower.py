"""The way into this layer: from a declaration to a ``Function``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.flow.cells import Cells
from pubcheck.flow.closures import assemble, complete, parameter
from pubcheck.flow.context import Lowering, Unit
from pubcheck.flow.control import CONTROL
from pubcheck.flow.expressions import EXPRESSIONS
from pubcheck.flow.loops import LOOPS
from pubcheck.flow.select import SELECT
from pubcheck.flow.statements import STATEMENTS, declare_values
from pubcheck.model.project import GoFile
from pubcheck.model.types import UNKNOWN, Pointer, Type

if TYPE_CHECKING:
    from collections.abc import Callable

    from pubcheck.flow import ir
    from pubcheck.model.info import Info
    from pubcheck.model.initialiser import Initialiser
    from pubcheck.model.package import GoSource, Package
    from pubcheck.model.symbols import Func, Var
    from pubcheck.source import SourceFile
    from pubcheck.syntax import ast

_STATEMENTS = {**STATEMENTS, **CONTROL, **LOOPS, **SELECT}


def lower(func: Func, package: Package) -> ir.Function | None:
    """Lower a function that ``package`` declares; None where it has no body."""
    decl = func.decl
    if decl is None or decl.body_span is None:
        return None
    file = package.file_of(decl)
    return lower_function(func, decl, package.info(decl), file.source, language_version(file, package))


def lower_function(
    func: Func, decl: ast.FuncDecl, info: Info, source: SourceFile, go_version: tuple[int, int]
) -> ir.Function | None:
    """Lower a declared function or method with the function literals in it.

    Args:
        func: the function's symbol.
        decl: its declaration.
        info: its body, and answers about the nodes of both.
        source: the file that they are in.
        go_version: the language version of that file, which decides on loop variables.

    Returns:
        The function; None for one without a body. ``partial`` is set where something is no Go or nests too deeply;
        this never raises for bad source.
    """
    body = info.body
    if body is None:
        return None
    fn = Lowering(_unit(info, source, go_version), func.local_name, nested=False)
    fn.partial = decl.broken or info.partial
    receiver: tuple[int | Var, ...] = ()
    if decl.receiver is not None:
        names = decl.receiver.names
        receiver = (parameter(fn, names[0] if names else None, _receiver_type(func)),)
    return assemble(fn, decl, receiver=receiver, type_=decl.type, signature=func.type, body=body, func=func)


def lower_initialisers(package: Package, wanted: Callable[[str], bool] = lambda _path: True) -> tuple[ir.Function, ...]:
    """The initialisation of package variables: a function ``init`` for each file that has any, in source order.

    Go orders initialisers by what they depend on; here they stand as they are written. ``wanted`` tells by a file's
    path whether it is asked for: literals are numbered as if there were no other files.
    """
    files = {file.source.path: file for file in package.files}
    by_path: dict[str, list[Initialiser]] = {}
    for initialiser in package.initialisers:
        if initialiser.spec.values and wanted(initialiser.path):
            by_path.setdefault(initialiser.path, []).append(initialiser)
    closures = 0
    functions = []
    for path, initialisers in by_path.items():
        file = files[path]
        function, closures = _initialise(initialisers, file.source, language_version(file, package), closures)
        functions.append(function)
    return tuple(functions)


def _initialise(
    initialisers: list[Initialiser], source: SourceFile, go_version: tuple[int, int], closures: int
) -> tuple[ir.Function, int]:
    """The function of one file, whose first literal is number ``closures`` + 1; and the number of its last."""
    first, last = initialisers[0].spec, initialisers[-1].spec
    fn = Lowering(_unit(initialisers[0].info, source, go_version), "init", nested=False)
    fn.closures = closures
    for initialiser in initialisers:
        fn.enter(_unit(initialiser.info, source, go_version))
        try:
            declare_values(fn, initialiser.spec)
        except RecursionError:
            fn.partial = True
    return complete(fn, (first.pos, last.end), (last.end, last.end)), fn.closures


def language_version(file: GoSource, package: Package) -> tuple[int, int]:
    """The Go version that ``file`` of ``package`` is written in, which its build constraints may raise or lower."""
    return file.go_version if isinstance(file, GoFile) else package.go_version


def _unit(info: Info, source: SourceFile, go_version: tuple[int, int]) -> Unit:
    return Unit(
        info,
        source=source,
        go_version=go_version,
        cells=Cells(info),
        expressions=EXPRESSIONS,
        statements=_STATEMENTS,
    )


def _receiver_type(func: Func) -> Type:
    if func.receiver is None:
        return UNKNOWN
    type_ = func.receiver.type
    return Pointer(type_) if func.pointer_receiver else type_
