from __future__ import annotations

import gc
import tempfile
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from weakref import WeakSet

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_module import STORE

from benchmarks.sample import dense
from pubcheck.diagnostic import Confidence
from pubcheck.engine import Config, check
from pubcheck.engine.session import Session
from pubcheck.source import Overlay, SourceFile
from pubcheck.source.segments import bodies
from pubcheck.syntax import parse

if TYPE_CHECKING:
    from pubcheck.diagnostic import Diagnostic

TESTDATA = Path(__file__).parents[2] / "testdata" / "rules"
CONFIG = Config(min_confidence=Confidence.LOW)
TALLY = """\
package tally

import "sync"

// Tally is shared.
type Tally struct {
	mu sync.Mutex
	n  map[string]int
}

// Lock locks it.
func (t *Tally) Lock() { t.mu.Lock() }

// Unlock unlocks it.
func (t *Tally) Unlock() { t.mu.Unlock() }

// Add counts.
func (t *Tally) Add(key string) {
	t.mu.Lock()
	t.n[key]++
	t.mu.Unlock()
}

// Wait does nothing yet.
func Wait() {
}
"""
USER = """\
package user

import (
	"sync"
	"time"

	"example.com/m/tally"
)

var (
	mu    sync.Mutex
	total int
)

// Use counts under a lock.
func Use(t *tally.Tally) {
	mu.Lock()
	defer mu.Unlock()
	total++
	tally.Wait()
	t.Add("x")
	t.Add("y")
}

// Fresh makes what the grammar needs repaired.
func Fresh() *int {
	made := new(total + 1)
	return made
}

// Late doesn't.
func Late(t *tally.Tally) {
	go func() { total++ }()
	time.Sleep(1)
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.23\n")
    for name, text in (("tally", TALLY), ("user", USER), ("store", STORE)):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.go").write_text(text)
    return tmp_path


class Stop:
    """A checkpoint that breaks the work off when it is asked for the ``after``th time; never where that is 0."""

    def __init__(self, after: int = 0) -> None:
        self.after = after

    def __call__(self) -> None:
        """Count down."""
        self.after -= 1
        if self.after == 0:
            raise KeyboardInterrupt


def settled(session: Session) -> list[Diagnostic]:
    while session.left:
        session.work()
    return [one for path in session.files for one in session.findings(path)]


def fresh(folder: Path, buffers: dict[Path, bytes]) -> list[Diagnostic]:
    return list(check(["./..."], CONFIG, cwd=folder, overlay=Overlay(buffers)).diagnostics)


def rules(found: list[Diagnostic]) -> list[str]:
    return sorted({one.rule for one in found})


def test_a_first_look_is_a_run(folder: Path) -> None:
    found = settled(Session(folder, CONFIG))
    assert found == fresh(folder, {})
    assert "load-then-store" in rules(found)


@pytest.mark.parametrize("whole", [True, False])
def test_a_folder_without_go_is_no_mistake(tmp_path: Path, whole: bool) -> None:
    session = Session(tmp_path, CONFIG)
    if not whole:
        session.narrow()
    assert settled(session) == []


def test_any_number_of_edits_comes_to_what_a_run_finds(folder: Path) -> None:
    chance = Random(7)  # noqa: S311 no secret
    session = Session(folder, CONFIG)
    paths = [folder / name / f"{name}.go" for name in ("tally", "user", "store")]
    buffers = {path: path.read_bytes() for path in paths}
    for path, text in buffers.items():
        session.edit(path, text)
    for turn in range(60):
        path = chance.choice(paths)
        buffers[path] = _edited(chance, buffers[path], turn)
        session.edit(path, buffers[path])
        if turn % 6 == 0:
            assert settled(session) == fresh(folder, buffers)
        elif chance.random() < 0.5:
            session.work(path.parent)
    assert settled(session) == fresh(folder, buffers)


def _edited(chance: Random, text: bytes, turn: int) -> bytes:
    """``text`` with a line more or less in one of its functions, or between them."""
    start, end = chance.choice(bodies(text))
    lines = text[start:end].split(b"\n")
    kind = chance.randrange(8)
    if kind == 6 and b"type Tally struct {\n" in text:
        return text.replace(b"type Tally struct {\n", b"type Tally struct {\n\tc%d chan int\n" % turn)
    if len(lines) < 3 or kind in (0, 6):
        return text + b"\nfunc added%d() {\n\tgo func() {}()\n}\n" % turn
    if kind == 7:
        place = text.rindex(b"\nfunc ", 0, start)
        return text[:place] + b"\nvar Added%d = 1\n" % turn + text[place:]
    at = chance.randrange(1, len(lines))
    if kind == 1:
        lines.insert(at, b"\t// said %d" % turn)
    elif kind == 2:
        lines.insert(at, b"\tgo func() { println(%d) }()" % turn)
    elif kind == 3:
        lines.insert(
            1, b'\tif %d > len("") { return }' % turn if b"return" not in text[start:end] else b"\t_ = %d" % turn
        )
    elif kind == 4:
        lines.insert(1, b"\t_ = new(%d + 1)" % turn)
    elif lines[at].strip().endswith((b"()", b"++", b")")):
        del lines[at]
    return text[:start] + b"\n".join(lines) + text[end:]


def test_what_a_function_does_now_is_told_where_it_is_called(folder: Path) -> None:
    session = Session(folder, CONFIG)
    assert "double-lock" not in rules(settled(session))
    path = folder / "tally" / "tally.go"
    kept = TALLY.replace("t.n[key]++\n\tt.mu.Unlock()", "t.n[key]++").encode()
    session.edit(path, kept)
    found = settled(session)
    assert found == fresh(folder, {path: kept})
    assert [one.span.path for one in found if one.rule == "double-lock"] == [str(folder / "user" / "user.go")]
    session.edit(path, None)
    assert "double-lock" not in rules(settled(session))


def test_what_is_open_is_told_of_what_it_calls(folder: Path) -> None:
    session = Session(folder, CONFIG)
    user, tally = (folder / name / f"{name}.go" for name in ("user", "tally"))
    session.edit(user, USER.encode())
    session.edit(tally, TALLY.encode())
    assert "double-lock" not in rules(settled(session))
    kept = TALLY.replace("t.n[key]++\n\tt.mu.Unlock()", "t.n[key]++").encode()
    for text in (
        kept,
        TALLY.encode(),
        kept.replace(b"Lock() {", b"Lock() { _ = 0;"),
        kept.replace(b"*Tally", b"Tally"),
    ):
        session.edit(tally, text)
        assert settled(session) == fresh(folder, {user: USER.encode(), tally: text})


def test_what_is_open_is_held_before_its_first_edit(folder: Path) -> None:
    session = Session(folder, CONFIG)
    path = folder / "tally" / "tally.go"
    found = settled(session)
    session.edit(path, TALLY.encode())
    assert settled(session) == found
    assert session.held(str(path)) is None
    assert session.prepare()
    held = session.held(str(path))
    assert held is not None
    assert not session.prepare()
    assert settled(session) == found == fresh(folder, {})
    kept = TALLY.replace("t.n[key]++\n\tt.mu.Unlock()", "t.n[key]++").encode()
    session.edit(path, kept)
    assert settled(session) == fresh(folder, {path: kept})
    assert session.held(str(path)) is held


def test_bodies_that_are_edited_at_once_or_without_a_pause_leave_a_package_held(folder: Path) -> None:
    stop = Stop(after=0)

    session = Session(folder, CONFIG, stop)
    path = folder / "tally" / "tally.go"
    session.edit(path, TALLY.encode())
    settled(session)
    session.prepare()
    held = session.held(str(path))
    assert held is not None
    text = TALLY
    for turn in range(1, 9):
        text = text.replace("t.mu.Lock()", f"t.mu.Lock() /* {turn} */").replace(
            "t.n[key]++", f"t.n[key]++\n\t_ = {turn}"
        )
        session.edit(path, text.encode())
        stop.after = 5 * turn
        with suppress(KeyboardInterrupt):
            settled(session)
        assert session.held(str(path)) is held
    stop.after = 0
    assert settled(session) == fresh(folder, {path: text.encode()})


def test_a_file_that_does_not_parse_counts_as_it_was(folder: Path) -> None:
    session = Session(folder, CONFIG)
    path = folder / "store" / "store.go"
    session.edit(path, STORE.encode())
    before = settled(session)
    for broken in (
        STORE.replace("n := s.hits", "n := := s.hits"),
        STORE + "\nfunc (",
        STORE.replace("{", "", 1),
        STORE.replace("import (", 'import (\n\t"os'),
        STORE.replace("package store", "package store\n\nimport os"),
    ):
        session.edit(path, broken.encode())
        assert settled(session) == before
    mended = STORE.replace("s.hits.Store(0)", "_ = 0")
    session.edit(path, mended.encode())
    assert settled(session) == fresh(folder, {path: mended.encode()})


def test_a_file_that_does_not_parse_counts_as_it_was_when_others_come(folder: Path) -> None:
    session = Session(folder, CONFIG)
    store, user = folder / "store" / "store.go", folder / "user" / "user.go"
    session.edit(store, STORE.encode())
    session.edit(user, USER.encode())
    settled(session)
    session.edit(store, STORE.replace("import (", 'import (\n\t"os').encode())
    importing = USER.replace('"sync"', '_ "os"\n\t"sync"').encode()
    session.edit(user, importing)
    assert settled(session) == fresh(folder, {store: STORE.encode(), user: importing})


def test_imports_files_and_packages_come_and_go_in_any_order(folder: Path) -> None:
    chance = Random(3)  # noqa: S311 no secret
    session = Session(folder, CONFIG)
    paths = [folder / name / f"{name}.go" for name in ("tally", "user", "store")]
    buffers = {path: path.read_bytes() for path in paths}
    for path, text in buffers.items():
        session.edit(path, text)
    for turn in range(48):
        kind = chance.randrange(6)
        if kind < 2:
            path = chance.choice(paths)
            buffers[path] = _edited(chance, buffers[path], turn)
            session.edit(path, buffers[path])
        elif kind == 2:
            path = chance.choice(paths)
            line = chance.choice(
                (b'import _ "os"', b'import _ "example.com/m/more"', b'import tools "example.com/m/more"')
            )
            had = line in buffers[path]
            first = buffers[path].index(b"\n")
            text = buffers[path].replace(line + b"\n", b"") if had else _after(buffers[path], first, line)
            buffers[path] = text
            session.edit(path, text)
        else:
            path = folder / chance.choice(("more/more.go", "more/other.go", "tally/extra.go", "store/extra_test.go"))
            session.touch([_come_or_gone(path, turn)])
        if turn % 4 == 0:
            assert settled(session) == fresh(folder, buffers)
        elif chance.random() < 0.5:
            session.work(paths[turn % 3].parent)
    assert settled(session) == fresh(folder, buffers)


def _after(text: bytes, place: int, line: bytes) -> bytes:
    return text[: place + 1] + line + b"\n" + text[place + 1 :]


def _come_or_gone(path: Path, turn: int) -> Path:
    """A file that is there now if it wasn't, and the other way round; it says something else each time."""
    if path.exists():
        path.unlink()
    else:
        path.parent.mkdir(exist_ok=True)
        name = path.parent.name
        path.write_text(
            f'package {name}\n\nimport "sync"\n\nvar mu{turn} sync.Mutex\n\n'
            f"// Slow{path.stem} is called.\nfunc Slow{path.stem}() {{ mu{turn}.Lock(); println({turn}) }}\n"
        )
    return path


def test_a_name_that_stands_for_another_package_now_means_something_else_above(tmp_path: Path) -> None:
    mid = tmp_path / "mid" / "mid.go"
    for path, text in (
        ("go.mod", "module example.com/m\n\ngo 1.23\n"),
        ("plain/kind/kind.go", "package kind\n\n// T is plain.\ntype T struct{ N int }\n"),
        ("guarded/kind/kind.go", 'package kind\n\nimport "sync"\n\n// T has a lock.\ntype T struct{ Mu sync.Mutex }\n'),
        (
            "mid/mid.go",
            'package mid\n\nimport "example.com/m/plain/kind"\n\n// Box has one.\ntype Box struct{ K kind.T }\n',
        ),
        (
            "top/top.go",
            'package top\n\nimport "example.com/m/mid"\n\nvar last mid.Box\n\nfunc Keep(b *mid.Box) { last = *b }\n',
        ),
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    session = Session(tmp_path, CONFIG)
    assert settled(session) == []
    guarded = mid.read_bytes().replace(b"plain", b"guarded")
    session.edit(mid, guarded)
    found = settled(session)
    assert found == fresh(tmp_path, {mid: guarded})
    assert found


def test_what_modules_there_are_says_what_code_means(folder: Path) -> None:
    session = Session(folder, CONFIG)
    user = folder / "user" / "user.go"
    session.edit(user, USER.encode())
    settled(session)
    (folder / "tally" / "go.mod").write_text("module example.com/m/tally\n\ngo 1.23\n")
    session.touch([folder / "tally" / "go.mod"])
    assert settled(session) == fresh(folder, {user: USER.encode()})
    (folder / "tally" / "go.mod").unlink()
    session.touch([folder / "tally" / "go.mod"])
    assert settled(session) == fresh(folder, {user: USER.encode()})


def test_what_is_not_saved_yet_may_lie_in_a_folder_that_is_not_there_yet(folder: Path) -> None:
    session = Session(folder, CONFIG)
    found = settled(session)
    path = folder / "more" / "more.go"
    session.edit(path, STORE.replace("package store", "package more").encode())
    assert [one.rule for one in settled(session) if one.span.path == str(path)] == rules(
        [one for one in found if one.package == "example.com/m/store"]
    )
    session.edit(path, None)
    assert settled(session) == found


def test_files_and_packages_come_and_go(folder: Path) -> None:
    session = Session(folder, CONFIG)
    settled(session)
    new = folder / "more" / "more.go"
    new.parent.mkdir()
    new.write_text(STORE.replace("package store", "package more"))
    session.touch([new])
    assert {one.package for one in settled(session)} >= {"example.com/m/more", "example.com/m/store"}
    new.unlink()
    session.touch([new])
    assert settled(session) == fresh(folder, {})


def test_work_that_is_stopped_is_still_to_be_done(folder: Path) -> None:
    stop = Stop(after=3)

    session = Session(folder, CONFIG, stop)
    session.edit(folder / "store" / "store.go", STORE.encode())
    stops = 0
    while session.left:
        try:
            session.work()
        except KeyboardInterrupt:
            stops += 1
            stop.after = 200 * stops
    assert stops > 1
    assert settled(session) == fresh(folder, {})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("t.mu.Unlock()\n}\n\n// Wait", "t.mu.Unlock() // done\n}\n\n// Wait"),
        ("// Tally is", "// Spare is new.\nfunc Spare() int { return 1 }\n\n// Tally is"),
        ('import "sync"', 'import (\n\t"os"\n\t"sync"\n)\n\nvar _ = os.Args'),
        ('import "sync"', 'import (\n\t_ "expvar"\n\t"sync"\n)'),
        ('import "sync"', 'import (\n\t"sync"\n\n\t_ "example.com/m/store"\n)'),
    ],
)
def test_only_a_package_that_is_edited_is_looked_at_again(folder: Path, old: str, new: str) -> None:
    session = Session(folder, CONFIG)
    path = folder / "tally" / "tally.go"
    session.edit(path, TALLY.encode())
    settled(session)
    session.edit(path, TALLY.replace(old, new).encode())
    looked = []
    while session.left:
        package = session.work()
        assert package is not None
        looked.append(package.name)
    assert looked == ["tally"]


def test_places_in_a_file_that_is_edited_move_in_the_findings_of_others(folder: Path) -> None:
    session = Session(folder, CONFIG)
    path = folder / "tally" / "tally.go"
    slow = TALLY.replace('"sync"', '(\n\t"sync"\n\t"time"\n)').replace(
        "Wait() {", "Wait() {\n\ttime.Sleep(time.Second)"
    )
    longer = [slow.replace("Lock() { t", "Lock() {" + "\n" * lines + " t") for lines in (1, 2, 3)]
    for text in (slow, *longer):
        session.edit(path, text.encode())
        found = settled(session)
        assert found == fresh(folder, {path: text.encode()})
        (one,) = (one for one in found if one.rule == "io-under-lock")
        steps = {step.span.path for trace in one.traces for step in trace.steps}
        assert str(path) in steps | {place.span.path for place in one.related}
        assert one.span.path != str(path)


_TYPED = (
    "_ = 1",
    "// mu.Lock()",
    "t.hits++",
    "t.mu.Lock()",
    "t.mu.Unlock()",
    "go t.sweep()",
    "println(len(t.items))",
    "defer t.mu.Unlock()",
    "close(t.done)",
    "var wg sync.WaitGroup",
    "go func() { t.hits-- }()",
    'for range 3 { t.Add("y") }',
    "",
)
_BEFORE = len(_TYPED)
_DECLARED = (
    'func added{turn}(t *Table0) {{\n\tgo func() {{ t.hits++ }}()\n\tt.Add("x")\n}}\n',
    "var hook{turn} = func(t *Table0) {{ t.hits++ }}\n",
    "type more{turn} struct {{\n\tmu sync.Mutex\n\tn int\n}}\n\nfunc (m *more{turn}) Inc() {{ m.n++ }}\n",
)


@settings(max_examples=5, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2), st.integers(0, 1000), st.integers(0, 1000), st.integers(0, _BEFORE + len(_DECLARED) + 2)
        ),
        min_size=15,
        max_size=30,
    )
)
def test_a_dense_package_is_found_to_be_what_it_is_after_any_edits(edits: list[tuple[int, int, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "dense"
        dense(folder, files=3, lines=150)
        stop = Stop(after=0)

        session = Session(folder, CONFIG, stop)
        buffers = {path: path.read_bytes() for path in sorted(folder.glob("*.go"))}
        for path, text in buffers.items():
            session.edit(path, text)
        settled(session)
        for turn, (number, function, line, what) in enumerate(edits):
            path = list(buffers)[number]
            text = _with_change(buffers[path], turn, function, line, what)
            if parse(SourceFile(str(path), text)).errors:
                continue
            buffers[path] = text
            session.edit(path, text)
            stop.after = line % 60 if line % 2 else 0  # every other look at it is broken off
            with suppress(KeyboardInterrupt):
                settled(session)
            stop.after = 0
            if turn % 10 == 9:
                assert settled(session) == fresh(folder, buffers)
        assert settled(session) == fresh(folder, buffers)


def test_versions_of_a_package_that_edits_replaced_are_let_go_of(tmp_path: Path) -> None:
    folder = tmp_path / "dense"
    dense(folder, files=3, lines=150)
    session = Session(folder, CONFIG)
    path = min(folder.glob("*.go"))
    text = path.read_bytes()
    versions = WeakSet[object]()
    for turn in range(20):
        text = _with_change(text, turn, turn, turn, _BEFORE + 1 + turn % (len(_DECLARED) + 1))
        session.edit(path, text)
        settled(session)
        facts = session.facts(str(path))
        assert facts is not None
        versions.add(facts.package)
        del facts
    for _ in range(3):  # what one pass frees was all that held the next
        gc.unfreeze()
        gc.collect()
    assert 1 <= len(versions) <= 3  # the last one, and what a memo of a single package was last asked about


def _with_change(text: bytes, turn: int, function: int, line: int, what: int) -> bytes:
    """``text`` after somebody typed in a function, or around one."""
    extents = bodies(text)
    start, end = extents[function % len(extents)]
    lines = text[start:end].split(b"\n")
    at = 1 + line % max(len(lines) - 1, 1)
    declared = what - _BEFORE - 1
    if what < _BEFORE:
        lines.insert(at, b"\t" + _TYPED[what].encode())
    elif what == _BEFORE:
        del lines[at : at + 1]
    elif declared < len(_DECLARED):
        place = text.rindex(b"\nfunc ", 0, start)
        return text[:place] + b"\n" + _DECLARED[declared].format(turn=turn).encode() + text[place:]
    elif declared == len(_DECLARED):
        return text.replace(b"hits  int\n", b"hits  int\n\textra%d chan int\n" % turn, 1)
    else:  # the function goes, with what is said of it
        return text[: text.rindex(b"\nfunc ", 0, start) + 1] + text[end:]
    return text[:start] + b"\n".join(lines) + text[end:]


REMEMBERED = (
    *(
        "atomic-copied",
        "defer-lock",
        "double-checked-locking",
        "lost-cancel",
        "misaligned-atomic",
        "mutation-of-snapshot",
    ),
    *("nil-channel", "pool-use-after-put", "testing-goroutine", "timer-reset-race"),
)


@pytest.mark.parametrize("rule", REMEMBERED)
def test_what_is_kept_of_functions_is_what_a_run_finds(rule: str, tmp_path: Path) -> None:
    chance = Random(rule)  # noqa: S311 no secret
    examples = [
        file for file in sorted((TESTDATA / rule).rglob("*.go")) if "positive" in str(file.relative_to(TESTDATA))
    ]
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.21\n")
    buffers = {tmp_path / file.name: file.read_bytes() for file in examples}
    for path, text in buffers.items():
        path.write_bytes(text)
    session = Session(tmp_path, CONFIG)
    for path, text in buffers.items():
        session.edit(path, text)
    assert rule in rules(settled(session))
    for turn in range(8):
        path = chance.choice(list(buffers))
        text = _edited(chance, buffers[path], turn)
        if not parse(SourceFile(str(path), text)).errors:
            buffers[path] = text
            session.edit(path, text)
            assert settled(session) == fresh(tmp_path, buffers)
