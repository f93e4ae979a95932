"""A finding keeps its name however its file is edited, as long as the finding itself stays."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from everything import everything
from rulecases import MODULE, data_cases, undetected
from scrambling import scrambled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pubcheck.diagnostic import Diagnostic

_PACKAGES = {
    case.id: {file.name: file.text for file in case.files} for case in data_cases() if case.rule not in undetected()
}


def _found(packages: Mapping[str, Mapping[str, str]]) -> dict[str, list[Diagnostic]]:
    found: dict[str, list[Diagnostic]] = {f"{MODULE}/{name}": [] for name in packages}
    with TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        for one in everything(root, packages):
            found.setdefault(one.package, []).append(one)
    return found


def _named(found: list[Diagnostic]) -> Counter[tuple[str, str]]:
    return Counter((one.rule, one.fingerprint) for one in found)


@cache
def _as_written() -> dict[str, list[Diagnostic]]:
    return _found(_PACKAGES)


def test_each_finding_has_a_name_of_its_own() -> None:
    names = Counter(one.fingerprint for found in _as_written().values() for one in found)
    assert len(names) > 500
    assert set(names.values()) == {1}


@pytest.mark.parametrize("seed", range(3))
def test_random_edits_of_every_package_leave_the_names_as_they_were(seed: int) -> None:
    edited = {name: scrambled(files, Random(f"{seed} {name}")) for name, files in _PACKAGES.items()}  # noqa: S311
    assert sum(edited[name] != files for name, files in _PACKAGES.items()) > len(_PACKAGES) * 0.9
    for package, found in _found(edited).items():
        assert _named(found) == _named(_as_written()[package]), package


_LITERAL = """package m

import "sync"

var mu sync.Mutex

func Run(ready bool) {
	go func() {
		mu.Lock()
		if ready {
			return
		}
		mu.Unlock()
	}()
}
"""


def test_a_function_literal_before_it_does_not_rename_it() -> None:
    (before,) = _found({"m": {"m.go": _LITERAL}})[f"{MODULE}/m"]
    pushed = _LITERAL.replace("\tgo func", "\tfunc() { println() }()\n\tgo func")
    (after,) = _found({"m": {"m.go": pushed}})[f"{MODULE}/m"]
    assert (before.symbol, after.symbol) == ("Run.func1", "Run.func2")
    assert after.fingerprint == before.fingerprint


def test_faults_of_comments_are_named_by_their_package() -> None:
    fault = "package m\n\nfunc f() {} //pubcheck:ignore load-then-store\n"
    alone = _found({"m": {"m.go": fault}})[f"{MODULE}/m"]
    beside = _found({"a": {"a.go": fault}, "m": {"m.go": fault}})[f"{MODULE}/m"]
    assert {one.rule for one in alone} == {"bad-suppression", "unused-suppression"}
    assert _named(alone) == _named(beside)
