"""The little Markdown that rule documents are written in: headings, prose and fences.

Not a Markdown parser: prose stays text, and nothing inside a fence is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubcheck.spec.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Iterable


class Fence(msgspec.Struct, frozen=True, gc=False):
    """A fenced block. ``info`` is what follows the backticks; ``line`` is that of its first line of text.

    ``before`` is the prose between it and the fence or heading above.
    """

    info: str
    text: str
    line: int
    before: str


class Section(msgspec.Struct, frozen=True, gc=False):
    """A heading with what stands under it. ``after`` is the prose that no fence follows."""

    level: int
    heading: str
    line: int
    fences: tuple[Fence, ...]
    after: str

    @property
    def prose(self) -> str:
        """All prose of the section, paragraphs apart by an empty line."""
        return paragraphs([*(fence.before for fence in self.fences), self.after])


def paragraphs(parts: Iterable[str]) -> str:
    """The parts that say something, with an empty line between."""
    return "\n\n".join(part for part in parts if part)


def read_sections(text: str, path: str) -> list[Section]:
    """Cut ``text`` at its headings of level one and two; deeper ones are prose.

    Raises:
        SpecError: a fence is never closed, or text stands before the first heading.
    """
    reader = _Reader(path)
    lines = text.replace("\r\n", "\n").split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("```"):
            at = reader.fence(lines, at)
        elif line.startswith(("# ", "## ")):
            reader.heading(line, at + 1)
        else:
            reader.prose(line, at + 1)
        at += 1
    return reader.finish()


class _Reader:
    """Collects the section at hand; a section ends where the next begins."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._sections: list[Section] = []
        self._head: tuple[int, str, int] | None = None
        self._fences: list[Fence] = []
        self._prose: list[str] = []

    def heading(self, line: str, number: int) -> None:
        """Begin a section."""
        self._close()
        marks, _, title = line.partition(" ")
        self._head = (len(marks), title.strip(), number)

    def prose(self, line: str, number: int) -> None:
        """Add a line of prose."""
        if self._head is None and line.strip():
            raise SpecError(self._path, number, "text before the title (`# Title` comes first)")
        self._prose.append(line)

    def fence(self, lines: list[str], at: int) -> int:
        """Take the fence that opens at index ``at``; returns the index of its last line."""
        marks = len(lines[at]) - len(lines[at].lstrip("`"))
        if self._head is None:
            raise SpecError(self._path, at + 1, "a fence before the title (`# Title` comes first)")
        for end in range(at + 1, len(lines)):
            closing = lines[end].rstrip()
            if len(closing) >= marks and not closing.strip("`"):
                body = "".join(line + "\n" for line in lines[at + 1 : end])
                self._fences.append(Fence(lines[at][marks:].strip(), body, at + 2, self._take_prose()))
                return end
        raise SpecError(self._path, at + 1, "a fence is never closed")

    def finish(self) -> list[Section]:
        """All sections."""
        self._close()
        return self._sections

    def _close(self) -> None:
        if self._head is not None:
            self._sections.append(Section(*self._head, tuple(self._fences), self._take_prose()))
        self._fences = []

    def _take_prose(self) -> str:
        text = "\n".join(self._prose).strip()
        self._prose = []
        return text
