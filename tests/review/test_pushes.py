"""Many pushes to one pull request, with people about: in the end it says what it should, and says it once."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from fake_github import BOT

if TYPE_CHECKING:
    from tests.review.conftest import Review, Start

PUSHES = 20
NAMES = [f"b{number}" for number in range(8)]
PLAIN = "package a\n\nfunc f() {\n}\n"
BASE = {"a.go": PLAIN, "b.go": PLAIN}


class People:
    """Who push, resolve and delete, and know what the bot should have said."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 a story, no secret
        self.there: list[str] = []
        self.ever: set[str] = set()
        self.dismissed: set[str] = set()
        self.deleted: set[str] = set()
        self._pad = 0

    def push(self, review: Review) -> None:
        """Let some findings appear, come back, move or go."""
        for name in NAMES:
            if name in self.there and self._random.random() < 0.3:
                self.there.remove(name)
            elif name not in self.there and self._random.random() < 0.3:
                self.there.insert(self._random.randint(0, len(self.there)), name)
        self._pad = self._random.randint(0, 5)
        review.push({"a.go": self._text(self.there[::2]), "b.go": self._text(self.there[1::2])})
        self.ever |= {*self.there}

    def meddle(self, review: Review) -> None:
        """Resolve a thread, answer in one, now and then delete one."""
        open_threads = [one for one in review.forge.threads if one["resolved"] is None]
        if not open_threads:
            return
        thread = self._random.choice(open_threads)
        name = next(one for one in NAMES if f"<code>{one}</code> is loaded" in thread["comments"][0]["body"])
        action = self._random.choice(("resolve", "reply", "delete", "nothing", "nothing", "nothing"))
        if action == "resolve":
            review.forge.resolve(thread)
            self.dismissed.add(name)
        elif action == "delete":
            review.forge.delete(thread)
            self.dismissed.add(name)
            self.deleted.add(name)
        elif action == "reply":
            review.forge.reply(thread, "I see.")

    def _text(self, names: list[str]) -> str:
        calls = "".join(f'\tx := bug("{name}") // fix\n' for name in names)
        return (
            f"package a\n{'// more' * bool(self._pad)}\n{'// pad' + chr(10)}"
            + "\n" * self._pad
            + f"func f() {{\n{calls}}}\n"
        )


@pytest.mark.parametrize("seed", range(3))
def test_each_finding_has_one_comment_in_its_right_state(github: Start, seed: int) -> None:
    review = github(BASE)
    people = People(seed)
    for _ in range(PUSHES):
        people.push(review)
        assert review.run().code == 0
        assert sorted(review.names()) == sorted(people.ever - people.deleted), "each has one, whatever happened"
        for thread in review.forge.threads:
            name = next(one for one in NAMES if f"<code>{one}</code> is loaded" in thread["comments"][0]["body"])
            if name in people.dismissed:
                assert thread["resolved"] == "human"
            else:
                assert thread["resolved"] == (None if name in people.there else BOT)
        wanted = len({*people.there} - people.dismissed)
        summary = review.summary()
        assert (f"{wanted} finding" in summary) if wanted else ("No findings in this change" in summary)
        people.meddle(review)
    before = len(review.forge.written())
    review.run()
    review.run()
    assert len(review.forge.written()) - before <= 1, "of what people did last, the summary may tell"
    assert people.dismissed
    assert people.ever == {*NAMES}
