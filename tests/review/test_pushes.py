"""Many pushes to one pull request, with people about: in the end it says what it should, and says it once."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.review.conftest import Bot

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
        self.answered: set[str] = set()
        self._pad = 0

    def push(self, review: Bot) -> None:
        """Let some findings appear, come back, move or go."""
        for name in NAMES:
            if name in self.there and self._random.random() < 0.3:
                self.there.remove(name)
            elif name not in self.there and self._random.random() < 0.3:
                self.there.insert(self._random.randint(0, len(self.there)), name)
        self._pad = self._random.randint(0, 5)
        review.push({"a.go": self._text(self.there[::2]), "b.go": self._text(self.there[1::2])})
        self.ever |= {*self.there}

    def meddle(self, review: Bot) -> None:
        """Resolve a thread, answer in one, now and then delete one."""
        standing = [name for name, state in review.standing().items() if state == "open"]
        if not standing:
            return
        name = self._random.choice(standing)
        action = self._random.choice(("resolve", "reply", "delete", "nothing", "nothing", "nothing"))
        if action == "reply" and name not in self.answered:
            review.meddle("reply", name)
            self.answered.add(name)
        elif action in {"resolve", "delete"} and name not in self.answered:
            review.meddle(action, name)
            self.dismissed.add(name)
            if action == "delete":
                self.deleted.add(name)

    def _text(self, names: list[str]) -> str:
        calls = "".join(f'\tx := bug("{name}") // fix\n' for name in names)
        return (
            f"package a\n{'// more' * bool(self._pad)}\n{'// pad' + chr(10)}"
            + "\n" * self._pad
            + f"func f() {{\n{calls}}}\n"
        )


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("forge", ["github", "gitlab"])
def test_each_finding_has_one_comment_in_its_right_state(request: pytest.FixtureRequest, forge: str, seed: int) -> None:
    review: Bot = request.getfixturevalue(forge)(BASE)
    people = People(seed)
    for _ in range(PUSHES):
        people.push(review)
        assert review.run().code == 0
        standing = review.standing()
        assert len(standing) == len(review.names())
        assert {*standing} == people.ever - people.deleted, "each has one, whatever happened"
        for name, state in standing.items():
            assert state == ("dismissed" if name in people.dismissed else "open" if name in people.there else "closed")
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
