"""Go snippets that say what the model must answer.

A comment ``// type: x => []int`` asks about the expression ``x`` on its line, or on the line above where it stands
alone. The questions:

    type        the type as Go prints it
    const       the value, as Python prints it
    selects     kind, owner and name: ``field Inner.n via Outer.Inner``
    callee      ``func p.F``, ``interface (p.I).M of p.I``, ``builtin len``, ``conversion T``, ``dynamic``, ``unknown``
    line        the line, counted from 1, that declares what the identifier stands for
    is-type     ``yes`` or ``no``
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.model.callee import (
    BuiltinTarget,
    ConversionTarget,
    DynamicTarget,
    FuncTarget,
    InterfaceTarget,
    UnknownTarget,
)
from pubcheck.model.printing import type_string
from pubcheck.model.program import Program
from pubcheck.source import SourceFile
from pubcheck.syntax import SyntaxTree, ast, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pubcheck.model.callee import Target
    from pubcheck.model.info import Info
    from pubcheck.model.package import Package
    from pubcheck.model.project import PackageSource
    from pubcheck.model.project import Target as BuildTarget

_QUESTION = re.compile(r"// ([a-z-]+): (.*?) => (.*)")


class GoText:
    """A file in memory."""

    def __init__(self, path: str, text: str | bytes) -> None:
        self.source = SourceFile(path, text.encode() if isinstance(text, str) else text)
        self.tree: SyntaxTree = parse(self.source)

    def outline(self) -> None:
        """It is parsed as a whole."""


class TextPackage:
    """Stands for a ``PackageSource``."""

    def __init__(self, path: str, files: tuple[GoText, ...]) -> None:
        self.import_path = path
        self.name = files[0].tree.file.package.name
        self.files = files
        self.go_version = (1, 27)


class _Arch:
    goarch = "amd64"


class TextProject:
    """Packages in memory, by import path; what isn't there comes from the built-in table."""

    target: BuildTarget = _Arch()  # type: ignore[assignment]

    def __init__(self, packages: Mapping[str, Mapping[str, str | bytes]]) -> None:
        self._packages = {
            path: TextPackage(path, tuple(GoText(f"{path}/{name}", text) for name, text in files.items()))
            for path, files in packages.items()
        }

    def find(self, import_path: str, importer: PackageSource) -> PackageSource | None:  # noqa: ARG002 a project has it
        return self._packages.get(import_path)  # type: ignore[return-value]


def load(packages: Mapping[str, Mapping[str, str | bytes]], path: str = "p") -> Package:
    """The package at ``path`` of packages given as their files' names and texts."""
    project = TextProject(packages)
    found = project.find(path, None)  # type: ignore[arg-type]
    assert found is not None
    return Program(project).package(found)


def load_text(text: str | bytes) -> Package:
    """A package ``p`` of one file."""
    return load({"p": {"p.go": text}})


def ask(packages: Mapping[str, Mapping[str, str | bytes]] | str, path: str = "p") -> None:
    """Hold the model to every question in the package's files.

    Raises:
        AssertionError: an answer isn't the one that is asked for, or there is no question at all.
    """
    package = load({"p": {"p.go": packages}} if isinstance(packages, str) else packages, path)
    expressions = _expressions(package)
    asked = 0
    for file in package.files:
        for line, kind, text, wanted in _questions(file.source):
            at = (file.source.path, line, text)
            assert at in expressions, f"there is no expression {text} on line {line}"
            expr, info = expressions[at]
            answer = _answer(kind, expr, info, package)
            assert answer == wanted, f"line {line}: {kind} of {text} is {answer}, not {wanted}"
            asked += 1
    assert asked


def _questions(source: SourceFile) -> Iterator[tuple[int, str, str, str]]:
    code = 0
    for number in range(1, source.lines.line_count + 1):
        line = source.lines.line_text(number)
        if not line.lstrip().startswith("//"):
            code = number
        match = _QUESTION.search(line)
        if match:
            yield code, match[1], match[2], match[3].strip()


def _expressions(package: Package) -> dict[tuple[str, int, str], tuple[ast.Expr, Info]]:
    found: dict[tuple[str, int, str], tuple[ast.Expr, Info]] = {}
    for source, root, info in _roots(package):
        for node in walk(root):
            if isinstance(node, ast.Expr):
                line = source.lines.line(node.pos)
                found.setdefault((source.path, line, source.text(node.pos, node.end)), (node, info))
    return found


def _roots(package: Package) -> Iterator[tuple[SourceFile, ast.Node, Info]]:
    sources = {file.source.path: file.source for file in package.files}
    for func in package.functions:
        assert func.decl is not None
        info = package.info(func.decl)
        if info.body is not None:
            yield sources[func.path], info.body, info
    for initialiser in package.initialisers:
        yield sources[initialiser.path], initialiser.spec, initialiser.info


def walk(node: ast.Node) -> Iterator[ast.Node]:
    """``node`` and what is in it."""
    todo: list[ast.Node] = [node]
    while todo:
        inner = todo.pop()
        yield inner
        for name in reversed(inner.__struct_fields__):
            value = getattr(inner, name)
            if isinstance(value, ast.Node):
                todo.append(value)
            elif isinstance(value, tuple):
                todo.extend(part for part in reversed(value) if isinstance(part, ast.Node))


def _answer(kind: str, expr: ast.Expr, info: Info, package: Package) -> str:
    match kind:
        case "type":
            return type_string(info.type(expr), package)
        case "const":
            return repr(info.constant(expr))
        case "is-type":
            return "yes" if info.is_type(expr) else "no"
        case "selects":
            assert isinstance(expr, ast.Selector)
            return _selected(expr, info, package)
        case "callee":
            assert isinstance(expr, ast.Call)
            return _called(info.callee(expr), package)
        case "line":
            assert isinstance(expr, ast.Ident)
            symbol = info.symbol(expr)
            if symbol is None or not symbol.path:
                return "none"
            source = next(file.source for file in package.files if file.source.path == symbol.path)
            return str(source.lines.line(symbol.pos))
    raise AssertionError(f"there is no question {kind}")


def _selected(expr: ast.Selector, info: Info, package: Package) -> str:
    found = info.selection(expr)
    if found is None:
        return "unknown"
    owner = type_string(found.receiver, package) + "." if found.kind != "qualified" else ""
    steps = [f"{step.owner.name if step.owner else 'struct'}.{step.symbol.name}" for step in found.path]
    via = f" via {' '.join(steps)}" if steps else ""
    return f"{found.kind} {owner}{found.obj.name}{via}{' indirect' if found.indirect else ''}"


def _called(target: Target, package: Package) -> str:
    match target:
        case FuncTarget():
            return f"func {target.func.full_name}"
        case InterfaceTarget():
            return f"interface {target.func.full_name} of {type_string(target.interface, package)}"
        case BuiltinTarget():
            return f"builtin {target.name}"
        case ConversionTarget():
            return f"conversion {type_string(target.type, package)}"
        case DynamicTarget():
            return "dynamic"
        case UnknownTarget():
            return "unknown"
