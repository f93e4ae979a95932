"""What a library function does, as a closed sum type.

Arguments are counted from 0 with a method's receiver first, as in the instructions of ``flow``.
"""

from __future__ import annotations

import msgspec

from pubcheck.facts import AtomicKind, BlockKind, Mode, PublicationKind, Start, Style


class Acquires(msgspec.Struct, frozen=True, gc=False):
    """Locks argument 0."""

    mode: Mode


class Releases(msgspec.Struct, frozen=True, gc=False):
    """Unlocks argument 0."""

    mode: Mode


class Tries(msgspec.Struct, frozen=True, gc=False):
    """Locks argument 0 if the result is true."""

    mode: Mode


class SharedView(msgspec.Struct, frozen=True, gc=False):
    """Returns a Locker whose Lock and Unlock are the shared ones of argument 0."""


class AtomicOp(msgspec.Struct, frozen=True, gc=False):
    """An atomic operation on what argument 0 points to; the other arguments are its operands.

    ``width`` is in bits, 0 for what is as wide as a pointer or unknown. ``delta`` is what an operation without
    operands adds (``Inc``, ``Dec``); 0 otherwise.
    """

    kind: AtomicKind
    style: Style
    width: int
    delta: int = 0


class Blocks(msgspec.Struct, frozen=True, gc=False):
    """May wait for ``kind``, working on argument ``subject`` (None where no argument stands for it)."""

    kind: BlockKind
    subject: int | None = None


class Forwards(msgspec.Struct, frozen=True, gc=False):
    """Calls ``method`` of the interface value given as ``argument``: as blocking as its concrete type, if known."""

    argument: int
    method: str


class Wraps(msgspec.Struct, frozen=True, gc=False):
    """Its first result reads from, or writes to, ``argument``: what ``Forwards`` of the result is passed on to."""

    argument: int


class Mutates(msgspec.Struct, frozen=True, gc=False):
    """Writes the elements (or the memory) that ``argument`` refers to."""

    argument: int


class ReadsItems(msgspec.Struct, frozen=True, gc=False):
    """Goes over the items of the map that ``argument`` is."""

    argument: int


class ReturnsFresh(msgspec.Struct, frozen=True, gc=False):
    """Its first result is memory of its own; what the elements point to may be shared with the arguments."""


class ReturnsArgument(msgspec.Struct, frozen=True, gc=False):
    """Its first result is, or shares memory with, ``argument``."""

    argument: int


class Loads(msgspec.Struct, frozen=True, gc=False):
    """Its first result is something that argument 0 holds, for whoever asks."""


class Publishes(msgspec.Struct, frozen=True, gc=False):
    """Makes ``argument`` reachable by other goroutines, through argument 0."""

    kind: PublicationKind
    argument: int


class StartsFunction(msgspec.Struct, frozen=True, gc=False):
    """Runs the function value ``argument`` on another goroutine, or registers it to be run on many."""

    argument: int
    start: Start


class CallsFunction(msgspec.Struct, frozen=True, gc=False):
    """Calls the function value ``argument`` before it returns; ``once``: only the first time (``Once.Do``)."""

    argument: int
    once: bool = False


class Joins(msgspec.Struct, frozen=True, gc=False):
    """Orders what other goroutines did before its return: they have ended or announced it."""


class Exits(msgspec.Struct, frozen=True, gc=False):
    """Never returns."""


Effect = (
    Acquires
    | Releases
    | Tries
    | SharedView
    | AtomicOp
    | Blocks
    | Forwards
    | Wraps
    | Mutates
    | ReadsItems
    | ReturnsFresh
    | ReturnsArgument
    | Loads
    | Publishes
    | StartsFunction
    | CallsFunction
    | Joins
    | Exits
)

Table = dict[str, tuple[Effect, ...]]


def rows(names: str, *effects: Effect) -> Table:
    """A table with the same ``effects`` for each of the blank-separated ``names``."""
    return dict.fromkeys(names.split(), effects)


def methods(owner: str, names: str, *effects: Effect) -> Table:
    """As ``rows`` for methods of ``owner``, which is written as in a full name: ``*sync.Mutex``."""
    return {f"({owner}).{name}": effects for name in names.split()}


def functions(package: str, names: str, *effects: Effect) -> Table:
    """As ``rows`` for functions of ``package``."""
    return {f"{package}.{name}": effects for name in names.split()}
