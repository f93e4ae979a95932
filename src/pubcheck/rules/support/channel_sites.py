"""Who uses the channels of a package's fields and variables, and how much they hold.

Channels are grouped by location, as everything is across goroutines: a channel that was sent somewhere, or is kept in a
map, has none.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.portions import by_portion
from pubcheck.facts import Location, LocationKind
from pubcheck.flow import ir
from pubcheck.model.structure import underlying
from pubcheck.model.symbols import Var, VarKind
from pubcheck.model.types import Chan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import AccessPath, ChannelAction, ChannelEvent


class ChannelUse(NamedTuple):
    """A send, receive or close in ``function``."""

    function: FunctionFacts
    event: ChannelEvent


def channel_location(targets: tuple[AccessPath, ...]) -> Location | None:
    """The field or variable that holds a channel which points to ``targets``; None if that isn't one."""
    found = {target.location for target in targets}
    only = found.pop() if len(found) == 1 else None
    if only is None or "[]" in only.path:
        return None
    return Location(only.kind, only.owner, only.path.rstrip("*"))


class ChannelSites:
    """The channels of one package, its tests aside.

    Attributes:
        uses: sends, receives and closes by location.
    """

    def __init__(self, package: PackageFacts) -> None:
        """Gather what the functions of ``package`` do."""
        self._package = package
        self.uses: dict[Location, list[ChannelUse]] = defaultdict(list)
        for location, use in _uses(package):
            self.uses[location].append(use)

    def of(self, location: Location, *actions: ChannelAction) -> list[ChannelUse]:
        """The uses of one kind or another."""
        return [use for use in self.uses.get(location, ()) if use.event.action in actions]

    def has_room(self, location: Location) -> bool:
        """Whether all channels that are seen to be made for ``location`` are buffered."""
        sizes = self.capacities.get(location, set())
        return bool(sizes) and 0 not in sizes

    @cached_property
    def capacities(self) -> dict[Location, set[int | None]]:
        """By location what its channels are made with; None stands for what isn't a constant."""
        found: dict[Location, set[int | None]] = defaultdict(set)
        for location, size in _sizes(self._package):
            found[location].add(size)
        return found


@by_portion
def _uses(_package: PackageFacts, portion: Portion) -> Iterator[tuple[Location, ChannelUse]]:
    for function in portion.functions:
        for event in function.channels:
            location = channel_location(event.targets)
            if location is not None:
                yield location, ChannelUse(function, event)


@by_portion
def _sizes(_package: PackageFacts, portion: Portion) -> Iterator[tuple[Location, int | None]]:
    for function in portion.functions:
        yield from _made(function.ir)


def _made(function: ir.Function) -> Iterator[tuple[Location, int | None]]:
    """The channels that are stored where they are made."""
    made: dict[ir.Operand, int | None] = {}
    for block in function.blocks:
        for instruction in block.instructions:
            if isinstance(instruction, ir.Alloc) and isinstance(underlying(instruction.type), Chan):
                made[instruction.target] = _capacity(instruction.capacity)
            elif made and isinstance(instruction, ir.Store) and instruction.value in made:
                location = _stored_at(instruction.place)
                if location is not None:
                    yield location, made[instruction.value]


def _capacity(size: ir.Operand | None) -> int | None:
    if size is None:
        return 0
    return size.value if isinstance(size, ir.Const) and isinstance(size.value, int) else None


def _stored_at(place: ir.Place) -> Location | None:
    last = place.steps[-1] if place.steps else None
    if isinstance(last, ir.Field) and last.owner is not None and last.owner.package is not None:
        return Location(LocationKind.FIELD, last.owner.full_name, last.name)
    root = place.root
    if last is None and isinstance(root, Var) and root.kind is VarKind.GLOBAL and root.package is not None:
        return Location(LocationKind.GLOBAL, root.package.path, root.name)
    return None
