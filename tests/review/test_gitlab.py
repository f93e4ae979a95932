"""The bot on a GitLab that remembers, over HTTP."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import gitlab as gitlab_library
import pytest
from fake_gitlab import BOT, HUMAN, TOKEN
from webserver import Answer, Request

if TYPE_CHECKING:
    from tests.review.conftest import MergeReview, StartMerge

FAR = "".join(f"// line {number}\n" for number in range(20))
BASE = {"a.go": f"package a\n\nfunc f() {{\n\tgood()\n}}\n{FAR}", "old.go": 'package a\n\nvar _ = bug("old")\n'}


def pushed(review: MergeReview, *lines: str, before: int = 0) -> None:
    body = "".join(f"\t{line}\n" for line in lines)
    shift = "// shifted\n" * before
    review.push({**BASE, "a.go": BASE["a.go"].replace("\nfunc", f"{shift}\nfunc").replace("\tgood()\n", body)})


def test_a_merge_request_is_told_once(gitlab: StartMerge) -> None:
    review = gitlab(BASE)
    pushed(review, "good()", 'bug("first")')
    assert review.run().err == "pubcheck: commented 1, summed up 1\n"
    (note,) = review.forge.threads()
    assert note["position"]["new_line"] == 5
    assert "<code>first</code> is loaded and then stored." in note["body"]
    assert f"{review.forge.url}/gopher/cache/-/blob/" not in note["body"]
    assert f"]({review.forge.url}/gopher/cache/-/merge_requests/3#note_{note['id']})" in review.summary()
    assert review.run().err == "pubcheck: nothing to do\n"


def test_a_line_that_was_there_before_is_named_by_both_numbers(gitlab: StartMerge) -> None:
    base = {"a.go": BASE["a.go"].replace("good()", 'bug("here")')}
    review = gitlab(base)
    review.push({"a.go": base["a.go"].replace("\tbug", "\tgood()\n\tbug")})
    review.run()
    (note,) = review.forge.threads()
    assert (note["position"]["old_line"], note["position"]["new_line"]) == (4, 5)


def test_a_suggestion_counts_the_lines_above(gitlab: StartMerge) -> None:
    review = gitlab(BASE)
    pushed(review, 'x := bug("first") // fix')
    review.run()
    assert "```suggestion:-0+0\n\tx := good() // fix\n```" in review.bodies()[0]
    assert review.run().err == "pubcheck: nothing to do\n"


def test_a_finding_that_moves_keeps_its_comment(gitlab: StartMerge) -> None:
    review = gitlab(BASE)
    pushed(review, 'bug("first") // fix')
    review.run()
    pushed(review, 'bug("first") // fix', before=3)
    assert review.run().err == "pubcheck: summed up 1\n"
    assert review.names() == ["first"]
    assert review.forge.threads()[0]["position"]["new_line"] == 7
    assert "suggestion" in review.bodies()[0]


def test_what_is_fixed_is_resolved_and_what_comes_back_opened(gitlab: StartMerge) -> None:
    review = gitlab(BASE)
    pushed(review, 'bug("first")', 'bug("second")')
    review.run()
    pushed(review, 'bug("second")')
    assert review.run().err == "pubcheck: rewritten 1, closed 1, summed up 1\n"
    assert review.standing() == {"first": "closed", "second": "open"}
    pushed(review, 'bug("first")', 'bug("second")')
    assert review.run().err == "pubcheck: opened 1, rewritten 1, summed up 1\n"
    assert review.standing() == {"first": "open", "second": "open"}
    assert review.summary()


def test_a_human_reply_is_left_alone(gitlab: StartMerge) -> None:
    review = gitlab(BASE)
    pushed(review, 'bug("first")')
    review.run()
    review.meddle("reply", "first")
    pushed(review, "good()")
    review.run()
    (discussion,) = review.forge.on_code()
    assert [(note["author"]["id"], "I see." in note["body"]) for note in discussion["notes"]] == [
        (BOT, False),
        (HUMAN, True),
    ]
    assert review.standing() == {"first": "closed"}


def test_what_is_left_of_a_deleted_comment_is_nobodys(gitlab: StartMerge) -> None:
    """A reply may be all that a discussion still has."""
    review = gitlab(BASE)
    pushed(review, 'bug("first")')
    review.run()
    review.meddle("reply", "first")
    review.meddle("delete", "first")
    pushed(review, "good()", 'bug("first")')
    review.run()
    assert review.names() == []
    assert all("bug" not in str(one.body) for one in review.forge.written())


def test_only_what_the_bot_wrote_itself_counts_as_said(gitlab: StartMerge) -> None:
    review = gitlab(BASE)
    pushed(review, 'bug("first")')
    review.run()
    (discussion,), summary = review.forge.on_code(), review.summary()
    copied, position = discussion["notes"][0]["body"], discussion["notes"][0]["position"]
    review.forge.discussions.clear()
    review.forge.begin(copied, HUMAN, position=position)
    review.forge.begin(summary, HUMAN)
    review.run()
    assert [note["author"]["id"] for note in review.forge.threads()] == [HUMAN, BOT]
    assert len(review.forge.summaries()) == 2


def test_a_copy_that_two_runs_at_once_wrote_is_closed(gitlab: StartMerge) -> None:
    review = gitlab(BASE)
    pushed(review, 'bug("first")')
    review.run()
    (note,) = review.forge.threads()
    review.forge.begin(note["body"], BOT, position=note["position"])
    review.run()
    assert [note["resolved"] for note in review.forge.threads()] == [False, True]
    assert review.run().err == "pubcheck: nothing to do\n"


def test_lists_are_read_page_by_page(gitlab: StartMerge) -> None:
    base = {f"f{number}.go": "package a\n" for number in range(8)}
    review = gitlab(base)
    review.push({path: f'package a\n\nvar _ = bug("{path[:2]}")\n' for path in base})
    review.run()
    assert len(review.names()) == 8
    assert {one.query.get("page", "1") for one in review.forge.requests if one.path.endswith("/diffs")} >= {
        "1",
        "2",
        "3",
    }
    assert review.run().err == "pubcheck: nothing to do\n"


def test_a_line_that_the_forge_refuses_goes_to_the_summary(gitlab: StartMerge) -> None:
    """Its diff is another one than the checkout's, say, or folded away as too large."""
    review = gitlab(BASE)
    pushed(review, 'bug("first")', 'bug("second")')

    def trouble(request: Request) -> Answer | None:
        if request.method == "POST" and "second" in str(request.body):
            return Answer(400, {"message": '400 Bad request - Note {:line_code=>["can\'t be blank"]}'})
        return None

    review.forge.troubles.append(trouble)
    review.run()
    assert review.names() == ["first"]
    assert "**Elsewhere, with a part in this change:**" in review.summary()


@pytest.mark.parametrize("status", [0, 502])
def test_an_answer_that_got_lost_is_no_second_comment(gitlab: StartMerge, status: int) -> None:
    review = gitlab(BASE)
    pushed(review, 'bug("first")', 'bug("second")')

    def trouble(request: Request) -> Answer | None:
        if request.method == "POST":
            assert review.forge._write(request).status == 201
            return Answer(status)
        return None

    review.forge.troubles.append(trouble)
    review.run()
    assert review.names() == ["first", "second"]
    assert review.run().err == "pubcheck: nothing to do\n"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(429, {"message": {"error": "This endpoint has been requested too many times."}}, {"Retry-After": "0"}),
        Answer(429, None, {"RateLimit-Remaining": "0", "RateLimit-Reset": "1"}),
        Answer(503, None, {"Retry-After": "0"}),
    ],
)
def test_limits_are_waited_for(gitlab: StartMerge, answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    review = gitlab(BASE)
    pushed(review, 'bug("first")', 'bug("second")')
    review.forge.troubles += [lambda request: answer if request.method == "POST" else None] * 2
    assert ": waiting " in review.run().err
    assert review.names() == ["first", "second"]


@pytest.mark.parametrize("right", ["may_write", "may_resolve"])
def test_without_a_right_it_prints(gitlab: StartMerge, right: str) -> None:
    """A pipeline of a fork has no token of the project that it asks to be merged into."""
    review = gitlab(BASE)
    if right == "may_resolve":
        pushed(review, 'bug("gone")')
        review.run()
    setattr(review.forge, right, False)
    pushed(review, 'bug("first")')
    outcome = review.run()
    assert outcome.code == 0
    assert "a.go:4:2: " in outcome.out
    assert "the token may not write here" in outcome.err
    assert "first" not in review.names()


def test_a_dry_run_prints_and_writes_nothing(gitlab: StartMerge) -> None:
    review = gitlab(BASE)
    pushed(review, 'bug("first")', 'x = bug("second") // fix')
    outcome = review.run("--dry-run")
    assert not review.forge.written()
    assert outcome.out.startswith("would comment on a.go:4:\n    **error** <code>load-then-store</code>: ")
    assert "```suggestion:-0+0" in outcome.out
    review.run()
    assert review.run("--dry-run").out == "nothing to do\n"


def test_the_token_leaves_in_no_comment(gitlab: StartMerge) -> None:
    review = gitlab(BASE)
    pushed(review, f'x := bug("first") // fix {TOKEN}')
    outcome = review.run()
    assert TOKEN not in outcome.out + outcome.err
    assert "***" in review.bodies()[0]
    assert all(TOKEN not in f"{one.path} {one.query} {one.body}" for one in review.forge.requests)


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        ({"body": "x", "position": {}}, "base_sha is missing"),
        ({"body": 1, "position": {}}, "body is invalid"),
        ({"body": " ", "position": {}}, "body is empty"),
        ({"body": "x", "position": {}, "line": 1}, "line is invalid"),
    ],
)
def test_the_fake_is_strict(gitlab: StartMerge, arguments: dict[str, object], wrong: str) -> None:
    forge = gitlab(BASE).forge
    path = "/projects/gopher/cache/merge_requests/3/discussions"
    answer = forge.answer(Request("POST", path, {}, {"authorization": f"Bearer {TOKEN}"}, arguments))
    assert (answer.status, wrong in str(answer.body)) == (400, True)


def test_another_client_asks_the_same(gitlab: StartMerge) -> None:
    """A library that knows GitLab's API does what the bot does: by the same methods, paths and keys."""
    review = gitlab(BASE)
    pushed(review, 'bug("first")')
    review.run()
    pushed(review, "good()")
    review.run()
    pushed(review, 'bug("first")')
    review.run()
    ours = _shapes(review.forge.requests)
    review.forge.requests.clear()
    client = gitlab_library.Gitlab(review.forge.url, oauth_token=TOKEN, api_version="4")
    request = client.projects.get("gopher/cache", lazy=True).mergerequests.get(3)
    client.http_get("/user")
    client.http_list(f"/projects/gopher%2Fcache/merge_requests/{request.iid}/diffs", get_all=True)
    (position,) = (note["position"] for note in review.forge.threads())
    assert len(request.discussions.list(get_all=True)) == len(review.forge.discussions)
    discussion = request.discussions.create({"body": "One.", "position": {**position, **review.forge.refs}})
    discussion.notes.update(discussion.attributes["notes"][0]["id"], {"body": "Another."})
    discussion.resolved = True
    discussion.save()
    note = request.notes.create({"body": "In sum."})
    request.notes.update(note.get_id(), {"body": "All in all."})
    assert _shapes(review.forge.requests) == ours


def _shapes(requests: list[Request]) -> set[tuple[str, str, tuple[str, ...]]]:
    """What was asked, without the numbers of what it was asked of."""
    return {
        (one.method, re.sub(r"/[0-9a-f]{40}|/\d+", "/:id", one.path), tuple(sorted(one.body or ()))) for one in requests
    }
