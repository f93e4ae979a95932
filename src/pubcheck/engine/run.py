"""A batch run: packages bottom-up, each a task, then the filters over all that was found.

A package goes from bytes to findings in one step (``engine.task``, ``engine.analyst``), and nothing but its outcome
outlives that step.
"""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

from pubcheck.engine.baseline import Alike, baseline_of
from pubcheck.engine.candidate import Candidate, FileFacts, Setting
from pubcheck.engine.dispatch import Dispatch
from pubcheck.engine.effort import effort
from pubcheck.engine.filters import apply
from pubcheck.engine.filters.order import place
from pubcheck.engine.hands import ALONE
from pubcheck.engine.ledger import Blank
from pubcheck.engine.memory import batch_memory
from pubcheck.engine.plan import Plan
from pubcheck.engine.report import Report, Sources, Stats, Suppressed
from pubcheck.engine.schedule import Schedule
from pubcheck.engine.scope import scope_of
from pubcheck.engine.selection import Selection
from pubcheck.engine.stopwatch import Stopwatch
from pubcheck.engine.suppressions import FileSuppressions
from pubcheck.engine.voters import Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pubcheck.changes import Changes
    from pubcheck.engine.config import Config
    from pubcheck.engine.frontend import Frontend
    from pubcheck.engine.hands import Hands
    from pubcheck.engine.ledger import Ledger
    from pubcheck.engine.scope import Scope
    from pubcheck.engine.sharding import Shard
    from pubcheck.engine.task import FileOutcome, Outcome
    from pubcheck.model.project import Problem
    from pubcheck.rules.registry import Rule
    from pubcheck.source import Overlay, SourceFile

    Progress = Callable[[int, int, str], None]
    """Called before each package with the number done, the number of all, and its import path."""


class Run:
    """One run: what is selected, and the time it takes."""

    def __init__(
        self,
        config: Config,
        rules: Mapping[str, Rule],
        cwd: Path,
        *,
        shard: Shard | None = None,
        changes: Changes | None = None,
    ) -> None:
        """Prepare to run what ``config`` selects of ``rules``.

        Args:
            config: the settings.
            rules: what there is to select from.
            cwd: where the run starts.
            shard: the part of the packages to look at; None for all.
            changes: what alone is reported about; None for everything.

        Raises:
            ConfigError: a word in the configuration names nothing, or the baseline can't be read.
        """
        self._config = config
        self._config_dir = config.folder or cwd
        self._shard = shard
        self._baseline = baseline_of(config, cwd)
        self._changes = changes
        self._selection = Selection(config, rules)
        self._watch = Stopwatch()

    def check(
        self,
        load: Callable[[], Frontend],
        overlay: Overlay,
        progress: Progress | None = None,
        cache: Path | None = None,
        hands: Hands = ALONE,
    ) -> Report:
        """Analyse every package that ``load`` gives and filter what the rules find.

        Args:
            load: gives the packages.
            overlay: unsaved buffers that it reads.
            progress: told of each package.
            cache: the folder that packages are recalled from, where they are as they were.
            hands: who works on the others.
        """
        with batch_memory():
            plan = Plan(load, self._selection.rules, self._config.severity)
            with self._watch.phase("load"):
                frontend = plan.frontend
                ledger = self._ledger(frontend, overlay, cache)
            with closing(ledger):
                outcomes = _outcomes(plan, ledger, progress, hands)
            others = self._heard(outcomes, frontend, overlay, cache)
            return self._report(outcomes, others, frontend, overlay)

    def _heard(
        self, outcomes: Sequence[Outcome], frontend: Frontend, overlay: Overlay, cache: Path | None
    ) -> Sequence[Outcome]:
        """What becomes of packages that have a say in what was found, though findings in them aren't asked for."""
        question = Question(outcomes, self._config, self._selection)
        voters = question.voters(frontend)
        if not voters:
            return ()
        beside = frontend.asking_for(voters)
        plan = Plan(lambda: beside, question.rules, self._config.severity)
        with self._watch.phase("polls"), closing(self._kept(beside, overlay, cache, question.rules)) as ledger:
            return _outcomes(plan, ledger, None, ALONE)

    def _ledger(self, frontend: Frontend, overlay: Overlay, cache: Path | None) -> Ledger:
        return self._kept(frontend, overlay, cache, self._selection.rules)

    def _kept(self, frontend: Frontend, overlay: Overlay, cache: Path | None, rules: Sequence[Rule]) -> Ledger:
        """What is known of outcomes by ``rules``."""
        if cache is None:
            return Blank()
        from pubcheck.engine import cache as caching  # noqa: PLC0415 most callers have none

        settings = caching.settings_digest(self._config, rules)
        version = caching.code_version()
        return caching.Outcomes(
            caching.Store(cache), frontend.project, frontend.graph, overlay, version=version, settings=settings
        )

    def _report(
        self, outcomes: Sequence[Outcome], others: Sequence[Outcome], frontend: Frontend, overlay: Overlay
    ) -> Report:
        sources = Sources(dict(_sources(outcomes, frontend)), overlay)
        with self._watch.phase("filters"):
            candidates = self._filtered(outcomes, others, sources)
        for outcome in outcomes:
            self._watch.add(outcome.phases, outcome.rules)
        files = [file for outcome in outcomes for file in outcome.files]
        stats = Stats(
            packages=len(outcomes),
            files=len(files),
            lines=sum(file.lines for file in files),
            seconds=self._watch.seconds,
            phases=dict(self._watch.phases),
            rules=dict(self._watch.rules),
        )
        known = {(problem.path, problem.line) for problem in frontend.problems}
        found = (problem for outcome in outcomes for problem in outcome.problems)
        fresh = (problem for problem in found if (problem.path, problem.line) not in known)
        crashes = sorted((crash for outcome in outcomes for crash in outcome.crashes), key=place)
        scope = scope_of(self._config, self._selection, frontend.wanted)
        # After a crash what isn't found may be there all the same.
        stale = () if crashes else self._stale(candidates, scope)
        return Report(
            diagnostics=(*(one.diagnostic for one in candidates if one.shown), *crashes),
            problems=tuple(sorted({*frontend.problems, *fresh, *stale})),
            stats=stats,
            sources=sources,
            root=frontend.root,
            rules=tuple(rule.name for rule in self._selection.rules),
            shard=self._shard,
            scope=scope,
            suppressed=tuple(one for candidate in candidates if (one := _suppressed(candidate)) is not None),
            unchanged=sum(candidate.unchanged and _suppressed(candidate) is None for candidate in candidates),
        )

    def _filtered(self, outcomes: Sequence[Outcome], others: Sequence[Outcome], sources: Sources) -> list[Candidate]:
        setting = Setting(
            self._config,
            self._selection,
            files_of(outcomes, sources),
            sources,
            self._config_dir,
            baseline=self._baseline,
            changes=self._changes,
            ballots=tuple(ballot for outcome in (*outcomes, *others) for ballot in outcome.ballots),
        )
        return apply([Candidate(finding) for outcome in outcomes for finding in outcome.findings], setting)

    def _stale(self, candidates: Sequence[Candidate], scope: Scope) -> Iterable[Problem]:
        """What is in the baseline and not found any more."""
        if self._baseline is None:
            return ()
        found = Counter(Alike(*one.diagnostic.identity) for one in candidates if not one.silenced)
        return self._baseline.stale(found, scope)


def _outcomes(plan: Plan, ledger: Ledger, progress: Progress | None, hands: Hands) -> list[Outcome]:
    """What becomes of each package, bottom-up."""
    wanted = set(plan.frontend.wanted)
    packages = {source.import_path: source for source in plan.frontend.graph.order if source in wanted}
    below = plan.frontend.graph.below
    work = {package: 0 if ledger.likely(source) else effort(source) for package, source in packages.items()}
    schedule = Schedule(
        {package: {one.import_path for one in below[source]} for package, source in packages.items()}, work
    )
    outcomes: dict[str, Outcome] = {}

    def begun(package: str) -> None:
        if progress is not None:
            progress(len(outcomes), len(packages), package)

    tasks = sum(bool(each) for each in work.values())
    with hands.crew(plan, tasks, schedule) as crew:
        for outcome in Dispatch(packages, schedule, ledger, begun).outcomes(crew):
            outcomes[outcome.package] = outcome
    return [outcomes[package] for package in packages]


def files_of(outcomes: Iterable[Outcome], sources: Sources) -> dict[str, FileFacts]:
    """What filters need to know of the files that were analysed, by path."""
    return {file.path: _facts(file, outcome.package, sources) for outcome in outcomes for file in outcome.files}


def mentioned(outcomes: Iterable[Outcome]) -> set[str]:
    """The files that findings or comments lie in."""
    found: set[str] = set()
    for outcome in outcomes:
        found.update(finding.span.path for finding in outcome.findings)
        found.update(file.path for file in outcome.files if file.suppressions)
    return found


def _suppressed(candidate: Candidate) -> Suppressed | None:
    if candidate.silenced is not None:
        return Suppressed(candidate.diagnostic, candidate.silenced.reason)
    return Suppressed(candidate.diagnostic, None) if candidate.known else None


def _facts(file: FileOutcome, package: str, sources: Sources) -> FileFacts:
    source = sources[file.path] if file.suppressions else None
    suppressions = None if source is None else FileSuppressions(source, file.suppressions)
    return FileFacts(file.generated, suppressions, package)


def _sources(outcomes: Sequence[Outcome], frontend: Frontend) -> Iterator[tuple[str, SourceFile]]:
    """The files that findings and comments lie in, as they were when they were analysed."""
    wanted = mentioned(outcomes)
    for source in frontend.wanted:
        for file in source.files:
            if file.shown in wanted:
                yield file.shown, file.source
