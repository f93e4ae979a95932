"""What is known of what stands at a place, as Markdown: its guard, who uses it, which edges it makes, and with whom."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import quote

from pubcheck.engine.suppressions import find_suppressions
from pubcheck.facts import DEREF
from pubcheck.lsp.messages import Hover
from pubcheck.lsp.sites import sites, sites_of
from pubcheck.lsp.subject import subject_at
from pubcheck.report.ruletext import fixes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pubcheck.analysis import PackageFacts
    from pubcheck.analysis.guards import Guard
    from pubcheck.engine import BuiltinRule
    from pubcheck.facts import Location
    from pubcheck.knowledge.ordering import Ordering
    from pubcheck.lsp.convert import Converter
    from pubcheck.model.package import GoSource
    from pubcheck.model.symbols import Func
    from pubcheck.source import Span
    from pubcheck.spec import RuleSpec

_MOST = 8
"""Places of a kind that are named; the rest is counted."""


class Hovers:
    """Answers about one file of a package."""

    def __init__(
        self,
        facts: PackageFacts,
        file: GoSource,
        converter: Converter,
        rules: Mapping[str, RuleSpec | BuiltinRule],
    ) -> None:
        """Speak about ``file`` of the package that ``facts`` are about."""
        self._facts = facts
        self._file = file
        self._converter = converter
        self._rules = rules

    def at(self, offset: int) -> Hover | None:
        """What there is to say about ``offset``; None for nothing."""
        silenced = self._suppression(offset)
        if silenced is not None:
            return silenced
        subject = subject_at(self._facts.package, self._file, offset)
        if subject is None:
            return None
        parts: list[str] = []
        if subject.operation is not None:
            parts += self._operation(subject.title, subject.operation)
        elif subject.func is not None:
            parts += self._function(subject.func)
        if subject.location is not None:
            parts += self._memory(subject.location)
        return Hover(self._converter.range(subject.span), "\n\n".join(parts)) if parts else None

    # --- comments

    def _suppression(self, offset: int) -> Hover | None:
        for one in find_suppressions(self._file.tree):
            if one.span.start <= offset <= one.span.end:
                parts = [part for name in one.names if (part := self._rule(name))]
                return Hover(self._converter.range(one.span), "\n\n---\n\n".join(parts)) if parts else None
        return None

    def _rule(self, name: str) -> str:
        rule = self._rules.get(name)
        if rule is None:
            return ""
        facts = f"{rule.category}, {rule.severity}, {rule.confidence} confidence, {fixes(rule)}"
        return f"**{rule.title}** (`{name}`)\n\n{rule.prose.strip()}\n\n*{facts}*"

    # --- operations

    def _operation(self, title: str, known: Ordering) -> Iterator[str]:
        sides = " and ".join(word for word, said in (("release", known.releases), ("acquire", known.acquires)) if said)
        yield f"**`{_short(title)}`** is {_article(sides)}{sides}: {known.edge}."
        rows = [f"| {name} | {text} |" for name, text in (("amd64", known.amd64), ("arm64", known.arm64)) if text]
        if rows:
            yield "\n".join(["| | compiles to |", "|---|---|", *rows])
        if known.cost:
            yield f"Costs {known.cost}, uncontended."

    # --- functions

    def _function(self, func: Func) -> Iterator[str]:
        function = next((one for one in self._facts.functions if one.full_name == func.full_name), None)
        if function is None:
            return
        held = [str(lock) for lock in sorted(function.contract.held)]
        if held:
            yield f"Entered with {_code(held)} held: {function.contract.evidence}."
        around = (
            [str(lock) for lock in sorted(self._facts.ambient[function.name].always)]
            if (function.name in self._facts.ambient)
            else []
        )
        if around and not held:
            yield f"All callers hold {_code(around)}."
        starts = [thread for thread in self._facts.threads.of(function) if thread.started]
        if starts:
            yield "Runs on goroutines of its own:\n\n" + "\n".join(
                f"- {thread}{self._link(thread.span)}" for thread in sorted(starts)[:_MOST]
            )

    # --- memory

    def _memory(self, location: Location) -> Iterator[str]:
        facts = self._facts
        guard = facts.guards.get(location)
        if guard is not None:
            yield from self._guard(guard)
        guarded = sorted(
            (one for one in facts.guards.values() if _is(one.lock, location)), key=lambda one: one.location
        )
        if guarded:
            yield f"**`{location}`** guards\n\n" + "\n".join(
                f"- `{one.location}`: {one.evidence}" for one in guarded[:_MOST]
            )
        yield from self._uses(location)
        found = sites_of(sites(facts), location)
        for word, chosen in (
            ("Release", [site for site in found if site.releases]),
            ("Acquire", [site for site in found if site.acquires]),
        ):
            if chosen:
                places = ((f"{site.what} in `{site.function.name}`", site.span) for site in chosen)
                yield f"{word} sites: {self._listed(places)}"

    def _guard(self, guard: Guard) -> Iterator[str]:
        inside, outside = len(guard.inside), len(guard.outside)
        why = f" {guard.declared.text!r} says so." if guard.declared is not None and guard.declared.text else ""
        yield (
            f"**`{guard.location}`** is guarded by **`{guard.lock}`**: {inside} of {inside + outside} accesses.{why}"
        )
        if guard.outside:
            places = ((f"`{use.function.name}`", use.site.access.span) for use in guard.outside)
            yield f"Not held in {self._listed(places)}"

    def _uses(self, location: Location) -> Iterator[str]:
        facts = self._facts
        seen = [
            site
            for place in (location, *(one for one in facts.locations if one.container == location and one != location))
            for site in facts.locations.get(place, ())
            if site.access.atomic is None
        ]
        written = {(site.access.span.path, site.access.span.start) for site in seen if site.access.writes}
        for word, writes in (("Written", True), ("Read", False)):
            chosen = {
                site.function.name: site.access.span
                for site in reversed(seen)
                # What leads to an item that is written isn't read for its own sake.
                if site.access.writes is writes
                and (writes or (site.access.span.path, site.access.span.start) not in written)
            }
            if chosen:
                names = ((f"`{name}`", span) for name, span in sorted(chosen.items(), key=lambda each: each[1]))
                yield f"{word} by {self._listed(names)}"

    # --- links

    def _listed(self, places: Iterable[tuple[str, Span]]) -> str:
        found = list(places)
        shown = ", ".join(f"{words}{self._link(span)}" for words, span in found[:_MOST])
        return f"{shown} and {len(found) - _MOST} more" if len(found) > _MOST else shown

    def _link(self, span: Span | None) -> str:
        if span is None or not span.path:
            return ""
        line = self._converter.range(span).line + 1
        path = PurePath(span.path)
        return f" ([{path.name}:{line}](file://{quote(path.as_posix())}#L{line}))"


def _is(lock: Location, location: Location) -> bool:
    """Whether ``lock`` is at ``location``, or behind the pointer there."""
    return (lock.kind, lock.owner, lock.path.removesuffix(DEREF)) == (location.kind, location.owner, location.path)


def _short(full_name: str) -> str:
    """``(*sync.Mutex).Lock`` for itself; without the folders of an import path."""
    return full_name.rpartition("/")[2] if "(" not in full_name else full_name


def _article(sides: str) -> str:
    return "an " if sides.startswith("a") else "a "


def _code(names: Iterable[str]) -> str:
    return " and ".join(f"`{name}`" for name in names)
