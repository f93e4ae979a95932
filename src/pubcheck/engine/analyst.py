"""Takes packages from bytes to findings, one task at a time.

A crash is kept to what crashed: an error in a rule loses that rule's findings in that package, an error in the analysis
loses that package. Either becomes a diagnostic, and the exit code tells.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pubcheck.diagnostic import Ballot, Diagnostic, Severity
from pubcheck.engine.crashes import crash, failure
from pubcheck.engine.memory import settle
from pubcheck.engine.stopwatch import Stopwatch
from pubcheck.engine.suppressions import find_suppressions
from pubcheck.engine.symbols import enclosing_symbol
from pubcheck.engine.task import Exports, FileOutcome, Outcome
from pubcheck.model.project.problem import Problem
from pubcheck.model.sizes import Sizes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pubcheck.analysis import PackageFacts
    from pubcheck.engine.frontend import Frontend
    from pubcheck.engine.task import Task
    from pubcheck.model.project import GoFile, PackageSource
    from pubcheck.rules import Finding
    from pubcheck.rules.registry import Rule


class Analyst:
    """Works on the packages of one project with one choice of rules. What it learns from one task helps with others."""

    def __init__(
        self,
        frontend: Frontend,
        rules: Sequence[Rule],
        severity: Mapping[str, Severity],
        checkpoint: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare to work.

        Args:
            frontend: gives the packages.
            rules: are run on each.
            severity: says how bad findings are where a rule's own severity isn't to be used.
            checkpoint: called between rules; what it raises ends the work on a package.
        """
        self._checkpoint = checkpoint
        self._frontend = frontend
        self._rules = rules
        self._severity = severity
        self._sources = {source.import_path: source for source in frontend.wanted}

    def run(self, task: Task) -> Outcome:
        """Analyse a package that was asked for and run the rules on it. Whatever fails inside is in the outcome.

        Raises:
            KeyError: there is no such package.
        """
        self._frontend.learn(task.facts)
        source = self._sources[task.package]
        work = _Work(self._frontend, source, self._rules, self._severity, self._checkpoint)
        try:
            outcome = work.outcome(task)
        finally:
            self._frontend.release(source)
        if task.exports:
            self._frontend.learn({task.package: outcome.exports.facts})
        settle()
        return outcome


class _Work:
    """The work on one package."""

    def __init__(
        self,
        frontend: Frontend,
        source: PackageSource,
        rules: Sequence[Rule],
        severity: Mapping[str, Severity],
        checkpoint: Callable[[], None],
    ) -> None:
        self._checkpoint = checkpoint
        self._frontend = frontend
        self._source = source
        self._rules = rules
        self._severity = severity
        self._watch = Stopwatch()
        self._found: list[Diagnostic] = []
        self._ballots: list[Ballot] = []
        self._crashes: list[Diagnostic] = []
        self._files: list[FileOutcome] = []
        self._measures = Sizes.asked

    def outcome(self, task: Task) -> Outcome:
        facts = self._analysed()
        exports = Exports()
        redeclared: Sequence[Problem] = ()
        if facts is not None:
            if self._frontend.is_shown(self._source):
                with self._watch.phase("rules"):
                    self._check(facts)
            for failed in facts.problems:
                what = f"the analysis of `{failed.function}`"
                self._crashes.append(failure(self._source, what, failed.error, failed.path))
            with self._watch.phase("facts"):
                if task.exports:
                    exports = self._frontend.exports(self._source, task.questions)
                else:
                    self._frontend.keep(self._source)
            redeclared = self._frontend.redeclared(self._source)
        # Bodies are converted when they are analysed; only now all that is wrong with them is known.
        known = {(problem.path, problem.line) for problem in redeclared}
        syntax = [one for one in _syntax_problems(self._source) if (one.path, one.line) not in known]
        return Outcome(
            package=self._source.import_path,
            findings=tuple(self._found),
            crashes=tuple(self._crashes),
            problems=(*redeclared, *syntax),
            files=tuple(self._files),
            exports=exports,
            phases=dict(self._watch.phases),
            rules=dict(self._watch.rules),
            measured=Sizes.asked != self._measures,
            ballots=tuple(self._ballots),
        )

    def _analysed(self) -> PackageFacts | None:
        try:
            with self._watch.phase("parse"):
                facts = self._frontend.facts(self._source)
                self._read(facts)
            with self._watch.phase("analysis"):
                if self._frontend.is_shown(self._source):
                    # Found now, so that neither their time nor their failure is put down to the first rule.
                    facts.functions  # noqa: B018
        except Exception as error:  # noqa: BLE001 one package's failure must not end the run
            self._crashes.append(crash(self._source, "the analysis", error))
            return None
        return facts

    def _read(self, facts: PackageFacts) -> None:
        for file in self._source.files:
            _ = file.tree
            if is_wanted(file, self._source):
                self._files.append(facts.answer(("file", file.source.path), partial(_file_outcome, file)))
            if file.test:
                # Half of the source, of which rules ask about a function now and then.
                file.release()

    def _check(self, facts: PackageFacts) -> None:
        for rule in self._rules:
            self._checkpoint()
            try:
                found = facts.answer(("rule", rule.name), partial(self._diagnostics, rule, facts))
                ballots = facts.answer(("ballots", rule.name), partial(_ballots, rule, facts))
            except Exception as error:  # noqa: BLE001 one rule's failure must not end the run
                self._crashes.append(crash(self._source, f"rule `{rule.name}`", error))
            else:
                self._found += found
                self._ballots += ballots
            self._watch.ran(rule.name)

    def _diagnostics(self, rule: Rule, facts: PackageFacts) -> list[Diagnostic]:
        return [self._diagnostic(rule, finding) for finding in rule.check(facts)]

    def _diagnostic(self, rule: Rule, finding: Finding) -> Diagnostic:
        spec = rule.spec
        return Diagnostic(
            rule=spec.name,
            span=finding.span,
            message=finding.sentence(spec.message),
            severity=self._severity.get(spec.name, spec.severity),
            confidence=finding.confidence or spec.confidence,
            package=self._source.import_path,
            symbol=finding.symbol or enclosing_symbol(self._source, finding.span),
            location=finding.location,
            because=finding.because,
            related=finding.related,
            traces=finding.traces,
            fixes=finding.fixes,
            help=finding.help or spec.help,
            anywhere=finding.anywhere,
            goroutine=finding.goroutine,
            poll=finding.poll,
        )


def _ballots(rule: Rule, facts: PackageFacts) -> list[Ballot]:
    return [*rule.vote(facts)]


def _file_outcome(file: GoFile) -> FileOutcome:
    source = file.source
    return FileOutcome(source.path, file.generated, source.data.count(b"\n"), find_suppressions(file.tree))


def is_wanted(file: GoFile, source: PackageSource) -> bool:
    """Whether findings in a file of a package that was asked for are wanted."""
    return source.wanted is None or file.path in source.wanted


def _syntax_problems(source: PackageSource) -> Iterator[Problem]:
    """The first thing that is wrong with each file: what comes after it is often a consequence."""
    for file in source.files:
        if is_wanted(file, source):
            for error in file.tree.errors[:1]:
                yield Problem(file.source.path, file.source.lines.line(error.span.start), error.message)
