"""A value is loaded and then reset: what others add in between is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import AtomicKind
from pubcheck.rules.fixes.atomic_steps import swap
from pubcheck.rules.support.two_steps import TwoSteps, Words, finding, two_steps
from pubcheck.rules.support.uses import uses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.finding import Finding

_WORDS = Words(
    rival="`{}` writes it too",
    alone="`{}` may run on several goroutines at once",
    window=", and nothing keeps a write out between the load and the store",
    loaded="the value is loaded here",
)


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find a load whose value goes somewhere, followed by the store of a constant."""
    for pair in two_steps(package):
        atomic = pair.store.atomic
        if atomic is None or not atomic.operands or not atomic.operands[0].known or not _value_is_kept(pair):
            continue
        if _is_latch(package, pair):
            continue
        yield finding(package, pair, _WORDS, swap(package, pair))


def _is_latch(package: PackageFacts, pair: TwoSteps) -> bool:
    """Whether nobody ever stores anything but this one constant: nothing that others write can be lost."""
    stored = pair.store.atomic.operands[0] if pair.store.atomic is not None else None
    writes = [site for site in package.locations.get(pair.location, ()) if site.access.writes]
    return all(
        write.atomic is not None and write.atomic.kind is AtomicKind.STORE and write.atomic.operands[:1] == (stored,)
        for write in (site.access for site in writes if not (site.access.init or site.access.owned))
    )


def _value_is_kept(pair: TwoSteps) -> bool:
    """Whether the loaded value goes anywhere but into a decision, in a run that stores: only then is something lost.

    ``if !flag.Load() { flag.Store(true) }`` loses nothing; a branch that does more is another rule's. What is told to
    the same whether the run stores or not was only looked at.
    """
    order = pair.function.order
    store = pair.store.point
    pointer = pair.load.atomic is not None and pair.load.atomic.width == 0
    found = uses(pair.function.ir, pair.load.point, pointer=pointer)
    always = order.always_passes(pair.load.point, store)
    after = (use for use in found if order.reaches(pair.load.point, use))
    return any(
        order.dominates(use, store)
        or order.dominates(store, use)
        or (always and (order.reaches(use, store) or order.reaches(store, use)))
        for use in after
    )
