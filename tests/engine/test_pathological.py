"""Go that nobody writes, but that generators, accidents and attackers do: much of one thing, and strange folders.

Every shape is of a size at which work that grows with its square would take minutes.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from pubcheck.diagnostic import Confidence
from pubcheck.engine import Config, Report, check
from pubcheck.rules.registry import load

if TYPE_CHECKING:
    from pathlib import Path

EVERYTHING = Config(select=("all",), min_confidence=Confidence.LOW)
RULES = load(())
SECONDS = 20
"""Of processor time for one shape; those below take up to three."""

DEEP, MANY = 100_000, 1_500


def _body(text: str, imports: str = "") -> str:
    return f"package m\n\n{imports}\nfunc f(x bool, y int) {{\n{text}\n}}\n"


def _locked(text: str) -> str:
    return 'package m\n\nimport "sync"\n\ntype T struct {\n\tmu sync.Mutex\n\tn int\n}\n\n' + text


DEEPLY = {
    "a long line": _body("y = " + "+".join(["y"] * 10 * DEEP)),
    "a long string": f'package m\n\nvar s = "{"a" * 10_000_000}"\n',
    "a long comment": "package m\n\n// " + "mu must be held " * DEEP + "\nfunc f() {}\n",
    "many comments": "package m\n\n" + "// mu must be held\n" * DEEP + "func f() {}\n",
    "many suppressions": "package m\n\n" + "//pubcheck:ignore io-under-lock why\n" * 20_000 + "func f() {}\n",
    "parentheses": _body("y = " + "(" * DEEP + "y" + ")" * DEEP),
    "open parentheses": _body("y = " + "(" * DEEP),
    "blocks": _body("{" * DEEP + "}" * DEEP),
    "open blocks": _body("{" * DEEP),
    "ifs": _body("if x {\n" * DEEP + "}\n" * DEEP),
    "else-ifs": _body("if x {\n} " + "else if x {\n} " * DEEP),
    "loops": _body("for x {\n" * DEEP + "}\n" * DEEP),
    "literals": "package m\n\ntype T struct{ a *T }\n\nvar x = " + "&T{" * DEEP + "}" * DEEP + "\n",
    "type arguments": "package m\n\ntype T[A any] struct{}\n\nvar x " + "T[" * DEEP + "int" + "]" * DEEP + "\n",
    "pointers": "package m\n\nvar x " + "*" * DEEP + "int\n",
    "arrays": "package m\n\ntype T " + "[2]" * DEEP + "int64\n",
    "channels": "package m\n\nvar x " + "chan " * DEEP + "int\n",
    "closures": _body("go func() {\n" * DEEP + "}()\n" * DEEP),
    "calls": _body("y = " + "g(" * DEEP + "y" + ")" * DEEP),
    "selectors": _body("y = y" + ".a" * DEEP),
    "operators": _body("x = " + "x && " * DEEP + "x"),
    "nothing but zeros": "package m\n" + "\0" * DEEP,
}

MANY_OF = {
    "functions": _locked("".join(f"func (t *T) f{i}() {{ t.mu.Lock(); t.n++; t.mu.Unlock() }}\n" for i in range(MANY))),
    "functions that call each other": _locked(
        "".join(
            f"func (t *T) f{i}() {{ t.mu.Lock(); t.n++; t.f{i * 7919 % MANY}(); t.mu.Unlock() }}\n" for i in range(MANY)
        )
    ),
    "goroutines": _body(
        "var mu sync.Mutex\nn := 0\n" + "go func() { mu.Lock(); n++; mu.Unlock() }()\n" * MANY, 'import "sync"\n'
    ),
    "goroutines on one variable": _body("n := 0\n" + "go func() { n++ }()\n" * MANY),
    "goroutines with variables": _body("".join(f"n{i} := 0\ngo func() {{ n{i}++ }}()\n" for i in range(MANY))),
    "groups": _body(
        "var wg sync.WaitGroup\n" + "wg.Add(1)\ngo func() { defer wg.Done() }()\n" * MANY + "wg.Wait()\n",
        'import "sync"\n',
    ),
    "channels": _body("".join(f"c{i} := make(chan int)\ngo func() {{ c{i} <- 1 }}()\n<-c{i}\n" for i in range(MANY))),
    "branches": _locked(
        "func (t *T) f(x []bool) {\n"
        + "".join(f"if x[{i}] {{ t.mu.Lock() }}\nt.n = {i}\nif x[{i}] {{ t.mu.Unlock() }}\n" for i in range(2000))
        + "}\n"
    ),
    "branches with variables": _body(
        "".join(f"var v{i} *int\nif x {{ v{i} = new(int) }}\ngo func() {{ *v{i} = 1 }}()\n" for i in range(1000))
    ),
    "defers": _locked("func (t *T) f() {\n" + "t.mu.Lock()\ndefer t.mu.Unlock()\n" * MANY + "}\n"),
    "cases": _body("switch y {\n" + "".join(f"case {i}:\n\ty++\n" for i in range(MANY)) + "}"),
    "communications": _body("var c chan int\nselect {\n" + "case <-c:\n\ty++\n" * MANY + "}"),
    "labels": _body("".join(f"L{i}:\n\tif x {{\n\t\tgoto L{i * 7919 % 1000}\n\t}}\n" for i in range(1000))),
    "fields": 'package m\n\nimport "sync/atomic"\n\ntype T struct {\n'
    + "".join(f"\ta{i} int64\n" for i in range(MANY))
    + f"}}\n\nfunc f(t *T) {{ atomic.AddInt64(&t.a{MANY - 1}, 1); u := *t; _ = u }}\n",
    "guarded fields": "package m\n\ntype T struct {\n\tmu int\n"
    + "".join(f"\ta{i} int // guarded by mu\n" for i in range(MANY))
    + "}\n",
    "variables": "package m\n\n"
    + "".join(f"var g{i} int\n" for i in range(MANY))
    + "func f() {\n"
    + "".join(f"\tgo func() {{ g{i}++ }}()\n" for i in range(MANY))
    + "}\n",
    "constants": "package m\n\nconst (\n\tA = 1 << iota\n" + "".join(f"\tA{i}\n" for i in range(MANY)) + ")\n",
    "doublings": 'package m\n\nconst (\n\tA0 = "aaaaaaaa"\n\tB0 = 3\n'
    + "".join(f"\tA{i} = A{i - 1} + A{i - 1}\n\tB{i} = B{i - 1} * B{i - 1}\n" for i in range(1, 100))
    + ")\n",
    "huge constants": f"package m\n\nconst A = 1 << 100000000\nconst B = A << A\nconst C = {'9' * DEEP}\nvar x [A]int\n"
    "const D = 1e1000000000\nconst E = 0x1p-1000000000\nvar y [1 << 62]struct{ a [1 << 62]int }\n",
    "embeddings in a circle": "package m\n\n"
    + "".join(f"type T{i} struct {{\n\t*T{(i + 1) % MANY}\n\tx{i} int\n}}\n" for i in range(MANY))
    + f"func f(t *T0) {{ t.x{MANY - 1} = 1; t.nope = 2 }}\n",
    "embeddings that double": "package m\n\n"
    + "".join(
        f"type T{i} struct {{ A{i}; B{i} }}\ntype A{i} struct{{ *T{i + 1} }}\ntype B{i} struct{{ *T{i + 1} }}\n"
        for i in range(40)
    )
    + "type T40 struct{ x int }\nfunc f(t *T0) { t.x = 1 }\n",
    "recursive types": "package m\n\ntype T T\ntype U []U\ntype V map[string]V\ntype W struct{ w W }\n"
    "type X interface{ X }\ntype Y[A any] struct{ y *Y[Y[A]] }\ntype Z = Z\n"
    "func f(t T, u U, v V, w W, x X, y Y[int], z Z) {\n"
    "\tu[0][0][0] = nil; w.w.w.w = w; y.y.y.y.y = nil; x.f(); go f(t, u, v, w, x, y, z)\n}\n",
    "interfaces in a circle": "package m\n\n"
    + "".join(f"type I{i} interface {{\n\tI{(i + 1) % MANY}\n\tM{i}()\n}}\n" for i in range(MANY))
    + f"func f(i I0) {{ i.M{MANY - 1}() }}\n",
    "parameters": "package m\n\nfunc f("
    + ", ".join(f"a{i} int" for i in range(MANY))
    + ") { go func() { "
    + "; ".join(f"a{i}++" for i in range(MANY))
    + " }() }\n",
}  # fmt: skip


def _check(folder: Path, text: str) -> Report:
    (folder / "go.mod").write_text("module example.com/m\n\ngo 1.25\n")
    (folder / "a.go").write_text(text)
    begin = time.process_time()
    report = check(["./..."], EVERYTHING, cwd=folder, rules=RULES)
    assert time.process_time() - begin < SECONDS
    return report


@pytest.mark.parametrize("text", (DEEPLY | MANY_OF).values(), ids=(DEEPLY | MANY_OF).keys())
def test_much_of_one_thing_takes_no_more_than_its_time(text: str, tmp_path: Path) -> None:
    assert not _check(tmp_path, text).crashed


def test_links_that_lead_back(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "self.go").symlink_to(tmp_path / "a" / "self.go")
    (tmp_path / "a" / "nowhere.go").symlink_to(tmp_path / "nowhere.go")
    assert not _check(tmp_path, "package m\n").crashed


def test_a_folder_that_is_called_like_a_file(tmp_path: Path) -> None:
    (tmp_path / "x.go").mkdir()
    (tmp_path / "x.go" / "y.go").write_text("package y\n")
    assert not _check(tmp_path, "package m\n").crashed


@pytest.mark.parametrize(
    "modfile",
    [b"", b"module", b"module \xff\n", b'module "\n', b"module m\nrequire (\n", b"go 99.99\n", b"\0" * 10_000, b"("],
)
def test_a_broken_module_file(modfile: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.go").write_text("package m\n")
    (tmp_path / "go.mod").write_bytes(modfile)
    assert not check(["./..."], EVERYTHING, cwd=tmp_path, rules=RULES).crashed


def test_two_packages_in_one_folder(tmp_path: Path) -> None:
    (tmp_path / "b.go").write_text('package other\n\nimport "sync"\n\nvar mu sync.Mutex\n\nfunc g() { mu.Lock() }\n')
    assert not _check(tmp_path, "package m\n\nfunc f() { go f() }\n").crashed
