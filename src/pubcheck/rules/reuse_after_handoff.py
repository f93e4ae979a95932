"""A buffer that was handed to another goroutine is filled again while that may still read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.portions import by_portion
from pubcheck.diagnostic import Related
from pubcheck.facts import PublicationKind
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.copies import clone_handed_on
from pubcheck.rules.support.refills import reuses
from pubcheck.rules.support.wording import named_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Publication


@by_portion
def check(package: PackageFacts, portion: Portion) -> Iterator[Finding]:
    """Find memory that is sent, or given to a goroutine, and used anew with no word from the other side."""
    for function in portion.functions:
        told = set()
        for reuse in reuses(package, function) if function.publications else ():
            if reuse.span in told:
                continue
            told.add(reuse.span)
            value = next((place for path in reuse.handoff.value if (place := named_place(path, package))), "the memory")
            yield Finding(
                span=reuse.span,
                values={"how": reuse.how, "to": _receiver(package, reuse.handoff)},
                because=("the handoff orders what came before it; whatever comes after it runs beside the receiver",),
                related=(Related(reuse.handoff.span, "it is handed on here"),),
                fixes=clone_handed_on(package, reuse.handoff.span),
                location=value,
                symbol=function.name,
            )


def _receiver(package: PackageFacts, handoff: Publication) -> str:
    if handoff.kind is not PublicationKind.SEND:
        return "a goroutine"
    into = named_place(handoff.into, package).removesuffix("[]") if handoff.into is not None else ""
    return f"the receiver of `{into}`" if into else "a receiver"
