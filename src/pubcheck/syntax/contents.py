"""What a file declares, told from its text, so that of many declarations only those asked for are parsed.

A declaration begins with its keyword in the first column, as gofmt has it, and lasts until the next one. A file where
such a line may be part of a string or a comment, or whose heads read otherwise, isn't cut.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pubcheck.source import SourceFile
from pubcheck.syntax.conversion import NAMES, Context
from pubcheck.syntax.declarations import Declarations
from pubcheck.syntax.recovery import parse_ranges
from pubcheck.syntax.tree import SyntaxTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pubcheck.syntax import ast

_KEYWORD: Final = re.compile(rb"\n(func|type|var|const|import)\b")
_NAME: Final = rb"[\w\x80-\xff]+"
_NAMES: Final = _NAME + rb"(?:[ \t]*,[ \t]*" + _NAME + rb")*+"
_FUNCTION: Final = re.compile(
    rb"func (?:\((?:" + _NAME + rb" +)?\*?(" + _NAME + rb")(?:\[[^\]\n]*\])?\) )?(" + _NAME + rb")[(\[]"
)
_SPEC: Final = re.compile(rb"[a-z]+ (?:(" + _NAMES + rb")(?: (=)|[ \[])|\((?=[ \t\r]*(?:\n|//)))")
_MEMBER: Final = re.compile(rb"\n[ \t]+(" + _NAMES + rb")(?:[ \t]*(=))?")
_BLANK: Final = bytes(byte if byte == ord("\n") else ord(" ") for byte in range(256))


class Contents:
    """The declarations of a file, by number.

    Attributes:
        names: the declarations that may declare a name, other than as a method.
        methods: the declarations of methods, by the name of their receiver's type and their own.
        aliases: the names of types that may be other names.
    """

    __slots__ = ("_context", "_places", "_source", "aliases", "methods", "names")

    def __init__(self, source: SourceFile, starts: list[int]) -> None:
        """Take the declarations that begin at ``starts``; what comes before them is one, too: the imports."""
        self.names: dict[str, list[int]] = {}
        self.methods: dict[str, dict[str, list[int]]] = {}
        self.aliases: set[str] = set()
        self._source = source
        self._context = Context(source.data)
        self._places = list(zip([0, *starts], [*starts, len(source.data)], strict=True))

    @classmethod
    def of(cls, source: SourceFile) -> Contents | None:
        """The contents of a file; None where its text doesn't tell."""
        data = source.data
        found = [match.start(1) for match in _KEYWORD.finditer(data) if match[1] != b"import"]
        self = cls(source, found)
        if not self._is_certain():
            return None
        for number, start in enumerate(found, 1):
            if not (self._function if data.startswith(b"func", start) else self._specs)(number, start):
                return None
        return self

    def __len__(self) -> int:
        return len(self._places)

    def parse(self, numbers: Iterable[int]) -> ast.File:
        """These declarations, bodies of functions apart, with the imports if 0 is among ``numbers``."""
        places = [self._places[number] for number in sorted(numbers)]
        data = self._source.data
        root = parse_ranges(data, [kept for place in places for kept in self._without_body(*place)])
        if root.has_error:
            return self._repaired(places)
        declarations = Declarations(self._context, {})
        for node in root.named_children:
            declarations.add(node, broken=False)
        return declarations.file(len(data))

    def _repaired(self, places: list[tuple[int, int]]) -> ast.File:
        """As a file with nothing else in its lines; what the grammar lacks is made up for there."""
        text = bytearray(self._source.data.translate(_BLANK))
        for start, end in places:
            text[start:end] = self._source.data[start:end]
        return SyntaxTree(SourceFile(self._source.path, bytes(text)), bodies=False).file

    def _without_body(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        data = self._source.data
        head = data.find(b"\n", start, end)
        if data.startswith(b"func", start) and data[head - 1 : head] == b"{":
            close = data.find(b"\n}\n", head, end)
            if close > 0 and data.count(b"`", head, close) % 2 == 0:
                yield start, head + 1
                start = close + 1
        yield start, end

    def _is_certain(self) -> bool:
        """Whether no comment and no string reaches from one declaration into the next."""
        data = self._source.data
        quotes, comments = data.find(b"`") >= 0, data.find(b"/*") >= 0
        return not (quotes or comments) or not any(
            (quotes and data.count(b"`", start, end) % 2)
            or (comments and data.count(b"/*", start, end) != data.count(b"*/", start, end))
            for start, end in self._places
        )

    def _function(self, number: int, start: int) -> bool:
        head = _FUNCTION.match(self._source.data, start)
        if head is None:
            return False
        receiver, name = head.groups()
        among = self.names if receiver is None else self.methods.setdefault(NAMES[receiver], {})
        among.setdefault(NAMES[name], []).append(number)
        return True

    def _specs(self, number: int, start: int) -> bool:
        head = _SPEC.match(self._source.data, start)
        if head is None:
            return False
        for spec in (head,) if head[1] else _MEMBER.finditer(self._source.data, head.end(), self._places[number][1]):
            for name in spec[1].split(b","):
                self.names.setdefault(NAMES[name.strip()], []).append(number)
            if spec[2]:
                self.aliases.add(NAMES[spec[1]])
        return True
