"""What is said of a channel of one function that it closes too early or too often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Related
from pubcheck.rules.finding import Finding

if TYPE_CHECKING:
    from pubcheck.rules.support.local_closes import Clash


def clash_finding(clash: Clash) -> Finding:
    """What to say of ``clash``."""
    started = (Related(clash.start, "the goroutine is started here"),) if clash.start is not None else ()
    if clash.other is None:
        what = "is closed by each of several goroutines: closing a closed channel panics"
        return Finding(
            span=clash.close,
            values={"channel": clash.name, "what": what},
            because=("the loop starts more than one, and each comes to the close",),
            related=started,
            help="close it once all of them have ended, where they are waited for",
            location=clash.name,
            symbol=clash.closer.name,
        )
    if clash.start is None:
        return Finding(
            span=clash.other,
            values={"channel": clash.name, "what": "is sent to after it was closed: that panics"},
            related=(Related(clash.close, "it is closed here"),),
            location=clash.name,
            symbol=clash.closer.name,
        )
    return Finding(
        span=clash.close,
        values={
            "channel": clash.name,
            "what": "is closed here while a goroutine may still send to it: a send on a closed channel panics",
        },
        because=(f"`{clash.closer.name}` gets here without having waited for the goroutine",),
        related=(*started, Related(clash.other, "it sends here")),
        location=clash.name,
        symbol=clash.closer.name,
    )
