"""An atomic's new value is computed from its old one, in two steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Related
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.two_steps import two_steps
from pubcheck.rules.support.wording import call_trace, name_of, others

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find a store whose value was computed from a load of the same atomic."""
    for pair in two_steps(package):
        atomic = pair.store.atomic
        if atomic is None or not any(pair.load.point in operand.depends for operand in atomic.operands):
            continue
        by = sorted({site.function.name for site in pair.rivals})
        who = f"`{by[0]}` stores it too" if by else f"`{pair.function.name}` may run on several goroutines at once"
        yield Finding(
            span=pair.span,
            values={"location": name_of(pair.location, package)},
            because=(f"{who}, and nothing keeps a store out between the load and this one",),
            related=(
                Related(pair.load.span, "the old value is loaded here"),
                *others(pair.rivals, "`{function}` writes it here"),
            ),
            traces=call_trace(pair.store.trace),
            location=str(pair.location),
            symbol=pair.function.name,
        )
