"""Packages that a run isn't about, and that are heard all the same: what is found elsewhere hangs on what they do.

A part of a run must say of its packages what the whole would; and who looks at one package alone still wants to know
what guards the memory of those that it imports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.engine.filters.confidence import is_sure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pubcheck.engine.config import Config
    from pubcheck.engine.frontend import Frontend
    from pubcheck.engine.selection import Selection
    from pubcheck.engine.task import Outcome
    from pubcheck.model.project import PackageSource
    from pubcheck.rules.registry import Rule


class Question:
    """What a run's own packages leave open: whose memory is concerned, and by which rules."""

    def __init__(self, outcomes: Iterable[Outcome], config: Config, selection: Selection) -> None:
        """Ask about the findings in ``outcomes`` that would be shown."""
        open_ = [
            one
            for outcome in outcomes
            for one in outcome.findings
            if one.poll is not None and is_sure(one, config, selection)
        ]
        self._homes = {one.poll.home for one in open_ if one.poll is not None}
        names = {one.rule for one in open_}
        self.rules: Sequence[Rule] = [rule for rule in selection.rules if rule.name in names]

    def voters(self, frontend: Frontend) -> list[PackageSource]:
        """Who is to be heard beside the packages that ``frontend`` has been asked for: tests are not."""
        if not self._homes:
            return []
        known = dict.fromkeys((*frontend.project.named, *frontend.graph.order))
        return [
            source
            for source in known.keys() - {*frontend.wanted}
            if source.kind != "external-test" and not self._homes.isdisjoint((source.import_path, *source.imports))
        ]
