"""Go text to trees and back to text, for tests of syntax."""

from __future__ import annotations

from pubcheck.source import SourceFile
from pubcheck.syntax import SyntaxTree, ast, dump, parse


def tree_of(text: str | bytes) -> SyntaxTree:
    """The tree of a file."""
    data = text.encode() if isinstance(text, str) else text
    return parse(SourceFile("a.go", data))


def bodies(tree: SyntaxTree) -> dict[str, ast.Block | None]:
    """Every function's body by its name."""
    return {decl.name.name: tree.body(decl) for decl in tree.file.functions}


def statements(text: str) -> str:
    """What a function's body of ``text`` says, as ``dump`` has it."""
    tree = tree_of(f"package p\nfunc f() {{\n{text}\n}}\n")
    (body,) = bodies(tree).values()
    assert body is not None
    assert tree.errors == ()
    return " ".join(dump(statement) for statement in body.statements)


def expression(text: str) -> str:
    """What an expression says."""
    tree = tree_of(f"package p\nvar _ = {text}\n")
    assert tree.errors == ()
    return dump(tree.file.values[0].values[0])


def type_(text: str) -> str:
    """What a type says."""
    tree = tree_of(f"package p\nvar _ {text}\n")
    assert tree.errors == ()
    found = tree.file.values[0].type
    assert found is not None
    return dump(found)
