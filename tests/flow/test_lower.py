"""What holds of lowering as a whole: initialisers, broken source, real packages."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from flow_consistency import problems
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pubcheck.flow import dump, ir, lower, lower_initialisers
from pubcheck.model.program import Program
from pubcheck.model.project import Project, Target

Lower = Callable[..., list[ir.Function]]

_SOURCE = b"""package example

import (
	"errors"
	"os"
	"sync"
)

type Store[K comparable] struct {
	sync.RWMutex
	items map[K][]int
	log   *struct{ lines []string }
	stop  chan struct{}
}

var errStopped, limit = errors.New("stopped"), func() int { return 8 }()

func (s *Store[K]) Add(key K, values ...int) (n int, err error) {
	s.Lock()
	defer func() {
		if r := recover(); r != nil {
			err = errStopped
		}
		s.Unlock()
	}()
	for i, v := range values {
		switch {
		case v < 0 && i > 0, v == limit:
			continue
		case v == 1:
			fallthrough
		default:
			s.items[key] = append(s.items[key], v)
			s.log.lines[len(s.items)%2] += "x"
		}
		n++
	}
	return
}

func (s *Store[K]) run(in <-chan K, out chan<- any) {
loop:
	for turn := 0; ; turn++ {
		select {
		case k, ok := <-in:
			if !ok {
				break loop
			}
			go func() { _, _ = s.Add(k, turn, *new(int)) }()
		case out <- &Store[int]{items: map[int][]int{1: {2, 3}}}:
		case <-s.stop:
			os.Exit(1)
		default:
			goto loop
		}
	}
	switch x := any(s).(type) {
	case nil, error:
		out <- x
	case *Store[K]:
		f := x.Lock
		defer f()
		a, b := x.items, x.log.lines
		b[0], b[1] = b[1], b[0]
		for range a {
		}
	}
}
"""


def _names(functions: list[ir.Function]) -> list[str]:
    return [function.name for function in functions]


def test_initialisers_become_a_function_for_each_file(lowered: Lower) -> None:
    functions = lowered(
        """
        var a, b = pair()
        var c int
        var table = map[string]int{"x": a}
        var now = func() int { return b }
        func pair() (int, int)
        """
    )
    assert "".join(dump(each) for each in functions) == textwrap.dedent(
        """\
        func init():
        b0:
          r0, r1 = call example.pair()
          init a = r0
          init b = r1
          r2 = alloc map[string]int
          r3 = load a
          init r2["x"] = r3
          init table = r2
          r4 = closure init.func1
          init now = r4
          return

        func init.func1() (r0):
        b0:
          r1 = load b
          return r1
        """
    )


def test_a_function_without_a_body_is_none(lowered: Lower) -> None:
    assert lowered("func f()") == []


def test_the_whole_language_is_whole(lowered: Lower) -> None:
    functions = lowered(_SOURCE)
    assert _names(functions) == ["(*Store).Add", "(*Store).run", "init"]
    assert not any(function.partial for function in functions)


def test_what_cannot_be_parsed_is_left_out(lowered: Lower) -> None:
    (function,) = lowered(
        """
        func f(n int) int {
            n++
            n = @ 3
            return n
        }
        """
    )
    assert function.partial
    assert "n = n + 1" in dump(function)


@pytest.mark.parametrize(
    "expr",
    ["(" * 3000 + "n" + ")" * 3000, "-" * 3000 + "n", "n" + "+n" * 3000, "n" + "[0]" * 3000, "g(" * 3000 + ")" * 3000],
    ids=["parentheses", "signs", "sum", "indices", "calls"],
)
def test_deep_expressions_are_survived(lowered: Lower, expr: str) -> None:
    (function,) = lowered(f"func f(n int) {{\n n++\n _ = {expr}\n}}")
    assert "n = n + 1" in dump(function)


@pytest.mark.parametrize(
    "body", ["{" * 2000 + "}" * 2000, "if n > 0 {} " + "else if n > 1 {} " * 2000, "func() {" * 1000 + "}()" * 1000]
)
def test_deep_statements_are_survived(lowered: Lower, body: str) -> None:
    (function,) = lowered(f"func f(n int) {{\n n++\n {body}\n}}")
    assert "n = n + 1" in dump(function)


_TOKENS = [
    b" ", b"\n", b"{", b"}", b"(", b")", b"[", b"]", b",", b";", b":=", b"=", b"<-", b"&", b"*", b"x", b"s", b".",
    b"for ", b"range ", b"go ", b"defer ", b"func() ", b"case ", b"switch ", b"select ", b"break\n",
    b"...", b"goto loop\n",
    b"return ", b"if ", b"else ", b"var ", b"1", b'"', b"'", b"`", b"/*", b"//", b"\xff", b"\x00", b"\xc3\xa9",
]  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    edits=st.lists(
        st.tuples(st.integers(0, len(_SOURCE)), st.integers(0, 12), st.sampled_from(_TOKENS)), min_size=1, max_size=6
    )
)
def test_no_edit_makes_it_raise(lowered: Lower, edits: list[tuple[int, int, bytes]]) -> None:
    data = _SOURCE
    for at, cut, token in edits:
        data = data[:at] + token + data[at + cut :]
    for function in lowered(data, valid=False):
        dump(function)


@pytest.mark.go
@pytest.mark.parametrize("package", ["sync", "net/http", "go/types"])
def test_the_standard_library_is_lowered_whole(goroot: Path, package: str) -> None:
    project = Project.load([package], cwd=goroot / "src", target=Target(tests=False), goroot=goroot)
    program = Program(project)
    count = 0
    wrong: list[str] = []
    for source in project.packages:
        made = program.package(source)
        sizes = {file.source.path: len(file.source.data) for file in made.files}
        functions = [function for func in made.functions if (function := lower(func, made)) is not None]
        for function in [*functions, *lower_initialisers(made)]:
            count += 1
            wrong += problems(function, sizes[function.path])
            wrong += [f"{function.name} is partial"] * function.partial
    assert wrong == []
    assert count > 50
