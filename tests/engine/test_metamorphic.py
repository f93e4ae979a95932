"""What says the same is judged the same: findings don't hang on names, order, files or blank lines."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from everything import everything
from rewriting import MOVING, REWRITINGS
from rulecases import Case, data_cases, undetected

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_CASES = {case.id: case for case in data_cases() if case.rule not in undetected()}
_RULES = sorted({case.rule for case in _CASES.values() if case.rule})

_Found = Counter[tuple[str, str]]


def _files(case: Case) -> dict[str, str]:
    return {file.name: file.text for file in case.files}


def _check(packages: Mapping[str, Mapping[str, str]]) -> dict[str, _Found]:
    """For each package the rules and lines of code, without comments, of what is found in it."""
    found: dict[str, _Found] = {name: Counter() for name in packages}
    with TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        for diagnostic in everything(root, packages):
            package, _, name = (root / diagnostic.span.path).relative_to(root).as_posix().partition("/")
            data = packages[package][name].encode()
            start = data.rfind(b"\n", 0, diagnostic.span.start) + 1
            line = data[start:].split(b"\n", 1)[0].decode()
            found[package][diagnostic.rule, re.sub(r"\s*//.*", "", line).strip()] += 1
    return found


@cache
def _as_written() -> dict[str, _Found]:
    return _check({name: _files(case) for name, case in _CASES.items()})


@cache
def _rewritten(rewriting: str) -> tuple[dict[str, _Found], dict[str, Callable[[str], str]]]:
    made = {name: REWRITINGS[rewriting](_files(case)) for name, case in _CASES.items()}
    return _check({name: files for name, (files, _) in made.items()}), {name: way for name, (_, way) in made.items()}


def test_there_is_something_to_find() -> None:
    found = {rule for findings in _as_written().values() for rule, _ in findings}
    assert len(found & set(_RULES)) > len(_RULES) * 0.9


@pytest.mark.parametrize("rewriting", REWRITINGS)
@pytest.mark.parametrize("rule", _RULES)
def test_what_means_the_same_is_judged_the_same(rule: str, rewriting: str) -> None:
    after, ways = _rewritten(rewriting)
    for name, case in _CASES.items():
        if case.rule == rule:
            expected: _Found = Counter()
            for (found, line), count in _as_written()[name].items():
                expected[found, ways[name](line)] += count
            if rewriting in MOVING:
                assert _by_rule(after[name]) == _by_rule(expected), name
            else:
                assert after[name] == expected, name


def _by_rule(found: _Found) -> Counter[str]:
    rules: Counter[str] = Counter()
    for (rule, _), count in found.items():
        rules[rule] += count
    return rules


_COUNTER = """package m

import "sync"

type T struct {{
	mu, other sync.Mutex
	wg        sync.WaitGroup
}}

func (t *T) Count() int {{
	n := 0
	t.wg.Add(1)
	go func() {{
		defer t.wg.Done()
		{there}
	}}()
	{here}
	t.wg.Wait()
	return n
}}
"""


def _rules(text: str) -> set[str]:
    return {rule for rule, _ in _check({"m": {"m.go": text}})["m"]}


def _counter(there: str, here: str) -> set[str]:
    def under(lock: str) -> str:
        return f"t.{lock}.Lock(); n++; t.{lock}.Unlock()" if lock else "n++"

    return _rules(_COUNTER.format(there=under(there), here=under(here)))


def test_one_lock_around_both_accesses_removes_a_race() -> None:
    assert "captured-variable-race" in _counter("", "")
    assert "captured-variable-race" not in _counter("mu", "mu")


@pytest.mark.parametrize(("there", "here"), [("mu", ""), ("", "mu"), ("mu", "other")])
def test_a_lock_on_one_side_or_two_locks_do_not(there: str, here: str) -> None:
    assert "captured-variable-race" in _counter(there, here)


_HEAD = """package m

import (
	"net/http"
	"sync"
	"sync/atomic"
)

type T struct {
	mu    sync.Mutex
	state map[string]int
	count int64
	total atomic.Int64
	conf  atomic.Pointer[C]
}

type C struct{ x int }

func (t *T) Size() int { t.mu.Lock(); defer t.mu.Unlock(); return len(t.state) }

func (t *T) Add() { atomic.AddInt64(&t.count, 1); t.total.Add(1) }

"""
_EXTRACTED = {
    "io-under-lock": (
        'func (t *T) Do() { t.mu.Lock(); defer t.mu.Unlock(); http.Get("a"); t.state["a"]++ }',
        (
            'func (t *T) Do() { t.mu.Lock(); defer t.mu.Unlock(); t.work(); t.state["a"]++ }\n\n'
            'func (t *T) work() { http.Get("a") }'
        ),
    ),
    "mixed-atomic-access": (
        "func (t *T) Get() int64 { return t.count }",
        "func (t *T) Get() int64 { return t.get() }\n\nfunc (t *T) get() int64 { return t.count }",
    ),
    "load-then-store": (
        "func (t *T) Report() int64 { n := t.total.Load(); t.total.Store(0); return n }",
        (
            "func (t *T) Report() int64 { n := t.total.Load(); t.reset(); return n }\n\n"
            "func (t *T) reset() { t.total.Store(0) }"
        ),
    ),
    "mutation-after-publish": (
        "func (t *T) Set() { c := &C{}; t.conf.Store(c); c.x = 1 }",
        "func (t *T) Set() { c := &C{}; t.publish(c); c.x = 1 }\n\nfunc (t *T) publish(c *C) { t.conf.Store(c) }",
    ),
    "mutation-of-snapshot": (
        "func (t *T) Set() { t.conf.Load().x = 1 }",
        "func (t *T) Set() { change(t.conf.Load()) }\n\nfunc change(c *C) { c.x = 1 }",
    ),
    "double-lock": (
        "func (t *T) Do() { t.mu.Lock(); t.mu.Lock(); t.mu.Unlock(); t.mu.Unlock() }",
        (
            "func (t *T) Do() { t.mu.Lock(); t.work(); t.mu.Unlock() }\n\n"
            "func (t *T) work() { t.mu.Lock(); t.mu.Unlock() }"
        ),
    ),
}


@pytest.mark.parametrize(("rule", "forms"), _EXTRACTED.items(), ids=_EXTRACTED)
def test_a_helper_hides_nothing(rule: str, forms: tuple[str, str]) -> None:
    for text in forms:
        assert rule in _rules(_HEAD + text + "\n"), text
