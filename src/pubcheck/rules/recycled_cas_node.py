"""A node is taken off a lock-free list by a compare-and-swap, and nodes come back through a pool: ABA."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Related
from pubcheck.facts import SNAPSHOT, AtomicKind
from pubcheck.model.printing import type_string
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.atomic_sites import atomic_sites, looks_before
from pubcheck.rules.support.pooled_types import pooled
from pubcheck.rules.support.wording import named_place, short_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.facts import Access, Atomic


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find compare-and-swaps from a loaded node to the next one, where such nodes are put into a sync.Pool."""
    given = {type_string(site.element): site for site in pooled(package) if site.given}
    if not given:
        return
    for (function, access), atomic in atomic_sites(package):
        if atomic.kind is not AtomicKind.CAS or atomic.width or len(atomic.operands) < 2:
            continue
        owner = _node(access, atomic)
        put = given.get(owner)
        loads = looks_before(function, access, atomic.operands[0].depends) if put is not None else []
        if put is not None and loads:
            yield Finding(
                span=access.span,
                values={"location": named_place(access.path, package) or "the list", "node": short_type(owner)},
                because=("the address may have left and come back since the load, with another successor",),
                related=(
                    Related(loads[0].span, "the node is loaded here"),
                    Related(put.call.span, "such a node goes back into its pool here"),
                ),
                location=str(access.location or access.path),
                symbol=function.name,
            )


def _node(access: Access, atomic: Atomic) -> str:
    """The type of the node whose field the new value was read from; empty where it isn't the old node's successor."""
    snapshot = access.path.then(SNAPSHOT)
    for target in atomic.operands[1].targets:
        if snapshot is not None and target.starts_with(snapshot) and len(target.steps) > len(snapshot.steps):
            return target.steps[len(snapshot.steps)].rpartition(".")[0]
    return ""
