"""Query rules through the engine's door: a project's own rule, a Go file, what is found and how it is mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rule_document import rule_document

from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

    from pubcheck.diagnostic import Diagnostic, Fix

_CALL = "((call_expression function: (_) @function arguments: (argument_list . (_)? @argument)) @report %s)"


class Bench:
    """A module with one Go file and one rule."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "go.mod").write_text("module example.test\n\ngo 1.27\n")
        (root / ".pubcheck" / "rules").mkdir(parents=True)

    def rule(self, query: str, message: str = "`{function}`", fix: str = "") -> None:
        (self.root / ".pubcheck" / "rules" / "mine.md").write_text(rule_document(query, message, fix))

    def check(self, code: str) -> tuple[Diagnostic, ...]:
        (self.root / "a.go").write_text(code)
        return check(["./..."], Config(select=("mine",)), cwd=self.root).diagnostics

    def lines(self, code: str) -> list[int]:
        starts = [diagnostic.span.start for diagnostic in self.check(code)]
        return [1 + code.encode()[:start].count(b"\n") for start in starts]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path.resolve())


_GO = """\
package p

import (
	"sync"
	"unknown.test/absent"
)

type owner struct {
	mu  sync.Mutex
	ptr *sync.Mutex
	arr [2]sync.Mutex
}

func use(any) {}

"""


def _body(code: str) -> str:
    return _GO + "func f(o, q *owner, i, j int) {\n" + code + "}\n"


_FIRST = _body("").count("\n")


def test_a_type_is_seen_through_a_pointer(bench: Bench) -> None:
    bench.rule(_CALL % '(#type? @argument "sync.Mutex")')
    assert bench.lines(_body("use(&o.mu)\nuse(o.ptr)\nuse(o)\nuse(absent.Thing)\n")) == [_FIRST, _FIRST + 1]


def test_what_is_unknown_is_not_something_else(bench: Bench) -> None:
    bench.rule(_CALL % '(#eq? @function "use") (#not-type? @argument "sync.Mutex")')
    assert bench.lines(_body("use(o.ptr)\nuse(o)\nuse(absent.Thing)\n")) == [_FIRST + 1]


def test_a_callee_goes_by_its_full_name(bench: Bench) -> None:
    bench.rule(_CALL % '(#callee? @report "(*sync.Mutex).Lock")')
    code = "o.mu.Lock()\no.ptr.Unlock()\nlock := func() {}\nlock()\nabsent.Lock()\no.arr[0].Lock()\n"
    assert bench.lines(_body(code)) == [_FIRST, _FIRST + 5]


_PAIR = """\
(statement_list
  (expression_statement (call_expression arguments: (argument_list . (_) @a . (_) @b)) @report)
  (#same-path? @a @b))
"""


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("o.mu", "o.mu", True),
        ("(o).mu", "(*o).mu", True),
        ("o.arr[0]", "o.arr[0]", True),
        ("o.arr[i]", "o.arr[i]", True),
        ("o.arr[i]", "o.arr[j]", False),
        ("o.arr[0]", "o.arr[1]", False),
        ("o.mu", "q.mu", False),
        ("o.mu", "o.ptr", False),
        ("get().mu", "get().mu", False),
        ("sync.OnceFunc", "sync.OnceFunc", True),
    ],
)
def test_a_path_is_a_variable_and_steps(bench: Bench, one: str, other: str, same: bool) -> None:
    bench.rule(_PAIR, "`{a}` and `{b}`")
    code = "func get() *owner { return nil }\nfunc two(a, b any) {}\n"
    assert len(bench.check(_body(f"two({one}, {other})\n") + code)) == same


def test_a_shadowed_name_is_another_variable(bench: Bench) -> None:
    bench.rule(
        "(block (statement_list (expression_statement (call_expression arguments: (argument_list . (_) @a))) @report"
        " (block (statement_list (expression_statement (call_expression arguments: (argument_list . (_) @b))))))"
        " (#same-path? @a @b))",
        "`{a}`",
    )
    assert bench.lines(_body("use(o)\n{\nuse(o)\n}\n")) == [_FIRST]
    assert bench.lines(_body("use(o)\n{\no := 1\nuse(o)\n}\n")) == []


def test_a_captured_variable_is_declared_outside(bench: Bench) -> None:
    bench.rule(_CALL % '(#eq? @function "use") (#captured? @argument)')
    code = "use(o)\nfunc(p int) {\nuse(o)\nuse(p)\nuse(all)\nx := 1\nuse(x)\n}(1)\n"
    assert bench.lines(_body(code) + "var all int\n") == [_FIRST + 2, _FIRST + 4]


def test_a_goroutine_that_is_seen_started(bench: Bench) -> None:
    bench.rule(_CALL % '(#eq? @function "use") (#in-goroutine?  @report)')
    code = "var wg sync.WaitGroup\nuse(1)\ngo func() {\nuse(2)\n}()\nwg.Go(func() { use(3) })\nfunc() { use(4) }()\n"
    assert bench.lines(_body(code)) == [_FIRST + 3, _FIRST + 5]


def test_a_loop_ends_at_a_function(bench: Bench) -> None:
    bench.rule(_CALL % '(#eq? @function "use") (#in-loop? @report)')
    code = "use(0)\nfor range 3 {\nuse(1)\n_ = func() { use(2) }\n}\n_ = func() {\nfor {\nuse(3)\n}\n}\n"
    assert bench.lines(_body(code)) == [_FIRST + 2, _FIRST + 7]


def test_a_lock_that_is_held(bench: Bench) -> None:
    bench.rule(_CALL % '(#eq? @function "use") (#under-lock? @report)')
    assert bench.lines(_body("use(1)\no.mu.Lock()\nuse(2)\no.mu.Unlock()\nuse(3)\n")) == [_FIRST + 2]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("use(1)\n", 1),
        ("// fine\nuse(1)\n", 0),
        ("use(1) // fine\n", 0),
        ("use(1) // other\n", 1),
        ("// fine\n\nuse(1)\n", 1),
        ("use(1)\n// fine\n", 1),
    ],
)
def test_a_comment_that_says_it(bench: Bench, code: str, found: int) -> None:
    bench.rule(_CALL % '(#eq? @function "use") (#not-commented? @report "fine")')
    assert len(bench.check(_body(code))) == found


def test_code_outside_of_functions_is_unknown(bench: Bench) -> None:
    bench.rule(_CALL % '(#callee? @report "example.test.use")')
    assert bench.lines(_GO + "var x = func() int {\nuse(1)\nreturn 1\n}()\n") == []


def _mended(code: str, fix: Fix) -> str:
    data = code.encode()
    for edit in sorted(fix.edits, key=lambda edit: edit.span, reverse=True):
        data = data[: edit.span.start] + edit.text.encode() + data[edit.span.end :]
    return data.decode()


_MOVE = """\
(block (statement_list
  (for_statement
    body: (block (statement_list (expression_statement (call_expression function: (_) @function)) @report))) @loop)
  (#eq? @function "use"))
"""


def test_a_fix_replaces(bench: Bench) -> None:
    bench.rule(
        _CALL % '(#eq? @function "use")', fix="## Fix\nMend it.\n```go safe replace=function\nnot_{function}\n```\n"
    )
    code = _body("\tuse(1)\n")
    (found,) = bench.check(code)
    (fix,) = found.fixes
    assert (fix.title, fix.safe) == ("Mend it", True)
    assert _mended(code, fix) == _body("\tnot_use(1)\n")


def test_a_fix_moves_a_statement_to_a_line_before(bench: Bench) -> None:
    move = "## Fix\nMove it.\n```go unsafe before=loop\n{report}\n```\n```go unsafe delete=report\n```\n"
    bench.rule(_MOVE, fix=move)
    code = _body("\tfor range i {\n\t\tuse(1)\n\t\tother()\n\t}\n")
    (found,) = bench.check(code)
    (fix,) = found.fixes
    assert not fix.safe
    assert _mended(code, fix) == _body("\tuse(1)\n\tfor range i {\n\t\tother()\n\t}\n")


def test_a_fix_moves_within_a_line(bench: Bench) -> None:
    move = "## Fix\nMove it.\n```go unsafe before=loop\n{report}\n```\n```go unsafe delete=report\n```\n"
    bench.rule(_MOVE, fix=move)
    code = _body("\tif i == 0 { for range i { use(1); other() } }\n")
    (found,) = bench.check(code)
    assert _mended(code, found.fixes[0]) == _body("\tif i == 0 { use(1); for range i { other() } }\n")
