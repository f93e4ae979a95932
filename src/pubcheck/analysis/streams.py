"""Readers and writers: what is behind them, and whether it waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck import knowledge
from pubcheck.analysis.values import Value, read_from
from pubcheck.facts import AccessPath, BlockKind, Root, RootKind, field_step
from pubcheck.flow.shapes import pointee
from pubcheck.model.structure import underlying
from pubcheck.model.types import Interface, Named, Unknown

if TYPE_CHECKING:
    from pubcheck.analysis.sites import Site
    from pubcheck.model.types import Type

_BEHIND = field_step(None, "behind")
"""The hidden field of a wrapper that holds what it reads from or writes to."""

MAX_WRAPPERS = 4
"""A wrapper of a wrapper of ... itself ends somewhere."""


class Stream(NamedTuple):
    """What using a reader or writer may wait for, and the file or connection that it works on, as far as known."""

    kind: BlockKind
    subject: AccessPath | None


def standard(path: AccessPath) -> BlockKind | None:
    """What the standard streams of the process are, which are files but wait for others."""
    return _STANDARD.get(path.root.name) if path.root.kind is RootKind.GLOBAL else None


_DISCARD = Root(RootKind.GLOBAL, 0, "io.Discard")
_STANDARD = {"os.Stdin": BlockKind.INPUT, "os.Stdout": BlockKind.OUTPUT, "os.Stderr": BlockKind.OUTPUT}


def used(  # noqa: PLR0913 a wrapper's own methods and its users' look at different sides of it
    site: Site, value: Value, type_: Type | None, method: str, *, inside: bool = False, depth: int = 0
) -> Stream | None:
    """What ``method`` of a reader or writer may wait for; a ``STREAM`` where nobody knows, None for memory.

    Args:
        site: the call.
        value: the reader or writer.
        type_: its static type.
        method: ``Read`` or ``Write``.
        inside: it is the wrapper's own doing: what counts is what is behind it.
        depth: wrappers around it.
    """
    subject = value.targets[0] if len(value.targets) == 1 else None
    type_ = value.type or type_
    full_name = _concrete(type_, method)
    known = site.frame.world.effects(full_name) if full_name is not None else ()
    direct = next((effect.kind for effect in known if type(effect) is knowledge.Blocks), None)
    if direct is BlockKind.STREAM and not inside:
        return Stream(direct, subject)
    memory = site.frame.state.memory
    for target in value.targets:
        if target.root == _DISCARD:
            return None
        source = read_from(target)
        kind = knowledge.stream(source.steps[-1]) if source is not None and source.steps else standard(target)
        if kind is not None:
            return Stream(kind, target)
        field = target.then(_BEHIND)
        behind = memory[target.root].get(field) if field is not None and target.root in memory else None
        if behind is not None:
            return used(site, behind, None, method, depth=depth + 1) if depth < MAX_WRAPPERS else None
    if direct is not None:
        return Stream(direct, subject)
    unknown = bool(known) or type_ is None or type(underlying(type_)) is Interface
    return Stream(BlockKind.STREAM, subject) if unknown else None


def wrapper(site: Site, argument: int) -> Value:
    """The first result of ``site``, a new reader or writer around ``argument``."""
    frame = site.frame
    register = site.targets[0]
    root = Root(RootKind.FRESH, register, frame.opaque(register).root.name)
    if frame.loop:
        frame.state.renew(root)
    value = site.values[argument]
    frame.state.put(AccessPath(root, (_BEHIND,)), value.concrete(value.type or site.types[argument]))
    return Value((AccessPath(root),))


def _concrete(type_: Type | None, method: str) -> str | None:
    """The full name of ``method`` of a value of a declared type, or of a pointer to one."""
    star = ""
    if type_ is None or isinstance(type_, Unknown):
        return None
    element = pointee(type_)
    if element is not None:
        star, type_ = "*", element
    if not isinstance(type_, Named) or type_.symbol.package is None:
        return None
    return f"({star}{type_.symbol.full_name}).{method}"
