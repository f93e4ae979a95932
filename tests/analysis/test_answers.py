"""What is kept while a package is edited must be what would be found anew."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import TYPE_CHECKING

import pytest

import pubcheck.analysis
import pubcheck.rules
from pubcheck.analysis.answers import Answers, finds_more
from pubcheck.source import READERS, Marks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType


def _modules() -> Iterator[ModuleType]:
    for package in (pubcheck.analysis, pubcheck.rules):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(info.name)


def test_no_cache_of_facts_goes_past_the_answers() -> None:
    """``functools`` has no idea of edits: what is found of facts is kept by ``once_for_facts`` and its like."""
    wrong = [
        f"{module.__name__}.{name}"
        for module in _modules()
        for name, each in vars(module).items()
        if hasattr(each, "cache_info")
        and any("Facts" in str(parameter.annotation) for parameter in inspect.signature(each).parameters.values())
    ]
    assert wrong == []


class Cell:
    """Something that changes."""

    def __init__(self, value: int) -> None:
        self.value = value
        self.marks = Marks()

    def read(self) -> int:
        self.marks.note("value")
        return self.value

    def write(self, value: int, answers: Answers) -> None:
        self.value = value
        answers.forget(self.marks.changed("value"))


@finds_more
class Doubles:
    """Keeps what it finds."""

    def __init__(self, cells: list[Cell]) -> None:
        self._cells = cells
        self._known: dict[int, int] = {}

    def double(self, index: int) -> int:
        if index not in self._known:
            self._known[index] = 2 * self._cells[index].read()
        return self._known[index]

    def all(self) -> Iterator[int]:
        yield from map(self.double, range(len(self._cells)))

    @property
    def first(self) -> int:
        return self.double(0)


def test_who_has_read_what_changes_knows_nothing_any_more_nor_do_those_who_asked_them() -> None:
    answers = Answers()
    cells = [Cell(1), Cell(2), Cell(3)]
    found: list[str] = []

    def ask(name: str) -> int:
        def find() -> int:
            found.append(name)
            match name:
                case "a":
                    return cells[0].read()
                case "b":
                    return cells[1].read()
                case _:
                    return ask("a") + cells[2].read()

        return answers.ask(name, find)

    assert [ask("a"), ask("b"), ask("sum")] == [1, 2, 4]
    cells[0].write(5, answers)
    assert [ask("b"), ask("sum"), ask("a")] == [2, 8, 5]
    assert sorted(found) == ["a", "a", "b", "sum", "sum"]
    cells[2].write(1, answers)
    assert [ask("a"), ask("b"), ask("sum")] == [5, 2, 6]
    assert found[5:] == ["sum"]


def test_what_comes_out_the_same_is_no_reason_to_ask_again() -> None:
    answers, cell = Answers(), Cell(1)
    found: list[str] = []

    def parity() -> int:
        found.append("parity")
        return cell.read() % 2

    def sentence() -> str:
        found.append("sentence")
        return ("even", "odd")[answers.ask("parity", parity)]

    def ask() -> str:
        return answers.ask("sentence", sentence)

    assert ask() == "odd"
    cell.write(3, answers)
    assert (ask(), found) == ("odd", ["sentence", "parity", "parity"])
    cell.write(5, answers)
    cell.write(4, answers)
    assert (ask(), found[3:]) == ("even", ["parity", "sentence"])


def test_what_others_have_found_out_meanwhile_counts() -> None:
    answers, cell = Answers(), Cell(1)

    def ask() -> int:
        return answers.ask("more", lambda: answers.ask("read", cell.read) + 1)

    assert ask() == 2
    cell.write(2, answers)
    assert answers.ask("read", cell.read) == 2
    assert ask() == 3


def test_what_is_not_asked_any_more_is_no_reason_to_ask_again() -> None:
    answers, way, cell = Answers(), Cell(1), Cell(7)
    found: list[int] = []

    def find() -> int:
        found.append(1)
        return answers.ask("cell", cell.read) if answers.ask("way", way.read) else 0

    assert answers.ask("find", find) == 7
    way.write(0, answers)
    assert answers.ask("find", find) == 0
    cell.write(8, answers)
    assert answers.ask("find", find) == 0
    assert len(found) == 2
    way.write(1, answers)
    assert answers.ask("find", find) == 8


@pytest.mark.parametrize("how", ["method", "iterator", "property"])
def test_what_an_answer_finds_later_is_read_for_itself(how: str) -> None:
    answers = Answers()
    cells = [Cell(1), Cell(2)]

    def doubles() -> Doubles:
        return answers.ask("doubles", lambda: Doubles(cells))

    def first(name: str) -> int:
        def find() -> int:
            match how:
                case "method":
                    return doubles().double(0)
                case "iterator":
                    return next(iter(doubles().all()))
                case _:
                    return doubles().first

        return answers.ask(name, find)

    assert [first("one"), first("two")] == [2, 2]
    cells[0].write(4, answers)
    assert [first("two"), first("one")] == [8, 8]


def test_an_answer_that_was_broken_off_is_found_anew() -> None:
    answers, cell = Answers(), Cell(1)

    def stop() -> int:
        cell.read()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        answers.ask("a", stop)
    assert READERS.who is None
    assert answers.ask("a", cell.read) == 1
    cell.write(2, answers)
    assert answers.ask("a", cell.read) == 2
