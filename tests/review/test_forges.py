"""What the bot does on every forge, whatever that calls its comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from webserver import Answer

if TYPE_CHECKING:
    from tests.review.conftest import Bot, StartAny

FAR = "".join(f"// line {number}\n" for number in range(20))
BASE = {"a.go": f"package a\n\nfunc f() {{\n\tgood()\n}}\n{FAR}", "old.go": 'package a\n\nvar _ = bug("old")\n'}


def pushed(review: Bot, *lines: str) -> None:
    body = "".join(f"\t{line}\n" for line in lines)
    review.push({**BASE, "a.go": BASE["a.go"].replace("\tgood()\n", body)})


def test_what_has_nothing_to_do_with_the_change_is_counted_only(either: StartAny) -> None:
    review = either(BASE)
    pushed(review, 'bug("first")')
    review.run()
    assert review.names() == ["first"]
    assert "1 finding on lines of this change, as of" in review.summary()
    assert "1 finding more in the report, in code that isn't part" in review.summary()


def test_an_old_place_that_the_change_makes_wrong_is_in_the_summary(either: StartAny) -> None:
    base = {**BASE, "old.go": 'package a\n\nvar _ = bug("old") // see first\n'}
    review = either(base)
    review.push({**base, "a.go": BASE["a.go"].replace("good()", 'bug("first")')})
    review.run()
    assert review.names() == ["first"]
    assert "**Elsewhere, with a part in this change:**" in review.summary()
    assert "old.go&#58;3" in review.summary()


def test_an_outdated_comment_keeps_its_finding_and_loses_its_suggestion(either: StartAny) -> None:
    """Its place is told in terms of a diff that is no more, even where that line has a like number by now."""
    review = either(BASE)
    pushed(review, 'x = bug("first") // fix')
    review.run()
    pushed(review, 'y := bug("first") // fix')
    assert review.run().err == "pubcheck: rewritten 1, summed up 1\n"
    assert review.names() == ["first"]
    assert "suggestion" not in review.bodies()[0]
    assert "<code>pubcheck --fix</code> mends it" in review.bodies()[0]
    assert review.run().err == "pubcheck: nothing to do\n"


@pytest.mark.parametrize("action", ["resolve", "delete"])
def test_what_a_person_resolved_or_deleted_stays_so(either: StartAny, action: str) -> None:
    review = either(BASE)
    pushed(review, 'bug("first")')
    review.run()
    review.meddle(action, "first")
    wanted = {"first": "dismissed"} if action == "resolve" else {}
    for lines in (['bug("first")'], ["good()"], ["good()", 'bug("first")']):
        pushed(review, *lines)
        review.run()
        assert review.standing() == wanted
    assert "1 finding that people resolved: nothing more is said of those." in review.summary()


def test_comments_have_a_cap_and_the_rest_is_told(either: StartAny) -> None:
    review = either(BASE)
    lines = [f'bug("b{number}")' for number in range(9)]
    pushed(review, *lines)
    review.run("--max-comments", "4")
    assert review.names() == ["b0", "b1", "b2", "b3"]
    assert "5 findings more in the report than there are comments for" in review.summary()
    assert review.run("--max-comments", "4").err == "pubcheck: nothing to do\n"
    pushed(review, *lines[2:])
    review.run("--max-comments", "4")
    assert review.names() == ["b0", "b1", "b2", "b3", "b4", "b5"]


def test_an_error_quotes_no_token(either: StartAny) -> None:
    review = either(BASE)
    pushed(review, 'bug("first")')
    review.forge.troubles.append(lambda _: Answer(418, {"message": f"I am {review.token}"}))
    outcome = review.run()
    assert outcome.code == 3
    assert "418" in outcome.err
    assert "***" in outcome.err
    assert review.token not in outcome.err
