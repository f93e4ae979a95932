from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from pubcheck.engine import Config, Report
from pubcheck.engine.hands import ALONE
from pubcheck.engine.run import Run
from pubcheck.engine.task import Exports
from pubcheck.model.project import Project, Target
from pubcheck.rules import Finding
from pubcheck.source import Overlay
from pubcheck.spec.document import read_rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pubcheck.diagnostic import Ballot
    from pubcheck.engine.hands import Hands
    from pubcheck.engine.run import Progress
    from pubcheck.engine.task import Exported
    from pubcheck.model.project import ImportGraph, PackageSource, Problem
    from pubcheck.rules.registry import Rule
    from pubcheck.spec import RuleSpec
    from pubcheck.spec.options import Option

T = TypeVar("T")

DOCUMENT = """\
# Finds a word
```toml
category = "{category}"
severity = "warning"
confidence = "{confidence}"
default = {default}
since = "0.1.0"
message = "`{{word}}` is there"
help = "Write another word"
```
A word that stands there.
## Bad
```go
var bug = 1 // want "is there"
```
## Good
```go
var fine = 1
```
"""


class WordRule:
    """A rule that finds a word in a package's files: what a run needs of a rule, without an analysis."""

    options: tuple[Option, ...] = ()

    def __init__(
        self,
        name: str,
        *,
        word: str = "bug",
        category: str = "locks",
        confidence: str = "high",
        default: bool = True,
        find: Callable[[PackageSource], Iterator[Finding]] | None = None,
    ) -> None:
        text = DOCUMENT.format(category=category, confidence=confidence, default=str(default).lower())
        self.spec: RuleSpec = read_rule(text, f"rules/{name}.md")
        self.name = name
        self._word = word
        self._find = find or self._words

    def prepare(self) -> None:
        pass

    def check(self, facts: Facts) -> Iterator[Finding]:
        yield from self._find(facts.source)

    def vote(self, _facts: Facts) -> Iterator[Ballot]:
        return iter(())

    def _words(self, source: PackageSource) -> Iterator[Finding]:
        for file in source.files:
            for match in re.finditer(self._word.encode(), file.source.data):
                yield Finding(
                    span=file.source.span(*match.span()), values={"word": self._word}, location=match[0].decode()
                )


class Facts:
    problems = ()
    functions = ()

    def __init__(self, source: PackageSource) -> None:
        self.source = source

    def answer(self, _about: object, find: Callable[[], T]) -> T:
        return find()


class SourceFrontend:
    """Packages as they lie on the disk; their facts are their source."""

    def __init__(self, project: Project, root: Path) -> None:
        self.project = project
        self.wanted = project.packages
        self.root = root
        self.analysed: list[str] = []

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.project.problems

    @property
    def graph(self) -> ImportGraph:
        return self.project.graph()

    def learn(self, facts: Mapping[str, Exported]) -> None:
        pass

    def redeclared(self, _source: PackageSource) -> list[Problem]:
        return []

    def exports(self, _source: PackageSource, _questions: Iterable[str]) -> Exports:
        return Exports()

    def keep(self, _source: PackageSource) -> None:
        pass

    def facts(self, source: PackageSource) -> Facts:
        self.analysed.append(source.import_path)
        if any(b"crash the analysis" in file.source.data for file in source.files):
            raise RecursionError("too deep")
        return Facts(source)

    def is_shown(self, source: PackageSource) -> bool:
        return source in self.wanted

    def release(self, source: PackageSource) -> None:
        for file in source.files:
            file.release()


class Bench:
    """A module in a folder, and a way to run rules on it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.frontend: SourceFrontend | None = None
        self.write("go.mod", "module example.com/m\n\ngo 1.24\n")

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def run(
        self,
        *rules: WordRule,
        config: Config | None = None,
        patterns: Sequence[str] = ("./...",),
        progress: Progress | None = None,
        hands: Hands = ALONE,
    ) -> Report:
        config = config or Config()
        by_name: dict[str, Rule] = {rule.name: rule for rule in rules}  # type: ignore[misc]

        def load() -> SourceFrontend:
            target = Target(tests=config.tests)
            self.frontend = SourceFrontend(Project.load(patterns, self.root, target), self.root)
            return self.frontend

        return Run(config, by_name, self.root).check(load, Overlay(), progress, hands=hands)  # type: ignore[arg-type]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def rule() -> type[WordRule]:
    return WordRule
