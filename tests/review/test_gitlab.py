"""The bot on a GitLab that remembers, over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import pytest
from fake_gitlab import TOKEN, FakeGitLab
from webserver import Answer, Request, served

from tests.review.conftest import Bot

if TYPE_CHECKING:
    from tests.review.conftest import Checkout

FAR = "".join(f"// line {number}\n" for number in range(20))
BASE = {"a.go": f"package a\n\nfunc f() {{\n\tgood()\n}}\n{FAR}"}


class Review(Bot):
    def __init__(self, forge: FakeGitLab, checkout: Checkout, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        where = ("--api-url", url, "--provider", "gitlab", "--repo", "gopher/cache", "--pr", "3")
        super().__init__(checkout, monkeypatch, ("GITLAB_TOKEN", TOKEN), *where)
        self.forge = forge

    def push(self, *lines: str) -> None:
        body = "".join(f"\t{line}\n" for line in lines)
        files = {"a.go": BASE["a.go"].replace("\tgood()\n", body)}
        self.forge.push(files)
        self.checkout.write(files)


Start = Callable[[Mapping[str, str]], Review]


@pytest.fixture
def gitlab(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Begins a merge request over the files that it is given."""
    forges: list[FakeGitLab] = []

    def answer(request: Request) -> Answer:
        return forges[0].answer(request)

    with served(answer) as url:

        def start(base: Mapping[str, str]) -> Review:
            forges.insert(0, FakeGitLab(base))
            forges[0].url = url
            return Review(forges[0], checkout, url, monkeypatch)

        yield start


def test_a_merge_request_is_told_once(gitlab: Start) -> None:
    review = gitlab(BASE)
    review.push("good()", 'bug("first")')
    assert review.run().err == "pubcheck: commented 1, summed up 1\n"
    (note,) = review.forge.threads()
    assert note["position"]["new_line"] == 5
    assert "<code>first</code> is loaded and then stored." in note["body"]
    assert f"{review.forge.url}/gopher/cache/-/blob/" not in note["body"]
    (summary,) = review.forge.summaries()
    assert f"]({review.forge.url}/gopher/cache/-/merge_requests/3#note_{note['id']})" in summary
    assert review.run().err == "pubcheck: nothing to do\n"


def test_a_line_that_was_there_before_is_named_by_both_numbers(gitlab: Start) -> None:
    base = {"a.go": BASE["a.go"].replace("good()", 'bug("old")')}
    review = gitlab(base)
    review.push("good()", 'bug("old")')
    review.run()
    (note,) = review.forge.threads()
    assert (note["position"]["old_line"], note["position"]["new_line"]) == (4, 5)


def test_a_suggestion_counts_the_lines_above(gitlab: Start) -> None:
    review = gitlab(BASE)
    review.push('x := bug("first") // fix')
    review.run()
    assert "```suggestion:-0+0\n\tx := good() // fix\n```" in review.forge.threads()[0]["body"]
    assert review.run().err == "pubcheck: nothing to do\n"


def test_what_is_fixed_is_resolved_and_what_comes_back_opened(gitlab: Start) -> None:
    review = gitlab(BASE)
    review.push('bug("first")', 'bug("second")')
    review.run()
    review.push('bug("second")')
    assert review.run().err == "pubcheck: rewritten 1, closed 1, summed up 1\n"
    assert [note["resolved"] for note in review.forge.threads()] == [True, False]
    review.push('bug("first")', 'bug("second")')
    assert review.run().err == "pubcheck: opened 1, rewritten 1, summed up 1\n"
    assert [note["resolved"] for note in review.forge.threads()] == [False, False]
    assert len(review.forge.summaries()) == 1


def test_what_a_person_resolved_stays_so(gitlab: Start) -> None:
    review = gitlab(BASE)
    review.push('bug("first")')
    review.run()
    review.forge.resolve(review.forge.discussions[0])
    for lines in (['bug("first")'], ["good()"], ["good()", 'bug("first")']):
        review.push(*lines)
        review.run()
        (note,) = review.forge.threads()
        assert note["resolved"]


def test_lists_are_read_page_by_page(gitlab: Start) -> None:
    review = gitlab(BASE)
    review.push(*(f'bug("b{number}")' for number in range(12)))
    review.run()
    assert len(review.forge.threads()) == 12
    assert review.run().err == "pubcheck: nothing to do\n"


def test_without_the_right_to_write_it_prints(gitlab: Start) -> None:
    review = gitlab(BASE)
    review.forge.may_write = False
    review.push('bug("first")')
    outcome = review.run()
    assert outcome.code == 0
    assert outcome.out.startswith("a.go:4:2: ")
    assert not review.forge.discussions


def test_the_token_leaves_in_no_comment(gitlab: Start) -> None:
    review = gitlab(BASE)
    review.push(f'x := bug("first") // fix {TOKEN}')
    outcome = review.run()
    assert TOKEN not in outcome.out + outcome.err
    assert "***" in review.forge.threads()[0]["body"]
    assert all(TOKEN not in f"{one.path} {one.query} {one.body}" for one in review.forge.requests)
