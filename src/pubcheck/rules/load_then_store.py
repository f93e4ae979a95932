"""A value is loaded and then reset: what others add in between is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Related
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.two_steps import TwoSteps, two_steps
from pubcheck.rules.support.uses import uses
from pubcheck.rules.support.wording import call_trace, name_of, others

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find a load whose value goes somewhere, followed by the store of a constant."""
    for pair in two_steps(package):
        atomic = pair.store.atomic
        if atomic is None or not atomic.operands or not atomic.operands[0].known or not _value_is_kept(pair):
            continue
        name = name_of(pair.location, package)
        by = sorted({site.function.name for site in pair.rivals})
        who = f"`{by[0]}` writes it too" if by else f"`{pair.function.name}` may run on several goroutines at once"
        yield Finding(
            span=pair.span,
            values={"location": name},
            because=(f"{who}, and nothing keeps a write out between the load and the store",),
            related=(
                Related(pair.load.span, "the value is loaded here"),
                *others(pair.rivals, "`{function}` writes it here"),
            ),
            traces=call_trace(pair.store.trace),
            location=str(pair.location),
            symbol=pair.function.name,
        )


def _value_is_kept(pair: TwoSteps) -> bool:
    """Whether the loaded value goes anywhere but into a decision, in a run that stores: only then is something lost.

    ``if !flag.Load() { flag.Store(true) }`` loses nothing; a branch that does more is another rule's.
    """
    order = pair.function.order
    store = pair.store.point
    pointer = pair.load.atomic is not None and pair.load.atomic.width == 0
    found = uses(pair.function.ir, pair.load.point, pointer=pointer)
    after = (use for use in found if order.reaches(pair.load.point, use))
    return any(order.reaches(use, store) or order.reaches(store, use) for use in after)
