"""Rewriting Go without changing what it means: what was found must be found again.

The text is taken to be formatted as gofmt does it: declarations begin at the first column.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Files = Mapping[str, str]
    Rewrite = Callable[[Files], tuple[dict[str, str], Callable[[str], str]]]

_DECLARATION = re.compile(r"(?:func|type|var|const)\b")
_NAMED = re.compile(
    r"^\t+(\w+(?:, \w+)*) +[\w*\[\].]+[^:=]*$"  # fields
    r"|\b(\w+(?:, \w+)*) :="
    r"|\bvar (\w+)"
    r"|^type (\w+)"
    r"|func(?: \(\w+ [^)]*\))?(?: \w+)?\(([^()]*)\)",
    re.MULTILINE,
)
_WORD = re.compile(r"\b[A-Za-z_]\w*\b")
_SPOKEN = frozenset(
    _WORD.findall(
        "break case chan const continue default defer else fallthrough for func go goto if import interface map "
        "package range return select struct switch type var any append bool byte cap clear close complex copy delete "
        "error false float64 imag int int32 int64 iota len make max min new nil panic print real recover rune string "
        "true uint uint32 uint64 uintptr init main _"
    )
)
_REMARK = "// Nothing more is said here.\n\n"


def chunks(text: str) -> tuple[str, list[str]]:
    """What stands before the declarations (package clause, imports), and each declaration with its comment."""
    lines = text.splitlines(keepends=True)
    starts = []
    for number, line in enumerate(lines):
        if _DECLARATION.match(line):
            start = number
            while start and lines[start - 1].startswith("//"):
                start -= 1
            starts.append(start)
    if not starts:
        return text, []
    ends = [*starts[1:], len(lines)]
    head = "".join(lines[: starts[0]])
    found = ("".join(lines[start:end]).strip("\n") + "\n" for start, end in zip(starts, ends, strict=True))
    return head.rstrip("\n") + "\n", list(found)


def _as_it_was(line: str) -> str:
    return line


def spaced(files: Files) -> tuple[dict[str, str], Callable[[str], str]]:
    """Blank lines in bodies and remarks between declarations."""
    made = {}
    for name, text in files.items():
        head, declarations = chunks(text)
        roomy = (re.sub(r"^(?!\s*//)(\t+.*[;)\w}])$", r"\1\n", one, flags=re.MULTILINE) for one in declarations)
        made[name] = "\n".join((head, *(_REMARK + one for one in roomy)))
    return made, _as_it_was


def reversed_declarations(files: Files) -> tuple[dict[str, str], Callable[[str], str]]:
    """The last declaration of a file first."""
    made = {}
    for name, text in files.items():
        head, declarations = chunks(text)
        made[name] = "\n".join((head, *reversed(declarations)))
    return made, _as_it_was


def split(files: Files) -> tuple[dict[str, str], Callable[[str], str]]:
    """Every other declaration in a file of its own, which comes first."""
    made = {}
    for name, text in files.items():
        head, declarations = chunks(text)
        folder, slash, base = name.rpartition("/")
        made[name] = "\n".join((head, *declarations[::2]))
        if len(declarations) > 1:
            made[f"{folder}{slash}a_{base}"] = "\n".join((head, *declarations[1::2]))
    return made, _as_it_was


def renamed(files: Files) -> tuple[dict[str, str], Callable[[str], str]]:
    """Other names for types, variables and fields, in comments too. What libraries and conventions name stays."""
    whole = "\n".join(files.values())
    declared = {word for match in _NAMED.finditer(whole) for group in match.groups() if group for word in _names(group)}
    used = set(re.findall(r"\bfunc (?:\([^)]*\) )?(\w+)", whole))
    used |= set(re.findall(r"\b(\w+)\(", whole)) | set(re.findall(r"\.([A-Z]\w*)", whole))
    used |= {
        path.rpartition("/")[2] for path in re.findall(r'^(?:import )?\t?(?:\w+ )?"([\w./-]+)"', whole, re.MULTILINE)
    }
    # What generators name so, is known by it.
    used |= {name for name in declared if name.startswith("Unimplemented")}
    literal = r"""(?:"[^"\n]*\b|'\\?)%s\b"""
    changed = {name for name in declared - used - _SPOKEN if not re.search(literal % name, whole)}

    def rename(text: str) -> str:
        return _WORD.sub(lambda word: _renamed(word[0]) if word[0] in changed else word[0], text)

    return {name: rename(text) for name, text in files.items()}, rename


def _names(group: str) -> list[str]:
    """The names that a list of fields, variables or parameters declares."""
    return [word[0] for part in group.split(",") if (word := _WORD.match(part.strip()))]


def _renamed(name: str) -> str:
    return ("Z" if name[:1].isupper() else "z") + name


REWRITINGS: dict[str, Rewrite] = {
    "spaced": spaced,
    "reversed": reversed_declarations,
    "split": split,
    "renamed": renamed,
}

MOVING = frozenset(("reversed", "split"))
"""Of several places that are as good, a finding is shown at the first: elsewhere after these."""
