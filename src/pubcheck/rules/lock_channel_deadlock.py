"""A goroutine holds a lock and waits for another one that needs the lock first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Related
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.sides import calls_of
from pubcheck.rules.support.waits import Waits
from pubcheck.rules.support.wording import call_trace, name_of, named_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.support.waits import Answer, Wait


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find waits for a channel or a group under a lock that all who could end the wait acquire before."""
    waits = Waits(package)
    for wait in waits.found():
        answers = waits.deadlock(wait)
        if answers:
            yield _finding(wait, answers, package)


def _finding(wait: Wait, answers: list[Answer], package: PackageFacts) -> Finding:
    lock = named_place(wait.lock.path, package)
    subject = name_of(wait.subject, package)
    answer = min(answers, key=lambda each: each.span)
    needs = answer.needs
    sides = calls_of(wait.function.name, answer.function.name)
    related = [Related(wait.taken, f"`{lock}` is locked here", sides.mine)]
    if needs is not None:
        related.append(Related(needs.span, f"`{answer.function.name}` needs the lock here", sides.theirs))
    related.append(Related(answer.span, "and would end the wait here", sides.theirs))
    return Finding(
        span=wait.event.span,
        values={"lock": lock, "verb": wait.verb, "subject": subject, "other": answer.function.name},
        because=(f"if `{answer.function.name}` comes to its `Lock` while this waits, neither ever goes on",),
        related=tuple(related),
        traces=call_trace(needs.trace, goroutine=sides.theirs) if needs is not None else (),
        location=f"{wait.lock.location} {subject}",
        symbol=wait.function.name,
        goroutine=sides.mine,
    )
