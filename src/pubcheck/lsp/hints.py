"""What a function is entered with, shown behind its signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.lsp.messages import Hint
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.lsp.convert import Converter
    from pubcheck.model.package import GoSource


def hints(facts: PackageFacts, file: GoSource, converter: Converter) -> Iterator[Hint]:
    """The locks that the functions of a file hold when they are entered."""
    for function in facts.functions:
        decl = function.ir.func.decl if function.ir.func is not None else None
        if function.path != file.source.path or decl is None or decl.body_span is None or function.enclosing:
            continue
        contract = function.contract
        held, why = [str(lock) for lock in sorted(contract.held)], contract.evidence
        if not held and function.name in facts.ambient:
            held = [str(lock) for lock in sorted(facts.ambient[function.name].always)]
            why = "all its callers hold it"
        if held:
            start = decl.body_span[0]
            place = converter.range(Span(file.source.path, start, start))
            yield Hint(place.line, place.character, f"holds {', '.join(held)}", why)
