from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from io import StringIO
from typing import TYPE_CHECKING

import browser
import msgspec
import pytest

from pubcheck.engine import Report
from pubcheck.report import View, write

if TYPE_CHECKING:
    from pathlib import Path

    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine import Problem
    from tests.report.conftest import Code

HOSTILE = "</pre><script>document.title='run'</script><img src=x onerror=\"document.title='run'\"> `<b>` & \"' \x1b"
_VOID = {"meta", "input", "br", "hr", "img"}


class Page(HTMLParser):
    """Reads a page, and insists that what is opened is closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.marked: list[str] = []
        self.shown: dict[str, bool] = {}
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.append((tag, told))
        if tag == "article":
            self.shown[str(told["data-rule"])] = "hidden" not in told
        if tag == "figure":
            self.marked.append("")
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "mark" in self._open:
            self.marked[-1] += data
        if not {"script", "style"} & {*self._open}:
            self.text.append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [told for name, told in self.tags if name == tag]


def page(report: Report, view: View) -> str:
    out = StringIO()
    write("html", report, view, out)
    return out.getvalue()


@pytest.fixture
def everything(code: Code, reset: Diagnostic, race: Diagnostic, crash: Diagnostic, problem: Problem) -> Report:
    return code.report(race, reset, crash, problems=(problem,))


def test_all_that_there_is_to_say_is_there(everything: Report, view: View) -> None:
    text = " ".join("".join(Page(page(everything, view)).text).split())
    for one in everything.diagnostics:
        said = (one.message, *one.because, *(place.message for place in one.related))
        said += tuple(step.message for trace in one.traces for step in trace.steps)
        said += tuple(fix.title for fix in one.fixes)
        for sentence in said:
            assert sentence.replace("`", "") in text
    assert "counter/counter.go:13:2" in text
    assert "go.mod:3 unknown directive goo" in text
    assert "Another goroutine may add between the two." in text  # from the rule's document


def test_each_side_has_its_span_marked(code: Code, reset: Diagnostic, race: Diagnostic, view: View) -> None:
    """Spans are bytes, the page is characters, and frames are laid out in cells."""
    assert Page(page(code.report(reset), view)).marked == ["c.n.Store(0)", "c.n.Load()", "c.n.Add(1)"]
    assert Page(page(code.report(race), view)).marked == ['世界["a"]', "世界"]


def test_each_goroutine_has_its_code_under_its_name(
    code: Code, reset: Diagnostic, race: Diagnostic, view: View
) -> None:
    text = page(code.report(reset, race), view)
    sides = re.findall(r"<section><h5>(.*?)</h5>(.*?)</section>", text, re.DOTALL)
    assert [name for name, _ in sides] == ["the goroutine that resets", "the one that adds"]
    assert [Page(side).marked for _, side in sides] == [["c.n.Store(0)", "c.n.Load()"], ["c.n.Add(1)"]]


def test_calls_of_nobody_in_particular_have_a_heading(code: Code, reset: Diagnostic, view: View) -> None:
    calls = tuple(msgspec.structs.replace(trace, goroutine="") for trace in reset.traces)
    report = code.report(msgspec.structs.replace(reset, traces=calls))
    assert "<summary>How it gets there</summary>" in page(report, view)
    out = StringIO()
    write("full", report, view, out)
    assert "= trace: how it comes to that\n" in out.getvalue()


def test_a_fix_shows_what_it_changes(code: Code, reset: Diagnostic, view: View) -> None:
    text = page(code.report(reset), view)
    assert re.findall(r'<span class="gone">-\s*(.*?)\n?</span>', text)[:2] == [
        "gesamtgröße := c.n.Load() // 计数器 the total so far",
        "c.n.Store(0)",
    ]
    assert '<span class="added">+\tgesamtgröße := c.n.Swap(0) // 计数器 the total so far\n</span>' in text


def test_nothing_is_fetched_and_only_its_own_script_may_run(everything: Report, view: View) -> None:
    text = page(everything, view)
    read = Page(text)
    policy = next(told["content"] for told in read.of("meta") if told.get("http-equiv") == "Content-Security-Policy")
    for tag, kind in (("style", "style-src"), ("script", "script-src")):
        (body,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        known = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{kind} 'sha256-{known}'" in str(policy)
    assert "default-src 'none'" in str(policy)
    for _, told in read.tags:
        assert not {"src", "style", "onclick", "onerror"} & told.keys()
        assert str(told.get("href", "#")).startswith("#")
    assert len(text) < 60_000


def test_no_text_becomes_markup(code: Code, reset: Diagnostic, view: View) -> None:
    code.add(f"counter/{HOSTILE.replace('/', '')}.go", f"package m // {HOSTILE}\n")
    span = code.span(f"counter/{HOSTILE.replace('/', '')}.go", "script>document")
    hostile = msgspec.structs.replace(
        reset,
        rule=HOSTILE,
        message=HOSTILE,
        symbol=HOSTILE,
        package=HOSTILE,
        because=(HOSTILE,),
        span=span,
        fixes=(),
        help=HOSTILE,
    )
    read = Page(page(code.report(hostile), view))
    assert len(read.of("script")) == 1
    assert read.of("img") == []
    (told,) = read.of("article")
    assert told["data-rule"] == HOSTILE
    assert read.marked[0] == "script>document"


def test_links_lead_somewhere(everything: Report, view: View) -> None:
    read = Page(page(everything, view))
    names = [told["id"] for _, told in read.tags if "id" in told]
    assert len(names) == len({*names})
    assert {str(told["href"])[1:] for told in read.of("a")} <= {str(name) for name in names}


def test_nothing_found_is_a_page_too(code: Code, view: View) -> None:
    read = Page(page(code.report(), view))
    assert read.of("nav") == []
    assert "No findings in 2 packages" in "".join(read.text)


@pytest.fixture(scope="module")
def chromium() -> str:
    found = browser.find()
    if found is None:
        pytest.skip("there is no Chromium on PATH: .ci/chromium installs it")
    return found


@pytest.mark.parametrize(
    ("asked", "shown", "count"),
    [
        ("", {"load-then-store", "map-race", "internal-error"}, "3 of 3 shown"),
        ("#?text=SWAP+c.n", {"load-then-store"}, "1 of 3 shown"),
        ("#?rule=map-race", {"map-race"}, "1 of 3 shown"),
        ("#?without=error", {"map-race"}, "1 of 3 shown"),
        ("#?text=nowhere", set(), "0 of 3 shown"),
    ],
)
def test_the_filter_in_a_real_browser(  # noqa: PLR0917
    everything: Report, view: View, chromium: str, tmp_path: Path, asked: str, shown: set[str], count: str
) -> None:
    file = tmp_path / "report.html"
    file.write_text(page(everything, view), "utf-8")
    read = Page(browser.rendered(chromium, f"{file.as_uri()}{asked}", tmp_path / "profile"))
    assert {rule for rule, is_shown in read.shown.items() if is_shown} == shown
    assert count in "".join(read.text)
    assert ["hidden" in told for told in read.of("nav")] == [False]


def test_nothing_hostile_runs_in_a_real_browser(
    code: Code, reset: Diagnostic, view: View, chromium: str, tmp_path: Path
) -> None:
    hostile = msgspec.structs.replace(reset, message=HOSTILE, package=HOSTILE)
    file = tmp_path / "report.html"
    for text in (
        page(code.report(hostile), view),
        page(code.report(reset), view).replace("<main>", f"<main>{HOSTILE}"),
    ):
        file.write_text(text, "utf-8", "replace")
        assert "<title>run</title>" not in browser.rendered(chromium, file.as_uri(), tmp_path / "profile")
