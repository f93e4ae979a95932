"""An atomic's new value is computed from its old one, in two steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.rules.fixes.atomic_updates import add
from pubcheck.rules.support.two_steps import Words, finding, two_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.finding import Finding

_WORDS = Words(
    rival="`{}` stores it too",
    alone="`{}` may run on several goroutines at once",
    window=", and nothing keeps a store out between the load and this one",
    loaded="the old value is loaded here",
)


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find a store whose value was computed from a load of the same atomic."""
    for pair in two_steps(package):
        atomic = pair.store.atomic
        if atomic is None or not any(pair.load.point in operand.depends for operand in atomic.operands):
            continue
        yield finding(package, pair, _WORDS, add(package, pair))
