"""A run with a cache says what one without says, whatever was edited in between, and does no more than it must."""

from __future__ import annotations

import tempfile
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from pubcheck.engine import Config, available_rules, check
from pubcheck.engine.analyst import Analyst
from pubcheck.engine.cache.store import FILE
from pubcheck.engine.task import Outcome, Task
from pubcheck.report import View, write
from pubcheck.source import Overlay

RULES = available_rules(None)
HEAD = 'import ("os"; "sync"; "sync/atomic"; "time")\nvar (_ = os.Args; _ sync.Mutex; _ atomic.Int64; _ = time.Now)\n'
LOW = {
    "Slow": ("", "time.Sleep(time.Second)", 'os.WriteFile("x", nil, 0)', "Other(s)"),
    "Other": ("", "s.N = 1", "Slow(s)", "atomic.AddInt64(&s.C, 1)"),
    "Lock": ("s.Mu.Lock()", "", "s.Mu.Lock(); defer s.Mu.Unlock()"),
    "Keep": ("", "s.Mu.Lock(); s.N = 2; s.Mu.Unlock()", "s.Mu.Lock(); s.N++; s.Mu.Unlock()", "s.N = 3"),
    "Hold": ("s.Mu.Lock(); s.N++; s.Mu.Unlock()", "s.Mu.Lock(); s.C = 1; s.Mu.Unlock()", ""),
    "Fresh": ("_ = &S{}", "go func() { s.N = 2 }()", "s.C = 0"),
}
STRUCTS = (
    "Mu sync.Mutex; N int; C int64",
    "C int64; N int; Mu sync.Mutex",
    "Mu sync.Mutex; N, C int64",
    "N int; C int64; Mu sync.RWMutex",
)
HIGH = {
    "Under": ("low.Slow(&t.s)", "low.Other(&t.s)", "t.s.N++", ""),
    "Bare": ("t.n++", "low.Lock(&t.s); t.s.N++", "t.s.C++", "go t.Under()"),
    "Count": (
        "atomic.StoreInt64(&t.s.C, atomic.LoadInt64(&t.s.C)+1)",
        "low.Fresh(&t.s)",
        "go func() { low.Shared++ }(); low.Shared++",
        "var w low.Wrapped; w.Lock(); e := w; e.Touch(); low.Made.Touch()",
    ),
}
EXTRAS = (
    "",
    "// Spare is new.\nfunc Spare(n int) int { return n }\n",
    "func (s *S) Touch() { s.N++; time.Sleep(time.Second) }\n",
    "func (s *S) Touch() {}\nfunc (s S) Lock() {}\nfunc (s S) Unlock() {}\n",
    "// Shared counts.\nvar Shared int\n",
    "var (\n\tShared, other = 1, 2 // both\n\tMade = &S{}\n)\n",
    "type Wrapped struct{ S }\nvar Made Wrapped\n",
    "type Wrapped struct{ sync.Mutex }\nfunc (*Wrapped) Touch() {}\nfunc Made() {}\n",
    "const (\n\tfirst = iota\n\tShared\n)\nfunc init() {}\nfunc init() { go Slow(nil) }\n",
)
"""More declarations, of which some names are mentioned above."""
PARTS = {**dict.fromkeys((*LOW, *HIGH, "struct"), 0), "pad": "", "extras": (0, 0), "turned": False}
PADDING = ("", "\n\n", "// a remark\n", "/* func f() {\n} */\n", "//pubcheck:ignore io-under-lock it is quick\n")


def low(parts: dict[str, Any]) -> str:
    first, last = (EXTRAS[number] for number in parts["extras"])
    names = list(LOW)[::-1] if parts["turned"] else LOW
    bodies = "".join(
        f"{parts['pad']}func {name}(s *S) {{\n{LOW[name][parts[name] % len(LOW[name])]}\n}}\n" for name in names
    )
    text = f"package low\n{HEAD}{first}type S struct {{ {STRUCTS[parts['struct'] % len(STRUCTS)]} }}\n{bodies}"
    return f"{text}{last if last != first else ''}"


def high(package: str, below: str, parts: dict[str, Any]) -> str:
    text = f'package {package}\nimport "m/{below}"\n{HEAD}type T struct {{ mu sync.Mutex; n int; s low.S }}\n'
    text = text.replace(f'import "m/{below}"', f'import ("m/{below}"; "m/low")') if below != "low" else text
    text += f"var _ {below}.{'S' if below == 'low' else 'T'}\n"
    for name, choices in HIGH.items():
        body = choices[parts[name] % len(choices)]
        locked = f"t.mu.Lock()\n{body}\nt.mu.Unlock()" if name == "Under" else body
        text += f"{parts['pad']}func (t *T) {name}() {{\n{locked}\n}}\n"
    return text + f"func (t *T) Get() int {{ t.mu.Lock(); defer t.mu.Unlock(); return t.n + {parts['struct'] % 3} }}\n"


class Module:
    """A module in a folder, looked at with a cache and without."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "module"
        self.cache = folder / "cache"
        self.config = Config()
        self.buffers: dict[Path, bytes] = {}
        self.write("go.mod", "module m\n\ngo 1.24\n")

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def report(self, *, cache: bool, patterns: tuple[str, ...] = ("./...",)) -> str:
        folder = self.cache if cache else None
        overlay = Overlay(self.buffers)
        report = check(patterns, self.config, cwd=self.root, overlay=overlay, rules=RULES, cache=folder)
        out = StringIO()
        write("json", report, View(cwd=self.root, rules={name: rule.spec for name, rule in RULES.items()}), out)
        return out.getvalue()

    def same(self) -> str:
        """What is reported, be there a cache or not."""
        expected = self.report(cache=False)
        assert self.report(cache=True) == expected
        return expected


class Edits(RuleBasedStateMachine):
    """Edits of three packages, one above the other, in any order."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.module = Module(Path(self.folder.name))
        self.parts: dict[str, dict[str, Any]] = {package: dict(PARTS) for package in ("low", "mid", "top")}
        for package in self.parts:
            self._write(package)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()

    def _text(self, package: str) -> str:
        parts = self.parts[package]
        return low(parts) if package == "low" else high(package, "low" if package == "mid" else "mid", parts)

    def _write(self, package: str) -> None:
        self.module.buffers.clear()
        self.module.write(f"{package}/{package}.go", self._text(package))

    @rule(package=st.sampled_from(["low", "mid", "top"]), name=st.sampled_from([*LOW, *HIGH]), choice=st.integers(0, 3))
    def body(self, package: str, name: str, choice: int) -> None:
        self.parts[package][name] = choice
        self._write(package)

    @rule(package=st.sampled_from(["low", "mid"]), choice=st.integers(0, 3))
    def declaration(self, package: str, choice: int) -> None:
        self.parts[package]["struct"] = choice
        self._write(package)

    @rule(first=st.integers(0, len(EXTRAS) - 1), last=st.integers(0, len(EXTRAS) - 1), turned=st.booleans())
    def declarations(self, first: int, last: int, *, turned: bool) -> None:
        self.parts["low"] |= {"extras": (first, last), "turned": turned}
        self._write("low")

    @rule(package=st.sampled_from(["low", "mid", "top"]), pad=st.sampled_from(PADDING))
    def padding(self, package: str, pad: str) -> None:
        self.parts[package]["pad"] = pad
        self._write(package)

    @rule(package=st.sampled_from(["low", "top"]), name=st.sampled_from([*LOW, *HIGH]), choice=st.integers(0, 3))
    def buffer(self, package: str, name: str, choice: int) -> None:
        before = self.parts[package][name]
        self.parts[package][name] = choice
        path = self.module.root / package / f"{package}.go"
        self.module.buffers[path] = self._text(package).encode()
        self.parts[package][name] = before

    @rule(name=st.sampled_from(["low/low_test.go", "mid/more.go", "top/dot.go"]), there=st.booleans())
    def file(self, name: str, there: bool) -> None:
        if there:
            package = name.partition("/")[0]
            extra = 'import "m/mid"\nvar _ mid.T\n' if name == "low/low_test.go" else ""
            if name == "top/dot.go":
                extra = 'import . "m/low"\nvar held Wrapped\nfunc dotted() { go func() { Shared++ }(); Shared++ }\n'
            self.module.write(name, f"package {package}\n{extra}func more(t int) {{ go more(t) }}\n")
        else:
            (self.module.root / name).unlink(missing_ok=True)

    @rule(select=st.sampled_from([("default",), ("all",), ("io-under-lock", "load-then-store")]))
    def choose(self, select: tuple[str, ...]) -> None:
        self.module.config = Config(select=select)

    @invariant()
    def cold_is_warm(self) -> None:
        self.module.same()


def test_any_sequence_of_edits_gives_the_same_report_with_a_cache_and_without() -> None:
    run_state_machine_as_test(Edits, settings=settings(max_examples=12, stateful_step_count=8))


@pytest.fixture
def module(tmp_path: Path) -> Module:
    module = Module(tmp_path)
    parts = {**PARTS, "Slow": 2}
    module.write("low/low.go", low(parts))
    module.write("mid/mid.go", high("mid", "low", parts))
    module.write("top/top.go", high("top", "mid", parts))
    module.write("apart/apart.go", "package apart\n")
    assert '"io-under-lock"' in module.same()
    return module


@pytest.fixture
def analysed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The packages that are analysed from now on."""
    packages: list[str] = []
    run = Analyst.run

    def noting(self: Analyst, task: Task) -> Outcome:
        packages.append(task.package)
        return run(self, task)

    monkeypatch.setattr(Analyst, "run", noting)
    return packages


def edit(module: Module, name: str, old: str, new: str) -> None:
    text = (module.root / name).read_text()
    assert old in text
    module.write(name, text.replace(old, new, 1))


def looked_at(module: Module, analysed: list[str]) -> list[str]:
    """What a run with the cache analyses, once it is seen to be right."""
    expected = module.report(cache=False)
    analysed.clear()
    assert module.report(cache=True) == expected
    return list(analysed)


def test_an_edit_that_changes_what_guards_a_field_touches_nobody_though_what_is_found_elsewhere_changes(
    tmp_path: Path, analysed: list[str]
) -> None:
    module = Module(tmp_path)
    lows = f"package low\n{HEAD}type S struct {{ Mu sync.Mutex; N int; C int64 }}\n"
    under = "func (s *S) Keep(n int) {\ns.Mu.Lock()\ns.N = n\ns.Mu.Unlock()\n}\n"
    more = "func (s *S) More() {\ns.Mu.Lock()\ns.N++\ns.Mu.Unlock()\n}\n"
    module.write("low/low.go", lows + under + more)
    module.write(
        "user/user.go",
        'package user\nimport "m/low"\ntype T struct{ s *low.S }\n'
        "func (t *T) Get() int { return t.s.N }\nfunc (t *T) Run() { go t.Get() }\n",
    )
    module.write(
        "other/other.go",
        'package other\nimport "m/low"\ntype T struct{ s *low.S }\nfunc (t *T) Keep() { t.s.Keep(1) }\n',
    )
    assert "`S.N` is read without `S.Mu`" in module.same()
    edit(module, "low/low.go", "s.N++\ns.Mu.Unlock()", "s.N++\ns.Mu.Unlock()\n\n// done")
    assert looked_at(module, analysed) == ["m/low"]
    edit(module, "low/low.go", "s.N++", "s.C++")
    assert looked_at(module, analysed) == ["m/low"]
    assert "`S.N` is read without `S.Mu`" not in module.same()


def test_nothing_is_analysed_twice(module: Module, analysed: list[str]) -> None:
    assert looked_at(module, analysed) == []


def test_an_edit_touches_its_own_package(module: Module, analysed: list[str]) -> None:
    edit(module, "top/top.go", "t.n++", "t.n--")
    assert looked_at(module, analysed) == ["m/top"]


def test_an_edit_that_changes_no_facts_touches_no_dependant_though_it_moves_them(
    module: Module, analysed: list[str]
) -> None:
    edit(module, "low/low.go", "_ = &S{}", "_ = &S{}\n\n\n// and on\n")
    assert looked_at(module, analysed) == ["m/low"]


def test_an_edit_that_changes_an_answer_touches_who_asked(module: Module, analysed: list[str]) -> None:
    edit(module, "low/low.go", 'os.WriteFile("x", nil, 0)', "")
    assert looked_at(module, analysed) == ["m/low", "m/mid", "m/top"]


@pytest.mark.parametrize(
    "new",
    [
        "// Spare is new.\nfunc Spare(s *S) { s.N++ }\n",
        "// other things\nvar first, Second = 1, 2\n",
        "type Wrapped struct{ S }\nfunc (w *Wrapped) Wrap() {}\n",
    ],
)
def test_a_new_declaration_touches_nobody_who_does_not_name_it(module: Module, analysed: list[str], new: str) -> None:
    edit(module, "low/low.go", "type S struct", f"{new}type S struct")
    assert looked_at(module, analysed) == ["m/low"]
    edit(module, "low/low.go", "var (", 'import "io"\nvar _ io.Reader\nvar (')
    assert looked_at(module, analysed) == ["m/low"]


def test_a_declaration_touches_who_names_it_or_what_is_made_of_it(module: Module, analysed: list[str]) -> None:
    edit(module, "mid/mid.go", "type T struct {", "type T struct { w low.Wrapped;")
    assert looked_at(module, analysed) == ["m/mid", "m/top"]
    edit(module, "low/low.go", "type S struct", "type inner = S\ntype Wrapped struct{ inner }\ntype S struct")
    assert looked_at(module, analysed) == ["m/low", "m/mid", "m/top"]
    edit(module, "low/low.go", "type inner = S", "type inner = *S")
    assert looked_at(module, analysed) == ["m/low", "m/mid", "m/top"]


def test_declarations_that_change_places_touch_those_who_saw_their_order(module: Module, analysed: list[str]) -> None:
    parts = {**PARTS, "Slow": 2, "turned": True}
    module.write("low/low.go", low(parts))
    assert looked_at(module, analysed) == ["m/low", "m/mid", "m/top"]


def test_a_changed_declaration_touches_all_that_see_it(module: Module, analysed: list[str]) -> None:
    edit(module, "low/low.go", STRUCTS[0], STRUCTS[1])
    assert looked_at(module, analysed) == ["m/low", "m/mid", "m/top"]


def test_what_was_known_before_an_edit_is_known_after_its_undoing(module: Module, analysed: list[str]) -> None:
    edit(module, "low/low.go", STRUCTS[0], STRUCTS[1])
    looked_at(module, analysed)
    edit(module, "low/low.go", STRUCTS[1], STRUCTS[0])
    assert looked_at(module, analysed) == []


def test_an_edit_after_an_undone_one_costs_what_it_would_have_cost(module: Module, analysed: list[str]) -> None:
    edit(module, "low/low.go", STRUCTS[0], STRUCTS[1])
    looked_at(module, analysed)
    edit(module, "low/low.go", STRUCTS[1], STRUCTS[0])
    looked_at(module, analysed)
    edit(module, "low/low.go", "type S struct", "// Spare is new.\nfunc Spare(s *S) { s.N++ }\ntype S struct")
    assert looked_at(module, analysed) == ["m/low"]


def test_settings_of_filters_touch_nothing_and_those_of_rules_do(module: Module, analysed: list[str]) -> None:
    module.config = Config(exclude=("mid/",))
    assert looked_at(module, analysed) == []
    module.config = Config(blocking=("m/low.Fresh",))
    assert sorted(looked_at(module, analysed)) == ["m/apart", "m/low", "m/mid", "m/top"]


def test_a_part_of_the_packages_is_known_from_a_run_on_all(module: Module, analysed: list[str]) -> None:
    expected = module.report(cache=False, patterns=("./mid",))
    module.report(cache=True, patterns=("./mid",))
    analysed.clear()
    assert module.report(cache=True, patterns=("./mid",)) == expected
    assert analysed == []


def test_what_is_vendored_counts(module: Module, analysed: list[str]) -> None:
    module.write("vendor/modules.txt", "# example.com/v v1.0.0\n## explicit\nexample.com/v\n")
    module.write("vendor/example.com/v/v.go", "package v\n\ntype V int\n")
    edit(module, "top/top.go", 'import ("m/mid"', 'import (_ "example.com/v"; "m/mid"')
    assert "m/top" in looked_at(module, analysed)
    assert looked_at(module, analysed) == []
    edit(module, "vendor/example.com/v/v.go", "int", "string")
    assert "m/top" in looked_at(module, analysed)


def test_the_version_of_the_language_counts(module: Module, analysed: list[str]) -> None:
    edit(module, "go.mod", "1.24", "1.20")
    assert "m/top" in looked_at(module, analysed)


@pytest.mark.parametrize("size", [0, 10, 3000, 8192, 40000])
def test_a_damaged_cache_is_made_anew(module: Module, analysed: list[str], size: int) -> None:
    path = module.cache / FILE
    data = path.read_bytes()
    path.write_bytes(data[:size] + b"\x07" * 64 + data[size + 64 :])
    looked_at(module, analysed)
    assert looked_at(module, analysed) == []


def test_entries_that_do_not_decode_are_found_anew(module: Module, analysed: list[str]) -> None:
    from pubcheck.engine.cache.store import Store  # noqa: PLC0415

    store = Store(module.cache)
    connection = store._connection
    assert connection is not None
    keys = [key for (key,) in connection.execute("SELECT key FROM rows")]
    outcomes = [key for key in keys if key.startswith(b"o")]
    assert len(outcomes) == 4
    junk = [b"", b"\xc1", msgspec.msgpack.encode([1, 2]), msgspec.msgpack.encode([Outcome("m/other"), b""])]
    store.put({**dict(zip(outcomes, junk, strict=True)), **{key: b"\xff" for key in keys if key.startswith(b"f")}})
    store.close()
    assert len(looked_at(module, analysed)) == 4
    assert looked_at(module, analysed) == []


def test_what_crashed_is_tried_again(module: Module, analysed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from pubcheck.rules import io_under_lock  # noqa: PLC0415

    edit(module, "top/top.go", "t.n++", "t.n--")
    with monkeypatch.context() as broken:
        broken.setattr(RULES["io-under-lock"], "_check", lambda _package: 1 / 0)
        assert '"internal-error"' in module.report(cache=True)
    assert io_under_lock.check is not None
    assert looked_at(module, analysed) == ["m/top"]


def test_a_file_that_is_written_during_a_run_is_looked_at_again(
    module: Module, analysed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(module, "top/top.go", "t.n++", "t.n--")
    run = Analyst.run

    def meddling(self: Analyst, task: Task) -> Outcome:
        edit(module, "low/low.go", "_ = &S{}", "_ = S{}")
        return run(self, task)

    with monkeypatch.context() as racing:
        racing.setattr(Analyst, "run", meddling)
        module.report(cache=True)
    assert looked_at(module, analysed) == ["m/low", "m/top"]
