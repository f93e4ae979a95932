"""The notation of the Go program in ``go_ast``: a file's syntax with offsets, one line a file."""

from __future__ import annotations

import re
from typing import Any

from pubcheck.syntax import SyntaxTree, ast

# go/ast gives these no place, or another one.
_PLACELESS = (ast.Field, ast.Method, ast.Labeled, ast.Empty, ast.Case, ast.CommClause)


def notation(tree: SyntaxTree) -> str:
    """What the Go program prints if it and we see the same."""
    file = tree.file
    declarations: list[Any] = [*file.imports, *file.values, *file.types, *file.functions]
    parts = [_text(file.package, tree)]
    parts += [_text(declaration, tree) for declaration in sorted(declarations, key=lambda node: node.pos)]
    return normal(" ".join(parts))


def normal(text: str) -> str:
    """The same text with the same blanks."""
    text = text.replace("\\n", "\n").replace("\r", "")
    return re.sub(r"\s+", " ", re.sub(r"\s*([()\[\]])\s*", r" \1 ", text)).strip()


def _text(value: Any, tree: SyntaxTree) -> str:
    match value:
        case None:
            return "-"
        case str() | int():
            return str(value)
        case tuple():
            return f"[{' '.join(_text(item, tree) for item in value)}]"
        case ast.Ident():
            return f"{value.name}@{value.pos}"
        case ast.BasicLit():
            return f"{value.value}@{value.pos}"
        case ast.FuncDecl():
            receiver = () if value.receiver is None else (value.receiver,)
            parts = (value.name, receiver, _Signature(value.type), tree.body(value))
            return f"(FuncDecl {value.pos} {value.end} {' '.join(_text(part, tree) for part in parts)})"
        case _Signature():
            lists = (value.type.type_params, value.type.params, value.type.results)
            return f"(FuncType {' '.join(_text(part, tree) for part in lists)})"
    place = "" if isinstance(value, _PLACELESS) else f" {value.pos} {value.end}"
    return f"({type(value).__name__}{place} {' '.join(_parts(value, tree))})"


class _Signature:
    """A function's type that is no expression of its own: go/ast begins it elsewhere."""

    def __init__(self, type_: ast.FuncType) -> None:
        self.type = type_


def _parts(node: Any, tree: SyntaxTree) -> list[str]:
    out = []
    for name in node.__struct_fields__[2:]:
        value = getattr(node, name)
        if isinstance(value, bool):
            out += [name] if value else []
        elif name == "iota" or value not in ("", 0):
            signature = isinstance(node, ast.FuncLit | ast.Method) and name == "type"
            if isinstance(node, ast.BasicLit) and name == "kind":
                continue
            out.append(_text(_Signature(value) if signature else value, tree))
    return out
