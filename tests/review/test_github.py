"""The bot on a GitHub that remembers, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fake_github import BOT, TOKEN
from webserver import Answer, Request

if TYPE_CHECKING:
    from tests.review.conftest import Review, Start

FAR = "\n".join(f"// line {number}" for number in range(30))
BASE = {"a.go": f"package a\n\nfunc f() {{\n\tx := 1\n}}\n{FAR}\n", "old.go": 'package a\n\nvar _ = bug("old")\n'}


def code(*lines: str, before: int = 0) -> str:
    body = "".join(f"\t{line}\n" for line in lines)
    shift = "// shifted\n" * before
    return f"package a\n{shift}\nfunc f() {{\n\tx := 1\n{body}}}\n{FAR}\n"


def pushed(review: Review, *lines: str, before: int = 0) -> None:
    review.push({**BASE, "a.go": code(*lines, before=before)})


def test_a_finding_on_a_line_of_the_diff_gets_a_comment_there(github: Start) -> None:
    review = github(BASE)
    pushed(review, 'bug("first")')
    outcome = review.run()
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == "pubcheck: commented 1, summed up 1\n"
    (thread,) = review.forge.threads
    assert (thread["path"], thread["line"]) == ("a.go", 5)
    body = thread["comments"][0]["body"]
    assert "**error** <code>load-then-store</code>: <code>first</code> is loaded and then stored." in body
    assert "- <code>first</code> is shared." in body
    assert "**What to do:** Use <code>Swap</code>." in body


def test_where_only_old_findings_are_nothing_is_said(github: Start) -> None:
    review = github(BASE)
    pushed(review, "good()")
    assert review.run().err == "pubcheck: nothing to do\n"
    assert not review.forge.written()


def test_the_other_side_is_folded_away_with_its_code(github: Start) -> None:
    base = {**BASE, "b.go": 'package a\n\nfunc g() {\n\tbug("b")\n}\n'}
    review = github(base)
    review.push({**base, "a.go": code('bug("first") // see b')})
    review.run()
    (body,) = review.bodies()
    link = f"[<code>b.go&#58;4</code>]({review.forge.url}/gopher/cache/blob/{review.forge.head}/b.go#L4)"
    assert (
        "<details><summary>The other side</summary>\n\n"
        f'{link}: the other side\n\n```go\npackage a\n\nfunc g() {{\n\tbug("b")\n}}\n\n```\n\n</details>' in body
    )


def test_a_safe_fix_within_the_diff_is_a_suggestion(github: Start) -> None:
    review = github(BASE)
    pushed(review, 'x = bug("first") // fix')
    review.run()
    assert "```suggestion\n\tx = good() // fix\n```" in review.bodies()[0]


def test_a_suggestion_says_nothing_that_the_forge_does_not_show(github: Start) -> None:
    review = github(BASE)
    pushed(review, 'x = bug("first") // fix')
    review.checkout.write({**BASE, "a.go": code('x = 2; bug("first") // fix')})
    review.run()
    assert review.bodies() == []
    assert "1 finding that it takes part in" in review.summary()


def test_a_review_without_a_checkout_cuts_snippets_from_the_diff(github: Start) -> None:
    review = github(BASE)
    pushed(review, 'bug("first") // see second', 'x = bug("second") // fix')
    review.checkout.save(review.checkout.report())
    for path in review.checkout.files:
        (review.checkout.root / path).unlink()
    review.checkout.files = {}
    review.start("--report", "report.json")
    first, second = review.bodies()
    assert 'x = bug("second") // fix\n}\n' in first
    assert "```suggestion\n\tx = good()   // fix\n```" in second


def test_running_again_says_nothing_twice(github: Start) -> None:
    review = github(BASE)
    pushed(review, 'bug("first") // fix', 'bug("second") // see first')
    review.run()
    before = len(review.forge.written())
    assert review.run().err == "pubcheck: nothing to do\n"
    assert len(review.forge.written()) == before


def test_a_finding_that_moves_keeps_its_comment(github: Start) -> None:
    review = github(BASE)
    pushed(review, 'bug("first") // fix')
    review.run()
    pushed(review, 'bug("first") // fix', before=3)
    assert review.run().err == "pubcheck: summed up 1\n"
    assert review.names() == ["first"]
    assert "[<code>a.go&#58;8</code>](" in review.summary()
    assert f"/pull/7#{review.forge.said()[0]['id']})" in review.summary()


def test_what_is_fixed_is_resolved_and_what_comes_back_opened(github: Start) -> None:
    review = github(BASE)
    pushed(review, 'bug("first")')
    review.run()
    pushed(review, "good()")
    assert review.run().err == "pubcheck: rewritten 1, closed 1, summed up 1\n"
    (thread,) = review.forge.threads
    assert thread["resolved"] == BOT
    assert review.bodies()[0].startswith(
        f"*No longer found, as of <code>{review.forge.head[:10]}</code>.*\n\n**error**"
    )
    assert "No findings in this change" in review.summary()
    assert review.run().err == "pubcheck: nothing to do\n"
    pushed(review, 'bug("first")')
    assert review.run().err == "pubcheck: opened 1, rewritten 1, summed up 1\n"
    assert thread["resolved"] is None
    assert review.bodies()[0].startswith("**error**")
    assert review.names() == ["first"]


def test_a_token_that_may_not_resolve_minimises(github: Start) -> None:
    review = github(BASE)
    review.forge.may_resolve = False
    pushed(review, 'bug("first")')
    review.run()
    pushed(review, "good()")
    review.run()
    (thread,) = review.forge.threads
    assert (thread["resolved"], thread["comments"][0]["minimized"]) == (None, True)
    assert review.run().err == "pubcheck: nothing to do\n"
    pushed(review, 'bug("first")')
    review.run()
    assert not thread["comments"][0]["minimized"]
    assert review.run().err == "pubcheck: nothing to do\n"


def test_a_human_reply_is_left_alone(github: Start) -> None:
    review = github(BASE)
    pushed(review, 'bug("first")')
    review.run()
    (thread,) = review.forge.threads
    review.forge.reply(thread, "Really?")
    pushed(review, "good()")
    review.run()
    assert (len(thread["comments"]), thread["comments"][1]["body"], thread["resolved"]) == (2, "Really?", BOT)


def test_only_what_the_bot_wrote_itself_counts_as_said(github: Start) -> None:
    review = github(BASE)
    pushed(review, 'bug("first")')
    review.run()
    (copied,), summary = review.bodies(), review.summary()
    review.forge.threads.clear()
    review.forge.comments.clear()
    review.forge.begin("a.go", 5, copied, "mallory")
    review.forge.comment(summary, "mallory")
    review.run()
    assert [one["author"] for one in review.forge.said()] == ["mallory", BOT]
    assert [one["author"] for one in review.forge.comments] == ["mallory", BOT]


def test_a_copy_that_two_runs_at_once_wrote_is_closed(github: Start) -> None:
    review = github(BASE)
    pushed(review, 'bug("first")')
    review.run()
    review.forge.begin("a.go", 5, review.bodies()[0], BOT)
    review.run()
    assert [thread["resolved"] for thread in review.forge.threads] == [None, BOT]
    assert review.run().err == "pubcheck: nothing to do\n"


def test_many_comments_come_in_one_review_and_are_read_page_by_page(github: Start) -> None:
    review = github(BASE)
    pushed(review, *(f'bug("b{number}")' for number in range(20)))
    review.run()
    assert len(review.names()) == 20
    assert [one.path for one in review.forge.written()].count("/repos/gopher/cache/pulls/7/reviews") == 1
    assert review.run().err == "pubcheck: nothing to do\n"


def test_many_files_are_read_page_by_page(github: Start) -> None:
    base = {f"f{number}.go": "package a\n" for number in range(8)}
    review = github(base)
    review.push({path: f'package a\n\nvar _ = bug("{path[:2]}")\n' for path in base})
    review.run()
    assert len(review.names()) == 8


def test_one_comment_that_is_refused_does_not_take_the_others_with_it(github: Start) -> None:
    review = github(BASE)
    pushed(review, 'bug("first")', 'bug("second")')
    refuse = [2]

    def trouble(request: Request) -> Answer | None:
        if request.method == "POST" and "second" in str(request.body) and refuse[0]:
            refuse[0] -= 1
            return Answer(422, {"message": "Validation Failed"})
        return None

    review.forge.troubles += [trouble, trouble]
    review.run()
    assert review.names() == ["first"]
    assert "2 findings on lines of this change" not in review.summary()
    assert "**Elsewhere, with a part in this change:**" in review.summary()


@pytest.mark.parametrize("status", [0, 502])
def test_an_answer_that_got_lost_is_no_second_comment(github: Start, status: int) -> None:
    review = github(BASE)
    pushed(review, 'bug("first")')

    def trouble(request: Request) -> Answer | None:
        if request.path.endswith("/reviews"):
            review.forge._review(request.body)
            return Answer(status)
        return None

    review.forge.troubles.append(trouble)
    review.run()
    assert review.names() == ["first"]
    assert review.run().err == "pubcheck: nothing to do\n"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(429, {"message": "slow down"}, {"Retry-After": "0"}),
        Answer(403, {"message": "You have exceeded a secondary rate limit"}, {"Retry-After": "0"}),
        Answer(503, None, {"Retry-After": "0"}),
    ],
)
def test_limits_are_waited_for(github: Start, answer: Answer) -> None:
    review = github(BASE)
    pushed(review, 'bug("first")')
    review.forge.troubles += [lambda request: answer if request.method == "POST" else None] * 2
    outcome = review.run()
    assert "waiting 0 s" in outcome.err
    assert review.names() == ["first"]


def test_without_the_right_to_write_it_annotates(github: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    review = github(BASE)
    review.forge.may_write = False
    pushed(review, 'bug("first")')
    summary = review.checkout.root / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    outcome = review.run()
    assert outcome.code == 0
    assert outcome.out.startswith("::error file=a.go,line=5,")
    assert "old.go" not in outcome.out
    assert "the token may not write here" in outcome.err
    assert "1 finding on lines of this change" in summary.read_text("utf-8")
    assert not review.forge.threads


def test_a_dry_run_prints_and_writes_nothing(github: Start) -> None:
    review = github(BASE)
    pushed(review, 'bug("first")', 'x = bug("second") // fix')
    outcome = review.run("--dry-run")
    assert not review.forge.written()
    assert outcome.out.startswith("would comment on a.go:5:\n    **error** <code>load-then-store</code>: ")
    assert "would write the summary:\n    ### pubcheck\n" in outcome.out
    review.run()
    assert review.run("--dry-run").out == "nothing to do\n"


def test_the_token_leaves_in_no_comment(github: Start) -> None:
    review = github(BASE)
    review.push({**BASE, "a.go": code(f'x = bug("first") // fix {TOKEN}', 'bug("second") // see first')})
    review.run()
    assert review.names() == ["first", "second"]
    for request in review.forge.requests:
        assert TOKEN not in str(request.body) + request.path + str(request.query)
    assert "***" in str(review.bodies())


def test_the_exit_code_tells_if_it_is_asked_to(github: Start) -> None:
    review = github(BASE)
    pushed(review, "good()")
    assert review.run("--fail-on", "hint").code == 0
    pushed(review, 'bug("first")')
    assert review.run("--fail-on", "error").code == 1
    review.forge.resolve(review.forge.threads[0])
    assert review.run("--fail-on", "error").code == 0


def test_a_forge_that_is_slow_to_show_what_it_has_gets_nothing_twice(github: Start) -> None:
    review = github(BASE)
    pushed(review, 'bug("first")')

    def late(request: Request) -> Answer | None:
        """The list of threads as it was, once it has changed."""
        if review.forge.threads and request.path == "/graphql" and "Threads" in request.body["query"]:
            page = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": []}
            return Answer(200, {"data": {"repository": {"pullRequest": {"page": page}}}})
        return None

    review.forge.troubles.append(late)
    review.run()
    assert review.names() == ["first"]
    assert "1 finding on lines of this change" in review.summary()
    review.run()
    assert review.names() == ["first"]
