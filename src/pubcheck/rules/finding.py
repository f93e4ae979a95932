"""What a rule yields."""

from __future__ import annotations

import msgspec

from pubcheck.diagnostic import Confidence, Fix, Poll, Related, Trace
from pubcheck.source import Span


class Finding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One defect at one place; the engine makes a diagnostic of it with what the rule's document says.

    Attributes:
        span: where the programmer must act.
        values: fills the placeholders of the document's message; a value that is Go stands without backticks.
        message: the whole sentence, where the document's own doesn't fit this case.
        because: the evidence, one sentence each: what was seen, and why it runs concurrently.
        related: the other places, the most telling one first.
        traces: the calls that lead there, one trace a goroutine.
        fixes: edits that mend it, the best one first.
        help: what to do, where the fix's title doesn't say it.
        location: the access path or location it is about (``Cache.items``), normalised: a part of the fingerprint.
        symbol: the function it lies in (``(*Cache).Get``); found from the span when empty.
        anywhere: whether it could as well be shown at another place that touches ``location``: which one comes first
            in the source must not change its fingerprint.
        goroutine: who does what stands at ``span``, where two sides race (``rules.support.sides``): the places and
            traces of the other side go by another name, and those of one name are in the order of time.
        confidence: where this finding is less sure than the rule is.
        poll: what other packages must say for it to hold; None for what this one alone can tell.
    """

    span: Span
    values: dict[str, str] = {}
    message: str = ""
    because: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    traces: tuple[Trace, ...] = ()
    fixes: tuple[Fix, ...] = ()
    help: str = ""
    location: str = ""
    symbol: str = ""
    anywhere: bool = False
    goroutine: str = ""
    confidence: Confidence | None = None
    poll: Poll | None = None

    def sentence(self, template: str) -> str:
        """The finding's message, made of the document's ``template`` unless it brings its own.

        Raises:
            KeyError: the template has a placeholder that ``values`` doesn't fill.
        """
        return self.message or template.format_map(self.values)
