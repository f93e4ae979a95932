"""What all tasks of a run have in common."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pubcheck.diagnostic import Severity
    from pubcheck.engine.analyst import Analyst
    from pubcheck.engine.frontend import Frontend
    from pubcheck.rules.registry import Rule


class Plan:
    """Which project to work on, with which rules: whoever has it can do each task of the run.

    A plan that is sent elsewhere is only that; the project is loaded there when somebody asks.
    """

    def __init__(self, load: Callable[[], Frontend], rules: Sequence[Rule], severity: Mapping[str, Severity]) -> None:
        """Work on what ``load`` gives, with ``rules``; ``severity`` says where theirs isn't to be used."""
        self._load = load
        self._rules = rules
        self._severity = severity

    @cached_property
    def frontend(self) -> Frontend:
        """The project's packages."""
        return self._load()

    @cached_property
    def analyst(self) -> Analyst:
        """Who does the tasks."""
        from pubcheck.engine.analyst import Analyst  # noqa: PLC0415 where all is known nothing is analysed

        return Analyst(self.frontend, self._rules, self._severity)

    def prepare(self) -> None:
        """Have all at hand that the first task would fetch, so that what is forked from here on has it."""
        self.frontend.learn({})
        for rule in self._rules:
            rule.prepare()

    def __reduce__(self) -> tuple[object, ...]:
        return Plan, (self._load, self._rules, self._severity)
