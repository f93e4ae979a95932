"""What keeps a stranger's pull request, and a stranger's server, from doing harm."""

from __future__ import annotations

import base64
import html
import json
import os
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import pytest
from fake_github import TOKEN
from hypothesis import given
from hypothesis import strategies as st
from samples import RESET
from webserver import Answer, Request, served

from pubcheck.report.markup import code, fenced, prose, visible
from pubcheck.review.errors import DeniedError, MissingError, RefusedError, ReviewError, UncertainError
from pubcheck.review.http import Service
from pubcheck.review.secret import Secret
from pubcheck.review.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.review.conftest import Checkout, Start

PLAIN = {"a.go": "package a\n"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@gopher, see #1", "&#64;&#8203;gopher, see &#35;&#8203;1"),
        ("a](http://x) <img src=x>", "a&#93;&#40;http&#58;&#8203;//x&#41; &#60;img src=x&#62;"),
        ("![x](y)", "&#33;&#8203;&#91;x&#93;&#40;y&#41;"),
        ("www.x.example", "www&#46;&#8203;x.example"),
        ("a `b|c` d", "a <code>b&#124;c</code> d"),
        ("two\nlines -->", "two lines --&#62;"),
        ("`</code><b>`", "<code>&#60;/code&#62;&#60;b&#62;</code>"),
        ("\u202egnp", "\ufffdgnp"),
    ],
)
def test_a_text_from_code_is_no_markup(text: str, shown: str) -> None:
    assert prose(text) == shown


def test_a_name_from_code_is_no_markup() -> None:
    assert code("`a`@b\n</code>") == "<code>&#96;a&#96;&#64;b &#60;/code&#62;</code>"


def test_a_fence_is_longer_than_what_it_holds() -> None:
    assert fenced("```\n</details>\n````x\n", "go") == "`````go\n```\n</details>\n````x\n`````\n"
    assert visible(["a\tb\u202ec", "\x1b[31m"]) == "a\tb\ufffdc\n\ufffd[31m\n"


def test_a_finding_in_a_file_with_an_evil_name_is_no_markup(github: Start) -> None:
    review = github(PLAIN)
    path = "a](http:/evil) @all <!-- pubcheck finding.go"
    review.push({**PLAIN, path: 'package a\n\nvar _ = bug("first") // see second\nvar _ = bug("second")\n'})
    review.run()
    assert review.names() == ["first", "second"]
    assert f"/{'a%5D%28http%3A/evil%29%20%40all%20%3C%21--%20pubcheck%20finding.go'}#L4)" in review.bodies()[0]
    assert "@all" not in review.bodies()[0] + review.summary()
    assert review.run().err == "pubcheck: nothing to do\n"


def test_only_go_files_of_the_tree_are_shown(tmp_path: Path) -> None:
    outside = tmp_path / "secret.go"
    outside.write_text("package secret\n")
    root = tmp_path / "repository"
    (root / "pkg").mkdir(parents=True)
    (root / "pkg" / "a.go").write_bytes(b"package a\r\n")
    (root / "notes.txt").write_text("mine")
    (root / "link.go").symlink_to(outside)
    (root / "environment.go").symlink_to("/proc/self/environ")
    (root / "text.go").symlink_to("notes.txt")
    (root / "loop.go").symlink_to("loop.go")
    os.mkfifo(root / "pipe.go")
    tree = Tree(root)
    assert tree.lines("pkg/a.go") == ("package a", "")
    for path in ("../secret.go", str(outside), "link.go", "environment.go", "text.go", "loop.go", "pipe.go", "x\0.go"):
        assert tree.lines(path) is None


def test_a_report_of_anybody_is_only_text(github: Start, checkout: Checkout) -> None:
    review = github({**PLAIN, "b.go": "package b\n"})
    review.push({**PLAIN, "b.go": 'package b\n\nvar _ = bug("first")\n'})
    checkout.save(checkout.report())
    report = checkout.root / "report.json"
    text = report.read_text("utf-8")
    report.write_text(text.replace('"b.go"', '"../../../../etc/passwd"'), "utf-8")
    assert review.start("--report", "report.json").err == "pubcheck: nothing to do\n"
    name = text.partition('"fingerprint": "')[2][:32]
    report.write_text(text.replace(name, "x --> <script>"), "utf-8")
    review.start("--report", "report.json")
    assert review.names() == ["first"]
    assert "script" not in review.bodies()[0]


@pytest.mark.parametrize(
    "data", [b"", b"{}", b'{"version": 9}', b"[1]", b"\xff\xfe", b'{"version": 1, "diagnostics": 1}']
)
def test_what_is_no_report_is_told(github: Start, checkout: Checkout, data: bytes) -> None:
    review = github(PLAIN)
    (checkout.root / "report.json").write_bytes(data)
    assert review.start("--report", "report.json").code == 2
    assert review.start("--report", "nothing.json").code == 2


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('goroot = "../../usr"', "goroot: leads out"),
        ('baseline = "../../etc/passwd"', "baseline: leads out"),
        ('exclude = ["*a*a*a*a*a*b.go"]', "exclude: a pattern"),
        (f'blocking = ["{"x" * 300}"]', "blocking: a pattern"),
        ("exclude = [" + '"x",' * 300 + "]", "exclude: more than"),
    ],
)
def test_a_configuration_asks_for_nothing_without_end(
    github: Start, checkout: Checkout, settings: str, said: str
) -> None:
    review = github(PLAIN)
    (checkout.root / "pubcheck.toml").write_text(settings)
    outcome = review.start()
    assert outcome.code == 2
    assert said in outcome.err
    assert not review.forge.written()


def test_the_projects_own_rules_run_only_where_the_user_says_so(github: Start, checkout: Checkout) -> None:
    review = github(PLAIN)
    rules = checkout.root / ".pubcheck" / "rules"
    rules.mkdir(parents=True)
    (rules / "mine.md").write_text("no rule")
    review.push({**PLAIN, ".pubcheck/rules/mine.md": "no rule", "go.mod": "module m\n"})
    assert review.start().code == 0
    assert review.start("--project-rules").code == 2


def test_a_change_of_what_is_found_is_told(github: Start) -> None:
    review = github(PLAIN)
    review.push({"a.go": 'package a\n\nvar _ = bug("first")\n', "sub/pubcheck.toml": "tests = false\n"})
    review.run()
    assert (
        "This change edits what decides which findings there are: <code>sub/pubcheck.toml</code>." in review.summary()
    )


def test_a_check_finds_and_tells(github: Start, checkout: Checkout) -> None:
    review = github({"go.mod": "module example.com/m\n\ngo 1.24\n"})
    review.push({**review.forge.base, "m.go": RESET})
    assert review.start().err == "pubcheck: commented 1, summed up 1\n"
    (thread,) = review.forge.threads
    assert thread["path"] == "m.go"
    assert "<code>load-then-store</code>" in thread["comments"][0]["body"]
    assert "```suggestion\n" in thread["comments"][0]["body"]


def test_no_process_that_is_started_has_the_token(github: Start) -> None:
    review = github(PLAIN)
    review.run()
    assert TOKEN not in str(dict(os.environ))


def test_without_a_token_nothing_is_asked(github: Start, checkout: Checkout) -> None:
    review = github(PLAIN)
    outcome = checkout.run("--repo", "o/r", "--pr", "1", "--provider", "github")
    assert (outcome.code, outcome.err) == (
        2,
        "pubcheck: there is no token in the environment: GITHUB_TOKEN or GH_TOKEN\n",
    )
    assert not review.forge.requests


def test_a_wrong_token_is_told(github: Start, checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    review = github(PLAIN)
    checkout.save(checkout.report())
    monkeypatch.setenv("PUBCHECK_TOKEN", "another-token")
    outcome = review.start("--report", "report.json")
    assert outcome.code == 3
    assert '401 {"message": "Bad credentials"}' in outcome.err
    assert "another-token" not in outcome.err


class Line:
    """A service at the end of a line on which anything may happen."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.requests: list[Request] = []
        self.waited: list[float] = []
        self.service: Service

    def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        return self.answers.pop(0)


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line()
    with served(made.answer) as url:
        made.service = Service(url, Secret(TOKEN), {}, sleep=made.waited.append)
        yield made
        made.service.close()


def test_the_forge_says_how_long_to_wait(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pubcheck.review.http.time.time", lambda: 1_000.0)
    line.answers = [
        Answer(429, None, {"Retry-After": "7"}),
        Answer(403, None, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1030"}),
        Answer(429),
        Answer(422, {"message": "was submitted too quickly"}),
        Answer(200, {"ok": True}),
    ]
    assert line.service.send("POST", "/x", {}, repeatable=False) == {"ok": True}
    assert line.waited == [7.0, 31.0, 8.0, 16.0]


def test_nobody_waits_for_an_hour(line: Line) -> None:
    line.answers = [Answer(429, None, {"Retry-After": "3600"})]
    with pytest.raises(ReviewError, match="too long to wait"):
        line.service.get("/x")
    assert not line.waited


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, DeniedError),
        (403, DeniedError),
        (404, MissingError),
        (410, MissingError),
        (400, RefusedError),
        (422, RefusedError),
        (500, UncertainError),
        (0, UncertainError),
        (418, ReviewError),
    ],
)
def test_each_answer_has_its_error(line: Line, status: int, error: type[ReviewError]) -> None:
    line.answers = [Answer(status, {"message": f"no, {TOKEN}"})]
    with pytest.raises(error) as raised:
        line.service.send("POST", f"/x/{TOKEN}", {}, repeatable=False)
    assert TOKEN not in str(raised.value)
    assert len(line.requests) == 1


@pytest.mark.parametrize("status", [0, 500, 502])
def test_what_may_be_done_again_is_done_again(line: Line, status: int) -> None:
    line.answers = [Answer(status), Answer(status), Answer(200, [1])]
    assert line.service.send("PUT", "/x", {}, repeatable=True) == [1]
    assert line.waited == [2.0, 4.0]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(302, None, {"Location": "http://evil.example/x"}),
        Answer(200, [], {"Link": '<http://evil.example/x>; rel="next"'}),
    ],
)
def test_the_token_goes_to_no_other_place(line: Line, answer: Answer) -> None:
    line.answers = [answer]
    with pytest.raises(ReviewError, match="another place"):
        [*line.service.pages("/x")]


def test_a_repository_that_moved_is_followed(line: Line) -> None:
    line.answers = [Answer(301, None, {"Location": "/y"}), Answer(200, [1])]
    assert [*line.service.pages("/x")] == [1]
    assert [one.path for one in line.requests] == ["/x", "/y"]


def test_what_is_no_api_is_told(line: Line) -> None:
    with served(lambda _: Answer(200, None, {"Content-Type": "text/html"})) as url:
        service = Service(url, Secret(TOKEN), {})
        with pytest.raises(ReviewError, match="not as the API"):
            service.get("/x")
        service.close()


@pytest.mark.parametrize("base", ["http://forge.example/api", "ftp://127.0.0.1", "forge.example", "file:///etc"])
def test_the_token_is_not_sent_in_the_clear(base: str) -> None:
    with pytest.raises(ReviewError, match="https only"):
        Service(base, Secret(TOKEN), {})


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("form", [str, encoded, lambda text: text.replace("/", "%2F").replace("+", "%2B")])
def test_a_secret_is_hidden_in_each_of_its_forms(form: Callable[[str], str]) -> None:
    secret = Secret("abc/def+ghi")
    assert secret.redact(f"<{form('abc/def+ghi')}>").startswith("<***")
    assert "abc" not in repr(secret) + str(secret) + f"{secret}"


def _recovered(text: str) -> str:
    """What a reader sees of Markdown or of an address."""
    return unquote(html.unescape(text).replace("\N{ZERO WIDTH SPACE}", ""))


@given(
    token=st.text("abcXYZ0189_-.", min_size=16, max_size=40),
    before=st.text('ab :/`*_<@#"\\\n', max_size=8),
    after=st.text('ab :/`*_>@#"\\\n', max_size=8),
)
def test_a_secret_is_hidden_in_whatever_text(token: str, before: str, after: str) -> None:
    secret = Secret(token)
    said = f"{before}{token}{after}"
    for form in (str, prose, code, lambda text: fenced(f"{text}\n", "go"), lambda text: quote(text, safe="")):
        assert token not in _recovered(secret.redact(form(said)))
    header = base64.b64encode(f"{before}{token}{after}".encode()).decode()
    left = secret.redact(header)
    assert left != header
    assert "***" in left


def test_a_token_in_a_message_or_a_name_leaves_in_no_comment(github: Start) -> None:
    """Markdown that shows a token isn't the token, letter by letter."""
    review = github({"a.go": "package a\n"})
    name = f"{TOKEN}.go"
    review.push({"a.go": f'package a\n\nvar _ = bug("{TOKEN}")\n', name: 'package a\n\nvar _ = bug("x")\n'})
    review.run()
    review.run("--dry-run")
    assert review.forge.comments
    for request in review.forge.written():
        assert TOKEN not in _recovered(json.dumps(request.body))
