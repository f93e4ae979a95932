"""The import declarations of a file, and how they change with what the file uses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.diagnostic import Edit
from pubcheck.source import Span
from pubcheck.syntax.lexical import occurrences, pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pubcheck.source import SourceFile
    from pubcheck.syntax import SyntaxTree, ast

_IMPORT = pattern(rb"\bimport\b")
_SEMICOLON = re.compile(rb"[ \t]*;")
_VERSION = re.compile(r"v\d+|\.v\d+$")


class _Declaration(NamedTuple):
    """One import declaration: its offsets, and its specs; ``grouped`` where it has parentheses."""

    start: int
    end: int
    specs: tuple[ast.ImportSpec, ...]
    grouped: bool


def name_in(file: ast.File, path: str) -> str | None:
    """The name by which a file calls the package that it imports by ``path``; None where it has none."""
    names = [name_of(spec) for spec in file.imports if spec.path == path and spec.name not in ("_", ".")]
    return names[0] if names else None


def added(tree: SyntaxTree, paths: Iterable[str]) -> list[Edit]:
    """Edits that import the packages ``paths`` of the standard library where gofmt wants them; those missing only."""
    missing = sorted({path for path in paths if name_in(tree.file, path) is None})
    if not missing:
        return []
    source = tree.source
    groups = _declarations(tree)
    grouped = next((one for one in groups if one.grouped and one.specs and _one_a_line(one, source)), None)
    if grouped is not None:
        return [_into(grouped, path, source) for path in missing]
    single = next((one for one in groups if not one.grouped and one.specs[0].path != "C"), None)
    if single is not None:
        specs = [(spec.path, _text(spec, source)) for spec in single.specs] + [(path, f'"{path}"') for path in missing]
        lines = "".join(f"\t{text}\n" for _, text in sorted(specs))
        return [Edit(Span(source.path, single.start, single.end), f"import (\n{lines})")]
    last = groups[-1].end if groups else tree.file.package.end
    at = source.lines.line_range(source.lines.line(last))[1]
    specs_text = [f'"{path}"' for path in missing]
    beside = _SEMICOLON.match(source.data, last, at)
    if beside is not None:  # what follows stands on the same line
        return [Edit(Span(source.path, beside.end(), beside.end()), "".join(f" import {one};" for one in specs_text))]
    many = "(\n" + "".join(f"\t{text}\n" for text in specs_text) + ")"
    return [Edit(Span(source.path, at, at), f"\n\nimport {specs_text[0] if len(missing) == 1 else many}")]


def left_over(before: SyntaxTree, after: SyntaxTree) -> list[Edit]:
    """Edits of ``after`` that drop the imports which ``before`` used and ``after`` doesn't."""
    dropped = {
        (spec.name, spec.path)
        for spec in before.file.imports
        if spec.name not in ("_", ".") and spec.path != "C" and _uses(before.source.data, name_of(spec))
    }
    unused = [
        spec
        for spec in after.file.imports
        if (spec.name, spec.path) in dropped and not _uses(after.source.data, name_of(spec))
    ]
    return [edit for one in _declarations(after) for edit in _without(one, unused, after.source)]


def _without(declaration: _Declaration, unused: Sequence[ast.ImportSpec], source: SourceFile) -> Iterator[Edit]:
    gone = [spec for spec in declaration.specs if spec in unused]
    if not gone:
        return
    lines = source.lines
    if len(gone) == len(declaration.specs):
        yield _lines_gone(source, lines.line(declaration.start), lines.line(declaration.end - 1))
        return
    for spec in gone:
        line = lines.line(spec.pos)
        if _one_a_line(declaration, source):
            yield _lines_gone(source, line, line)


def _lines_gone(source: SourceFile, first: int, last: int) -> Edit:
    """Lines from ``first`` to ``last`` deleted, with one of the blank lines around them where there would be two."""
    lines = source.lines
    blank_before = first > 1 and _is_gap(lines.line_text(first - 1))
    following = lines.line_text(last + 1).strip() if last < lines.line_count else ""
    if blank_before and following in ("", ")"):
        first -= 1
    elif not following and last < lines.line_count and _is_gap(lines.line_text(first - 1), opening=True):
        last += 1
    start = lines.line_range(first)[0]
    end = lines.line_range(last + 1)[0] if last < lines.line_count else len(source.data)
    return Edit(Span(source.path, start, end), "")


def _is_gap(text: str, *, opening: bool = False) -> bool:
    """Whether a line is blank, or opens a group where that counts as well."""
    return not text.strip() or (opening and text.strip() == "import (")


def _into(declaration: _Declaration, path: str, source: SourceFile) -> Edit:
    """A line for ``path`` in the run of lines with the standard library's packages, by the order of paths."""
    lines = source.lines
    runs: list[list[ast.ImportSpec]] = [[]]
    for spec in declaration.specs:
        if runs[-1] and lines.line(spec.pos) != lines.line(runs[-1][-1].pos) + 1:
            runs.append([])
        runs[-1].append(spec)
    run = next((one for one in runs if all(_is_standard(spec.path) and spec.path != "C" for spec in one)), None)
    if run is None:
        at = lines.line_range(lines.line(runs[0][0].pos))[0]
        return Edit(Span(source.path, at, at), f'\t"{path}"\n\n')
    later = next((spec for spec in run if spec.path > path), None)
    if later is not None:
        at = lines.line_range(lines.line(later.pos))[0]
        return Edit(Span(source.path, at, at), f'\t"{path}"\n')
    at = lines.line_range(lines.line(run[-1].pos))[1]
    return Edit(Span(source.path, at, at), f'\n\t"{path}"')


def _declarations(tree: SyntaxTree) -> list[_Declaration]:
    """The import declarations in source order."""
    data = tree.source.data
    specs = tree.file.imports
    if not specs:
        return []
    starts = [match.start() for match in occurrences(_IMPORT, data) if match.start() < specs[-1].pos]
    found = []
    for start, following in zip(starts, [*starts[1:], len(data)], strict=True):
        mine = tuple(spec for spec in specs if start <= spec.pos < following)
        if mine:
            grouped = data[start + len(b"import") : mine[0].pos].lstrip().startswith(b"(")
            end = data.find(b")", mine[-1].end) + 1 if grouped else mine[-1].end
            found.append(_Declaration(start, end, mine, grouped))
    return found


def _one_a_line(declaration: _Declaration, source: SourceFile) -> bool:
    lines = {source.lines.line(offset) for offset in (declaration.start, declaration.end - 1)}
    lines.update(source.lines.line(spec.pos) for spec in declaration.specs)
    return len(lines) == len(declaration.specs) + 2


def _text(spec: ast.ImportSpec, source: SourceFile) -> str:
    return source.text(spec.pos, spec.end)


def _is_standard(path: str) -> bool:
    return "." not in path.partition("/")[0]


def name_of(spec: ast.ImportSpec) -> str:
    """The name that a spec gives its package; without one the path's last part that is no version, as is the custom."""
    if spec.name:
        return spec.name
    parts = [part for part in spec.path.split("/") if not _VERSION.fullmatch(part)]
    return _VERSION.sub("", parts[-1]) if parts else spec.path


def _uses(data: bytes, name: str) -> bool:
    used = pattern(rb"(?<![\w.])" + re.escape(name.encode()) + rb"\s*\.")
    return next(occurrences(used, data), None) is not None
