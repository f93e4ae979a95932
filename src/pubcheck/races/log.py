"""Reads the output of a program or a test that was built with ``-race``.

The detector's reports come between all that tests and programs print, with a job's time stamps before each line, inside
of the JSON of ``go test -json``, or cut off where a log ends. A line that doesn't fit is passed over: it is somebody
else's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BEGIN = "WARNING: DATA RACE"
_END = re.compile(r"\s*={10,}\s*")
_ACCESS = re.compile(
    r"\s*(?P<previous>Previous )?(?P<atomic>atomic )?(?P<action>read|write) (?:of size \d+ )?at 0x[0-9a-f]+ by "
    r"(?:(?P<main>main goroutine)|goroutine (?P<number>\d+))\b.*",
    re.IGNORECASE,
)
_CREATED = re.compile(r"\s*Goroutine (?P<number>\d+) \(\w+\) created at:.*")
_FUNCTION = re.compile(r"\s*(?P<name>[^\s(][^\s]*?)\(\)\s*")
_PLACE = re.compile(r"\s*(?P<path>\S.*?):(?P<line>\d{1,7})(?: \+0x[0-9a-f]+)?\s*")
_TIME = re.compile(r"\ufeff?\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)? ")
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_IN_FUNCTION, _IN_PLACE = 2, 6
_DIGITS = re.compile(r"\d+")
MAIN = "main"


class Frame(msgspec.Struct, frozen=True, gc=False):
    """One call of a stack: the function as the detector names it, and the line it is at."""

    function: str
    path: str
    line: int


class Access(msgspec.Struct, frozen=True, gc=False):
    """One side of a race; ``stack`` has the innermost call first and is empty where the detector lost it."""

    write: bool
    atomic: bool
    goroutine: str
    stack: tuple[Frame, ...]


class Race(msgspec.Struct, frozen=True, gc=False):
    """One report of the detector. ``created`` has the stacks that started the goroutines, by their numbers.

    A report that the log cuts off may have one side only.
    """

    sides: tuple[Access, ...]
    created: dict[str, tuple[Frame, ...]] = {}


class _Event(msgspec.Struct):
    """A line of ``go test -json``, as far as it matters."""

    action: str = msgspec.field(name="Action", default="")
    package: str = msgspec.field(name="Package", default="")
    test: str = msgspec.field(name="Test", default="")
    output: str = msgspec.field(name="Output", default="")


def read_log(lines: Iterable[str]) -> Iterator[Race]:
    """The races that a log tells of, in its order, repeated ones and all.

    Args:
        lines: the log, with or without line breaks.
    """
    plain = _Reader()
    streams: defaultdict[tuple[str, str], _Reader] = defaultdict(_Reader)
    for raw in lines:
        event = _event(raw)
        if event is None:
            yield from plain.line(raw)
        elif event.action == "output":
            yield from streams[event.package, event.test].piece(event.output)
    for reader in (plain, *streams.values()):
        yield from reader.end()


def _event(raw: str) -> _Event | None:
    if not raw.startswith("{"):
        return None
    try:
        return msgspec.json.decode(raw, type=_Event)
    except (msgspec.DecodeError, UnicodeError):
        return None


class _Reader:
    """Reads one stream of lines: the whole log, or one test's part of it."""

    def __init__(self) -> None:
        self._prefix = ""
        self._rest = ""
        self._block: _Block | None = None

    def piece(self, text: str) -> Iterator[Race]:
        """Go on with ``text``, which may end in the middle of a line."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            yield from self.line(line)

    def line(self, raw: str) -> Iterator[Race]:
        text = _TIME.sub("", _COLOUR.sub("", raw.rstrip("\r\n")), count=1)
        head, found, _ = text.partition(_BEGIN)
        if found:
            yield from self.end()
            self._prefix, self._block = head, _Block()
        elif self._block is not None:
            text = self._without_prefix(text)
            if _END.fullmatch(text):
                yield from self.end()
            else:
                self._block.line(text)

    def end(self) -> Iterator[Race]:
        """What there is of the report that was being read."""
        block, self._block = self._block, None
        race = block.race() if block else None
        if race is not None:
            yield race

    def _without_prefix(self, text: str) -> str:
        """What a tool put before the report's first line it puts before the others, but for numbers."""
        size = len(self._prefix)
        same = _DIGITS.sub("0", text[:size]) == _DIGITS.sub("0", self._prefix)
        return text[size:] if same else text


class _Block:
    """One report, line by line.

    The detector indents functions by two spaces and places by six, which tells them from what others print in between.
    Only where no line is so, somebody has cut the spaces away.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []

    def line(self, text: str) -> None:
        self._lines.append(text)

    def race(self) -> Race | None:
        """The report; None where nothing of it can be placed."""
        heads: list[tuple[bool, bool, str]] = []
        stacks: list[list[Frame]] = []
        created: dict[str, list[Frame]] = {}
        stack: list[Frame] | None = None
        function = ""
        indented = any(_FUNCTION.fullmatch(line) and _indent(line) == _IN_FUNCTION for line in self._lines)
        for line in self._lines:
            if access := _ACCESS.fullmatch(line):
                stack = []
                stacks.append(stack)
                heads.append(
                    (access["action"].lower() == "write", access["atomic"] is not None, access["number"] or MAIN)
                )
            elif begun := _CREATED.fullmatch(line):
                stack = created.setdefault(begun["number"], [])
            elif (name := _FUNCTION.fullmatch(line)) and (not indented or _indent(line) == _IN_FUNCTION):
                function = name["name"]
            elif stack is None or not function or (indented and _indent(line) != _IN_PLACE):
                continue
            elif place := _PLACE.fullmatch(line):
                stack.append(Frame(function, place["path"], int(place["line"])))
                function = ""
        sides = tuple(
            Access(write, atomic, goroutine, tuple(calls))
            for (write, atomic, goroutine), calls in zip(heads[:2], stacks[:2], strict=True)
        )
        if not any(side.stack for side in sides):
            return None
        return Race(sides, {number: tuple(calls) for number, calls in created.items() if calls})


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
