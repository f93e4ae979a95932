"""``append``, ``copy``, ``delete`` and ``clear``: writes of elements; and ``close`` when it is deferred."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis import memory
from pubcheck.analysis.kinds import refers
from pubcheck.analysis.values import Value, join
from pubcheck.facts import ELEMENT, AccessPath, ChannelAction, ChannelEvent, Root, RootKind
from pubcheck.flow import ir
from pubcheck.model.structure import core_type
from pubcheck.model.types import Slice

if TYPE_CHECKING:
    from pubcheck.analysis.sites import Site


def apply(site: Site, info: ir.CallInfo) -> None:
    """Do what a builtin does."""
    name = info.callee.name if type(info.callee) is ir.BuiltinCallee else ""
    if name == "append":
        _append(site, info)
    elif name in ("delete", "clear"):
        memory.write_elements(site.frame, site.paths(0), site.span, via=name)
    elif name == "copy":
        memory.write_elements(site.frame, site.paths(0), site.span, via=name)
        for target in site.paths(1):
            path = target.then(ELEMENT)
            if path is not None:
                memory.read(site.frame, path, info)
        _hold(site, site.paths(0), _items(site, 1))
    elif name == "close":
        # Deferred: a close on the spot is an instruction of its own.
        frame = site.frame
        frame.out["channels"].append(
            ChannelEvent(ChannelAction.CLOSE, site.paths(0), site.point, site.span, frame.state.held, waits=False)
        )


def _append(site: Site, info: ir.CallInfo) -> None:
    if not site.values:
        return
    frame = site.frame
    base = site.values[0]
    register = site.targets[0] if site.targets else -1
    new = (AccessPath(Root(RootKind.FRESH, register, frame.opaque(register).root.name)),)
    rest = site.values[1:]
    depends = base.depends.union(*(value.depends for value in rest)) if rest else base.depends
    if base.const is not None or base.clipped:
        if frame.loop:
            frame.state.renew(new[0].root)
        result = Value(new, depends=depends)
    else:
        # To take out of the middle: append(s[:i], s[i+1:]...).
        closes_gap = info.spread and len(rest) == 1 and bool(base.targets) and rest[0].targets == base.targets
        memory.write_elements(frame, site.paths(0), site.span, via="append", in_place=base.shortened or closes_gap)
        result = Value(base.targets, depends=depends)
    stored = _items(site, 1) if info.spread else [value for value in rest if value.targets or value.parts]
    _hold(site, result.targets, stored)
    site.result(result)


def _items(site: Site, index: int) -> list[Value]:
    """What the items of an argument point to, if they are pointers."""
    type_ = site.types[index] if index < len(site.types) else None
    slice_ = core_type(type_) if type_ is not None else None
    if not isinstance(slice_, Slice) or not refers(slice_.element):
        return []
    paths = (target.then(ELEMENT) for target in site.paths(index))
    held = [site.frame.state.content(path) for path in paths if path is not None]
    return [value for value in held if value.targets or value.parts]


def _hold(site: Site, containers: tuple[AccessPath, ...], stored: list[Value]) -> None:
    """Items of ``containers`` may be any of ``stored``, too."""
    frame = site.frame
    for target in containers:
        path = target.then(ELEMENT)
        if path is None:
            continue
        for value in stored:
            known = frame.state.memory.get(path.root, {}).get(path)
            frame.state.store(path, value if known is None else join(known, value))
            memory.share(frame, path, value, site.span)
