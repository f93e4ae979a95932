"""What the engine itself reports. These have no document: they speak about a run or a comment, not about Go."""

from __future__ import annotations

import msgspec

from pubcheck.diagnostic import Confidence, Severity

INTERNAL_ERROR = "internal-error"
BAD_SUPPRESSION = "bad-suppression"
UNUSED_SUPPRESSION = "unused-suppression"
BAD_FIX = "bad-fix"
DATA_RACE = "data-race"


class BuiltinRule(msgspec.Struct, frozen=True, gc=False):
    """A kind of diagnostic that no document defines. ``prose`` is Markdown."""

    name: str
    title: str
    severity: Severity
    prose: str
    confidence: Confidence = Confidence.HIGH
    category: str = "pubcheck"
    default: bool = True


BUILTIN_RULES = {
    rule.name: rule
    for rule in (
        BuiltinRule(
            INTERNAL_ERROR,
            "A part of pubcheck failed",
            Severity.ERROR,
            "A rule or the analysis of a package ended with an error of pubcheck's own. The rest of the run is "
            "complete; what the message names is missing from it. The exit code is 3. Please report it with the code "
            "that brought it about.",
        ),
        BuiltinRule(
            BAD_SUPPRESSION,
            "A suppression that doesn't say enough",
            Severity.WARNING,
            "A `//pubcheck:ignore` comment names the rules that it silences, separated by commas, and then says "
            "why:\n\n```go\nn.Store(0) //pubcheck:ignore load-then-store only the collector resets\n```\n\n"
            "This one names no rule, a rule that doesn't exist, or gives no reason.",
        ),
        BuiltinRule(
            UNUSED_SUPPRESSION,
            "A suppression that silences nothing",
            Severity.WARNING,
            "The rule that the comment names ran and found nothing there: the code has changed, or the comment "
            "stands in the wrong place. Remove it, or it will hide the next finding.",
        ),
        BuiltinRule(
            BAD_FIX,
            "A fix that would break the file",
            Severity.WARNING,
            "What the fix of a rule would have left doesn't parse as Go, so the file was left as it is. The finding "
            "stands; mend it by hand, and please report the fix with the code that it was meant for.",
        ),
        BuiltinRule(
            DATA_RACE,
            "A race that the race detector saw",
            Severity.ERROR,
            "Two goroutines accessed the same memory at the same time, and one of them wrote: the race detector saw it "
            "in a run of the program. It belongs to none of the rules that find races by reading the code. Look at "
            "both sides and at where their goroutines were started: a lock that both hold, an atomic, or an order "
            "between them (a channel, a wait group) mends it.",
            category="shared-state",
        ),
    )
}
