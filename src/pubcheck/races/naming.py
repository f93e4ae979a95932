"""Which rule a race belongs to, by what the detector saw: where no finding of the check says it better."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from pubcheck.engine import DATA_RACE
from pubcheck.races.places import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pubcheck.races.log import Access, Race
    from pubcheck.races.places import Places
    from pubcheck.source import Span

RACES = frozenset(
    {
        "captured-variable-race", "check-outside-lock", "declared-guard", "done-before-write",
        "double-checked-locking", "global-write-race", "guarded-value-escapes", "handler-state-race",
        "inconsistent-guard", "iteration-race", "lazy-init-race", "lock-copied", "loop-variable-capture", "map-race",
        "mixed-atomic-access", "mutation-after-publish", "mutation-of-snapshot", "once-fast-path",
        "parallel-test-race", "pool-use-after-put", "publish-before-init", "requires-lock", "response-after-return",
        "returns-guarded-state", "reuse-after-handoff", "send-close-race", "shares-published-array",
        "slice-append-race", "unsafe-type-shared", "unsynchronised-flag", "waitgroup-add-in-goroutine",
        "waitgroup-misuse", "write-under-rlock", "wrong-lock",
    }
)  # fmt: skip
"""The rules whose bugs the race detector can see: two accesses, one of them a write, without an order."""

_MAPS = re.compile(r"(?:runtime|internal/runtime/maps|reflect)\.(?:\(\*Map\)|map)\w*")
_LITERAL = re.compile(r"(?:\.func\d+|\.gowrap\d+|\.deferwrap\d+|\.\d+|-range\d+)+$")
_ONE_AT_A_TIME = re.compile(r"(?:bytes\.\(\*Buffer\)|strings\.\(\*Builder\)|math/rand\.\(\*\w+\)|bufio\.\(\*\w+\))\.")
_WORD = re.compile(r"(?<![.\w])[A-Za-z_]\w*")
_VARIABLE = re.compile(r"^var (\w+)", re.MULTILINE)
_VARIABLES = re.compile(r"^var \(\n(.*?)^\)", re.MULTILINE | re.DOTALL)
_DECLARED = re.compile(r"^\t(\w+)", re.MULTILINE)
_ATOMIC = ("sync/atomic.", "internal/runtime/atomic.")


def rule_of(race: Race, lines: Sequence[Span | None], places: Places) -> str:
    """The name of the rule.

    Args:
        race: as the log has it.
        lines: the code of each side in the checkout, where there is any.
        places: the checkout.
    """
    below = [_foreign(side, places) for side in race.sides]
    every = {name for names in below for name in names}
    if any(_MAPS.match(name) for name in every):
        return "map-race"
    if "runtime.closechan" in every:
        return "double-close" if all("runtime.closechan" in names for names in below) else "send-close-race"
    if any(name.startswith("sync.(*WaitGroup).") for name in every):
        return "waitgroup-add-in-goroutine" if "sync.(*WaitGroup).Add" in every else "waitgroup-misuse"
    if len({_atomic(side) for side in race.sides}) > 1:
        return "mixed-atomic-access"
    if len(below) > 1 and all(any(_ONE_AT_A_TIME.match(name) for name in names) for names in below):
        return "unsafe-type-shared"
    if _of_package(lines, places):
        return "global-write-race"
    return "captured-variable-race" if _captured(race) else DATA_RACE


def _foreign(side: Access, places: Places) -> list[str]:
    """The functions of others that the innermost one of the checkout had called, the innermost first."""
    return [frame.function for frame in takewhile(lambda frame: places.source(frame) is None, side.stack)]


def _atomic(side: Access) -> bool:
    return side.atomic or bool(side.stack and side.stack[0].function.startswith(_ATOMIC))


def _captured(race: Race) -> bool:
    """Whether both sides are parts of one function, and at least one a function literal in it."""
    names = [name_of(side.stack[0].function) for side in race.sides if side.stack]
    outer = {_LITERAL.sub("", name) for name in names}
    return len(names) > 1 and len(outer) == 1 and any(_LITERAL.search(name) for name in names)


def _of_package(lines: Sequence[Span | None], places: Places) -> bool:
    """Whether the lines of both sides name one variable of the package."""
    named = []
    for span in lines:
        if span is None:
            return False
        source = places.sources[span.path]
        named.append({*_WORD.findall(source.text(span.start, span.end))})
    texts = [source.data.decode("utf-8", "replace") for source in places.sources.values()]
    variables = {name for text in texts for name in _variables(text)}
    return bool(variables.intersection(*named))


def _variables(text: str) -> Iterator[str]:
    """The variables of a package that one of its files declares, as gofmt writes it."""
    yield from _VARIABLE.findall(text)
    for block in _VARIABLES.findall(text):
        yield from _DECLARED.findall(block)
