from __future__ import annotations

import os
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from io import StringIO
from pathlib import Path

import msgspec
import pytest
from fake_github import TOKEN, FakeGitHub
from fake_gitlab import HUMAN, FakeGitLab
from fake_gitlab import TOKEN as GITLAB_TOKEN
from webserver import Answer, Request, served

from pubcheck.cli import main
from pubcheck.diagnostic import Confidence, Diagnostic, Edit, Fix, Related, Severity, fingerprint
from pubcheck.engine import Report, Sources, Stats
from pubcheck.report import View, write
from pubcheck.source import SourceFile, Span

_BUG = re.compile(r'bug\("(?P<name>\w+)"\)(?: // (?P<more>.*))?')
_SAID = re.compile(r"<code>(\w+)</code> is loaded")
_CI = ("GITHUB_", "GITLAB_", "CI_", "GH_", "PUBCHECK_TOKEN")


class Outcome(msgspec.Struct, frozen=True):
    code: int
    out: str
    err: str


class Checkout:
    """A repository on the disk, and reports on it: a call of ``bug`` is a finding by the name in it.

    What stands behind it in a comment: ``fix`` for a safe fix that removes the call, ``see NAME`` for a related place
    at another bug.
    """

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._capsys = capsys
        (root / ".git").mkdir()
        self.files: dict[str, str] = {}

    def write(self, files: Mapping[str, str]) -> None:
        for path in self.files:
            (self.root / path).unlink()
        self.files = dict(files)
        for path, text in files.items():
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8", newline="")

    def report(self, *more: Diagnostic) -> Report:
        found = {match["name"]: self._span(path, match) for path, match in self._bugs()}
        diagnostics = tuple(self._diagnostic(path, match, found) for path, match in self._bugs())
        files = {path: SourceFile(path, text.encode()) for path, text in self._absolute().items()}
        return Report((*diagnostics, *more), (), Stats(), Sources(files), self.root)

    def save(self, report: Report) -> None:
        text = StringIO()
        write("json", report, View(cwd=self.root), text)
        (self.root / "report.json").write_text(text.getvalue(), "utf-8")

    def run(self, *arguments: str) -> Outcome:
        self._capsys.readouterr()
        try:
            code = main(["review", *arguments])
        except SystemExit as leave:
            code = leave.code if isinstance(leave.code, int) else 1
        captured = self._capsys.readouterr()
        assert TOKEN not in captured.out + captured.err
        assert GITLAB_TOKEN not in captured.out + captured.err
        return Outcome(code, captured.out, captured.err)

    def _absolute(self) -> dict[str, str]:
        return {(self.root / path).as_posix(): text for path, text in self.files.items()}

    def _bugs(self) -> Iterator[tuple[str, re.Match[str]]]:
        for path, text in sorted(self.files.items()):
            for match in _BUG.finditer(text):
                yield path, match

    def _span(self, path: str, match: re.Match[str]) -> Span:
        start = len(match.string[: match.start()].encode())
        return Span((self.root / path).as_posix(), start, start + len(f'bug("{match["name"]}")'))

    def _diagnostic(self, path: str, match: re.Match[str], found: Mapping[str, Span]) -> Diagnostic:
        name, more = match["name"], match["more"] or ""
        span = self._span(path, match)
        other = re.search(r"see (\w+)", more)
        fix = Fix("Take it away", (Edit(span, "good()"),), safe=True)
        return Diagnostic(
            rule="load-then-store",
            span=span,
            message=f"`{name}` is loaded and then stored",
            severity=Severity.ERROR,
            confidence=Confidence.HIGH,
            because=(f"`{name}` is shared",),
            related=(Related(found[other[1]], "the other side"),) if other else (),
            fixes=(fix,) if "fix" in more else (),
            help="Use `Swap`",
            fingerprint=fingerprint("load-then-store", "m", name, "", 0),
        )


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Checkout:
    for name in [name for name in os.environ if name.startswith(_CI)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("pubcheck.review.bot._SETTLING", 0.0)
    monkeypatch.setattr("pubcheck.review.http._FIRST_WAIT", 0.001)
    return Checkout(tmp_path, capsys)


class Bot(ABC):
    """A request for review on a forge, its checkout, and the bot, as a CI job runs it."""

    forge: FakeGitHub | FakeGitLab

    def __init__(
        self, checkout: Checkout, monkeypatch: pytest.MonkeyPatch, token: tuple[str, str], *where: str
    ) -> None:
        self.checkout = checkout
        self._monkeypatch = monkeypatch
        self._token = token
        self._where = where

    @property
    def token(self) -> str:
        return self._token[1]

    def push(self, files: Mapping[str, str]) -> None:
        self.forge.push(files)
        self.checkout.write(files)

    @abstractmethod
    def bodies(self) -> list[str]:
        """What the bot's comments on the code say."""

    @abstractmethod
    def standing(self) -> dict[str, str]:
        """How each comment stands, by the bug that it is about."""

    @abstractmethod
    def meddle(self, action: str, name: str) -> None:
        """Have a person ``resolve``, ``delete`` or ``reply`` to the comment on a bug."""

    @abstractmethod
    def summary(self) -> str:
        """The bot's summary; there is one."""

    def names(self) -> list[str]:
        """The bugs that have a comment."""
        return [match for body in self.bodies() for match in _SAID.findall(body)]

    def run(self, *arguments: str) -> Outcome:
        """The bot on a report of what was pushed last."""
        self.checkout.save(self.checkout.report())
        return self.start("--report", "report.json", *arguments)

    def start(self, *arguments: str) -> Outcome:
        self._monkeypatch.setenv(*self._token)
        return self.checkout.run(*self._where, *arguments)


class Review(Bot):
    """A pull request on GitHub."""

    forge: FakeGitHub

    def __init__(self, forge: FakeGitHub, checkout: Checkout, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        where = ("--api-url", url, "--provider", "github", "--repo", "gopher/cache", "--pr", "7")
        super().__init__(checkout, monkeypatch, ("GITHUB_TOKEN", TOKEN), *where)
        self.forge = forge

    def bodies(self) -> list[str]:
        return [str(one["body"]) for one in self.forge.said()]

    def standing(self) -> dict[str, str]:
        words = {None: "open", "human": "dismissed"}
        states = [words.get(thread["resolved"], "closed") for thread in self.forge.threads]
        return dict(zip(self.names(), states, strict=True))

    def meddle(self, action: str, name: str) -> None:
        thread = self.forge.threads[self.names().index(name)]
        if action == "reply":
            self.forge.reply(thread, "I see.")
        else:
            getattr(self.forge, action)(thread)

    def summary(self) -> str:
        (found,) = [one["body"] for one in self.forge.comments if "pubcheck summary" in one["body"]]
        return str(found)


class MergeReview(Bot):
    """A merge request on GitLab."""

    forge: FakeGitLab

    def __init__(self, forge: FakeGitLab, checkout: Checkout, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        where = ("--api-url", url, "--provider", "gitlab", "--repo", "gopher/cache", "--pr", "3")
        super().__init__(checkout, monkeypatch, ("GITLAB_TOKEN", GITLAB_TOKEN), *where)
        self.forge = forge

    def bodies(self) -> list[str]:
        return [str(note["body"]) for note in self.forge.threads()]

    def standing(self) -> dict[str, str]:
        notes = self.forge.threads()
        states = [
            ("dismissed" if note["resolved_by"]["id"] == HUMAN else "closed") if note["resolved"] else "open"
            for note in notes
        ]
        return dict(zip(self.names(), states, strict=True))

    def meddle(self, action: str, name: str) -> None:
        discussion = self.forge.on_code()[self.names().index(name)]
        if action == "reply":
            self.forge.reply(discussion, "I see.")
        else:
            getattr(self.forge, action)(discussion)

    def summary(self) -> str:
        (found,) = self.forge.summaries()
        return found


StartAny = Callable[[Mapping[str, str]], Bot]
Start = Callable[[Mapping[str, str]], Review]
StartMerge = Callable[[Mapping[str, str]], MergeReview]


@pytest.fixture
def github(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Begins a pull request over the files that it is given."""
    forges: list[FakeGitHub] = []

    def answer(request: Request) -> Answer:
        return forges[0].answer(request)

    with served(answer) as url:

        def start(base: Mapping[str, str]) -> Review:
            forges.insert(0, FakeGitHub(base))
            forges[0].url = url
            return Review(forges[0], checkout, url, monkeypatch)

        yield start


@pytest.fixture
def gitlab(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> Iterator[StartMerge]:
    """Begins a merge request over the files that it is given."""
    forges: list[FakeGitLab] = []

    def answer(request: Request) -> Answer:
        return forges[0].answer(request)

    with served(answer) as url:

        def start(base: Mapping[str, str]) -> MergeReview:
            forges.insert(0, FakeGitLab(base))
            forges[0].url = url
            return MergeReview(forges[0], checkout, url, monkeypatch)

        yield start


@pytest.fixture(params=["github", "gitlab"])
def either(request: pytest.FixtureRequest) -> StartAny:
    """Begins a request for review on one forge, and on the other."""
    start: StartAny = request.getfixturevalue(request.param)
    return start
