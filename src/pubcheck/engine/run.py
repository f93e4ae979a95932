"""A batch run: packages bottom-up, every rule on each, then the filters.

A package goes from bytes to findings in one step, and nothing but its summaries outlives that step, so a run needs
the memory of one package and the facts of all. A crash is kept to what crashed: an error in a rule loses that rule's
findings in that package, an error in the analysis loses that package. Either becomes a diagnostic, and the exit code
tells.
"""

from __future__ import annotations

import gc
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pubcheck.diagnostic import Confidence, Diagnostic, Severity
from pubcheck.engine.baseline import Alike, baseline_of
from pubcheck.engine.builtin import INTERNAL_ERROR
from pubcheck.engine.candidate import Candidate, FileFacts, Setting
from pubcheck.engine.filters import apply
from pubcheck.engine.filters.order import place
from pubcheck.engine.report import Report, Sources, Stats
from pubcheck.engine.scope import scope_of
from pubcheck.engine.selection import Selection
from pubcheck.engine.stopwatch import Stopwatch
from pubcheck.engine.suppressions import find_suppressions
from pubcheck.engine.symbols import enclosing_symbol
from pubcheck.model.project.problem import Problem
from pubcheck.source import Overlay, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pubcheck.analysis import PackageFacts
    from pubcheck.changes import Changes
    from pubcheck.engine.config import Config
    from pubcheck.engine.frontend import Frontend
    from pubcheck.engine.scope import Scope
    from pubcheck.engine.sharding import Shard
    from pubcheck.model.project import GoFile, PackageSource
    from pubcheck.rules import Finding
    from pubcheck.rules.registry import Rule
    from pubcheck.source import SourceFile

    Progress = Callable[[int, int, str], None]
    """Called before each package with the number done, the number of all, and its import path."""


_MANY = 500_000
"""Objects, some two hundred megabytes with what hangs on them: to look for circles among fewer doesn't pay."""


class Run:
    """The state of one run: what was found so far, and in which files."""

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
        self._found: list[Diagnostic] = []
        self._crashes: list[Diagnostic] = []
        self._problems: list[Problem] = []
        self._files: dict[str, FileFacts] = {}
        self._sources: dict[str, SourceFile] = {}
        self._lines = 0

    def check(self, load: Callable[[], Frontend], overlay: Overlay, progress: Progress | None = None) -> Report:
        """Analyse every package that ``load`` gives and filter what the rules find."""
        with _batch_memory():
            with self._watch.phase("load"):
                frontend = load()
            packages = frontend.order()
            wanted = {id(source) for source in frontend.wanted}
            for done, source in enumerate(packages):
                if progress is not None:
                    progress(done, len(packages), source.import_path)
                self._package(frontend, source, wanted=id(source) in wanted)
            with self._watch.phase("filters"):
                candidates = self._filtered(overlay)
        return self._report(candidates, frontend, overlay)

    def _package(self, frontend: Frontend, source: PackageSource, *, wanted: bool) -> None:
        facts = self._analysed(frontend, source, wanted=wanted)
        if wanted:
            # Bodies are converted when they are analysed; only now all that is wrong with them is known.
            self._problems += _syntax_problems(source)
        if wanted and facts is not None:
            with self._watch.phase("rules"):
                self._rules(facts, source)
            for failure in facts.problems:
                self._crashed(source, f"the analysis of `{failure.function}`", failure.error, failure.path)
        frontend.release(source)
        _settle()

    def _analysed(self, frontend: Frontend, source: PackageSource, *, wanted: bool) -> PackageFacts | None:
        try:
            with self._watch.phase("parse"):
                self._read(source, wanted=wanted)
            with self._watch.phase("analysis"):
                facts = frontend.facts(source)
                if wanted:
                    # Found now, so that neither their time nor their failure is put down to the first rule.
                    facts.functions  # noqa: B018
        except Exception as error:  # noqa: BLE001 one package's failure must not end the run
            self._crash(source, "the analysis", error)
            return None
        return facts

    def _read(self, source: PackageSource, *, wanted: bool) -> None:
        for file in source.files:
            tree = file.tree
            if wanted and _is_wanted(file, source):
                self._files[file.source.path] = FileFacts(file.generated, find_suppressions(tree), source.import_path)
                self._lines += file.source.data.count(b"\n")
            if file.test:
                # Half of the source, of which rules ask about a function now and then.
                file.release()

    def _rules(self, facts: PackageFacts, source: PackageSource) -> None:
        for rule in self._selection.rules:
            try:
                with self._watch.rule(rule.name):
                    found = [self._diagnostic(rule, finding, source) for finding in rule.check(facts)]
            except Exception as error:  # noqa: BLE001 one rule's failure must not end the run
                self._crash(source, f"rule `{rule.name}`", error)
            else:
                self._found += found
                mentioned = {one.span.path for one in found}
                self._sources.update(
                    (file.source.path, file.source) for file in source.files if file.source.path in mentioned
                )

    def _diagnostic(self, rule: Rule, finding: Finding, source: PackageSource) -> Diagnostic:
        spec = rule.spec
        return Diagnostic(
            rule=spec.name,
            span=finding.span,
            message=finding.sentence(spec.message),
            severity=self._config.severity.get(spec.name, spec.severity),
            confidence=finding.confidence or spec.confidence,
            package=source.import_path,
            symbol=finding.symbol or enclosing_symbol(source, finding.span),
            location=finding.location,
            because=finding.because,
            related=finding.related,
            traces=finding.traces,
            fixes=finding.fixes,
            help=finding.help or spec.help,
            anywhere=finding.anywhere,
        )

    def _crash(self, source: PackageSource, what: str, error: Exception) -> None:
        path = source.files[0].source.path if source.files else str(source.directory)
        text = str(error).strip().partition("\n")[0]
        name = type(error).__name__
        self._crashed(source, what, f"{name}: {text}" if text else name, path, _origin(error))

    def _crashed(self, source: PackageSource, what: str, error: str, path: str, *origin: str) -> None:
        self._crashes.append(
            Diagnostic(
                rule=INTERNAL_ERROR,
                span=Span(path, 0, 0),
                message=f"{what} failed on package {source.import_path}: {error}",
                severity=Severity.ERROR,
                confidence=Confidence.HIGH,
                package=source.import_path,
                location=what,
                because=origin,
            )
        )

    def _filtered(self, overlay: Overlay) -> list[Candidate]:
        sources = Sources(self._sources, overlay)
        setting = Setting(
            self._config,
            self._selection,
            self._files,
            sources,
            self._config_dir,
            baseline=self._baseline,
            changes=self._changes,
        )
        return apply([Candidate(one) for one in self._found], setting)

    def _report(self, candidates: Sequence[Candidate], frontend: Frontend, overlay: Overlay) -> Report:
        stats = Stats(
            packages=len(frontend.wanted),
            files=len(self._files),
            lines=self._lines,
            seconds=self._watch.seconds,
            phases=dict(self._watch.phases),
            rules=dict(self._watch.rules),
        )
        known = {(problem.path, problem.line) for problem in frontend.problems}
        fresh = (problem for problem in self._problems if (problem.path, problem.line) not in known)
        scope = scope_of(self._config, self._selection, frontend.wanted)
        problems = sorted({*frontend.problems, *fresh, *self._stale(candidates, scope)})
        shown = (candidate.diagnostic for candidate in candidates if candidate.shown)
        return Report(
            diagnostics=(*shown, *sorted(self._crashes, key=place)),
            problems=tuple(problems),
            stats=stats,
            sources=Sources(self._sources, overlay),
            root=frontend.root,
            rules=tuple(rule.name for rule in self._selection.rules),
            shard=self._shard,
            scope=scope,
            known=sum(candidate.known for candidate in candidates),
            unchanged=sum(
                candidate.unchanged and not (candidate.known or candidate.silenced) for candidate in candidates
            ),
        )

    def _stale(self, candidates: Sequence[Candidate], scope: Scope) -> Iterable[Problem]:
        """What is in the baseline and not found any more; after a crash it may be there all the same."""
        if self._baseline is None or self._crashes:
            return ()
        found = Counter(Alike(*one.diagnostic.identity) for one in candidates if not one.silenced)
        return self._baseline.stale(found, scope)


def _is_wanted(file: GoFile, source: PackageSource) -> bool:
    return source.wanted is None or file.path in source.wanted


def _syntax_problems(source: PackageSource) -> Iterator[Problem]:
    """The first thing that is wrong with each file: what comes after it is often a consequence."""
    for file in source.files:
        if _is_wanted(file, source):
            for error in file.tree.errors[:1]:
                yield Problem(file.source.path, file.source.lines.line(error.span.start), error.message)


def _origin(error: Exception) -> str:
    """Where pubcheck's own code failed, for whoever has to mend it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "no traceback"
    code = trace.tb_frame.f_code
    return f"in {trace.tb_frame.f_globals.get('__name__', '?')}.{code.co_qualname}, line {trace.tb_lineno}"


def _settle() -> None:
    """Collect the circles that facts of packages made, once there may be many, and never look again at what is left."""
    if gc.get_count()[0] > _MANY:
        gc.collect(0)
        gc.freeze()


@contextmanager
def _batch_memory() -> Iterator[None]:
    """Keep the cyclic collector out of a batch but between packages: walking all values costs more than the work."""
    enabled = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        if enabled:
            gc.enable()
