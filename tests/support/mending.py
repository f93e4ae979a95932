"""What becomes of the documents' Bad examples when their rule's fixes are made."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from rulecases import MODULE, Case, example_cases, undetected

from pubcheck.diagnostic import Confidence, Diagnostic
from pubcheck.engine import Config, Mended, check, mend
from pubcheck.spec import ExampleFile

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
    """Every Bad example for which its rule offers a fix, with all fixes made, unsafe ones too."""
    found: list[Outcome] = []
    for case in example_cases():
        if not case.good and case.rule not in undetected():
            outcome = _outcome(_plain(case))
            if outcome is not None:
                found.append(outcome)
    return tuple(found)


def _plain(case: Case) -> Case:
    """The example as it would be in a project: without its expectations, its package clause on a line of its own."""
    texts = [(file, _HEAD.sub(r"package \1\n\n", _WANT.sub("", file.text))) for file in case.files]
    return replace(case, files=tuple(ExampleFile(file.name, text, file.line) for file, text in texts))


def _outcome(case: Case) -> Outcome | None:
    with TemporaryDirectory() as name:
        root = Path(name).resolve()
        (root / "go.mod").write_text(f"module {MODULE}\n\ngo {case.go}\n")
        replace(case, driver=None).write(root / "case" / case.id)
        assert case.rule is not None
        config = Config(select=(case.rule,), min_confidence=Confidence.LOW, goarch="amd64", goos="linux")
        before = check(["./..."], config, cwd=root)
        if not any(one.fixes for one in before.diagnostics):
            return None
        mended = mend(["./..."], config, cwd=root, unsafe=True)
        after = replace(case, files=tuple(_mended(file, root / "case" / case.id, mended) for file in case.files))
        return Outcome(case, after, before.diagnostics, mended.report.diagnostics)


def _mended(file: ExampleFile, folder: Path, mended: Mended) -> ExampleFile:
    data = mended.after.get(str(folder / file.name))
    return file if data is None else ExampleFile(file.name, data.decode(), file.line)
