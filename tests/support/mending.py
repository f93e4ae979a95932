"""What becomes of the documents' Bad examples when their rule's fixes are made."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from rulecases import MODULE, Case, data_cases, example_cases, undetected

from pubcheck.diagnostic import Confidence, Diagnostic
from pubcheck.engine import Config, Mended, Report, available_rules, check, mend
from pubcheck.spec import ExampleFile, rules_dir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.rules.registry import Rule

_HEAD = re.compile(r"\Apackage (\w+); ?")
_WANT = re.compile(r"[ \t]*// want .*$", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """An example whose rule offers fixes: as it is, as it is mended, what was found, and what is found now."""

    before: Case
    after: Case
    found: tuple[Diagnostic, ...]
    left: tuple[Diagnostic, ...]

    @property
    def fixable(self) -> int:
        """How many of the findings come with a fix."""
        return sum(bool(one.fixes) for one in self.found)


@cache
def outcomes() -> tuple[Outcome, ...]:
    """Every Bad example, and every file of a rule's test data, for which the rule offers a fix: with all fixes made."""
    together: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in (*example_cases(), *data_cases()):
        if case.rule is not None and not case.good and case.rule not in undetected():
            together[case.rule, case.go].append(_plain(case))
    return tuple(one for (rule, language), cases in together.items() for one in mended(rule, language, cases))


def _plain(case: Case) -> Case:
    """The example as it would be in a project: without its expectations, its package clause on a line of its own."""
    texts = [(file, _HEAD.sub(r"package \1\n\n", _WANT.sub("", file.text))) for file in case.files]
    return replace(case, files=tuple(ExampleFile(file.name, text, file.line) for file, text in texts))


def mended(rule: str, language: str, cases: list[Case]) -> Iterator[Outcome]:
    """What becomes of packages of one module; those for which ``rule`` offers no fix are left out."""
    with TemporaryDirectory() as name:
        root = Path(name).resolve()
        (root / "go.mod").write_text(f"module {MODULE}\n\ngo {language}\n")
        for case in cases:
            replace(case, driver=None).write(root / "case" / case.id)
        config = Config(select=(rule,), min_confidence=Confidence.LOW, goarch="amd64", goos="linux")
        look = partial(check, ["./..."], config, cwd=root, rules=_rules())
        before = look()
        if not any(one.fixes for one in before.diagnostics):
            return
        made = mend(look, unsafe=True)
        for case in cases:
            folder = root / "case" / case.id
            found, left = (_within(folder, report) for report in (before, made.report))
            if any(one.fixes for one in found):
                after = replace(case, files=tuple(_file(file, folder, made) for file in case.files))
                yield Outcome(case, after, found, left)


@cache
def _rules() -> dict[str, Rule]:
    return available_rules(rules_dir())


def _within(folder: Path, report: Report) -> tuple[Diagnostic, ...]:
    return tuple(one for one in report.diagnostics if Path(one.span.path).is_relative_to(folder))


def _file(file: ExampleFile, folder: Path, made: Mended) -> ExampleFile:
    data = made.after.get(str(folder / file.name))
    return file if data is None else ExampleFile(file.name, data.decode(), file.line)
