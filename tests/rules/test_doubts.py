"""How sure findings are where the same shape is mostly a bug in one place, and mostly meant in another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.diagnostic import Confidence
from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

_LEAK = """
func answer({test}work func() int) int {{
	found := make(chan int)
	go func() {{ found <- work() }}()
	select {{
	case n := <-found:
		return n
	case <-time.After(time.Second):
		{fail}
		return 0
	}}
}}
"""
_NOBODY = """
func forget({test}work func() int) {{
	found := make(chan int)
	go func() {{ found <- work() }}()
}}
"""
_GROUP = """
func both({test}work func() error) {{
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {{
		if err := work(); err != nil {{
			{fail}
			return
		}}
		wg.Done()
	}}()
	wg.Wait()
}}
"""


@pytest.mark.parametrize(
    ("rule", "code", "helper", "confidence"),
    [
        ("goroutine-leak", _LEAK, True, Confidence.LOW),
        ("goroutine-leak", _LEAK, False, Confidence.HIGH),
        ("goroutine-leak", _NOBODY, True, Confidence.HIGH),
        ("waitgroup-misuse", _GROUP, True, Confidence.LOW),
        ("waitgroup-misuse", _GROUP, False, Confidence.HIGH),
    ],
)
def test_what_a_test_does_that_has_failed(
    tmp_path: Path, rule: str, code: str, *, helper: bool, confidence: Confidence
) -> None:
    words = {"test": "t *testing.T, ", "fail": 't.Error("no answer")'} if helper else {"test": "", "fail": "println()"}
    assert _confidences(tmp_path, rule, code.format(**words)) == [confidence]


_TABLE = """
type item struct {{ name string; size int; timer *time.Timer }}
type table struct {{ mu sync.Mutex; items map[string]*item; all sync.Map }}

func (t *table) put(name string, i *item) {{ t.mu.Lock(); t.items[name] = i; t.mu.Unlock() }}
func (t *table) Size(name string) int {{ t.mu.Lock(); i := t.items[name]; t.mu.Unlock(); return i.measure() }}
func (i *item) measure() int {{ return i.size }}
func (i *item) tick() {{ i.size++; i.timer.Reset(time.Second) }}
func (t *table) Each(f func(any) bool) {{ t.all.Range(func(_, i any) bool {{ return i.(*item).measure() > 0 }}) }}
func (t *table) Add(name string, keep bool) *item {{
	i := &item{{name: name}}
	{work}
	return i
}}
"""


@pytest.mark.parametrize(
    ("work", "confidence"),
    [
        ("t.mu.Lock(); t.items[name] = i; t.mu.Unlock(); i.size = len(name)", Confidence.HIGH),
        ("t.put(name, i); i.size = len(name)", Confidence.LOW),
        ("t.mu.Lock(); if keep { t.items[name] = i }; t.mu.Unlock(); i.size = len(name)", Confidence.LOW),
        ("t.all.Store(name, i); i.size = len(name)", Confidence.LOW),
        ("go i.measure(); i.size = len(name)", Confidence.HIGH),
        ("i.timer = time.AfterFunc(time.Minute, i.tick)", Confidence.LOW),
    ],
)
def test_who_publishes_what_is_written_then(tmp_path: Path, work: str, confidence: Confidence) -> None:
    assert _confidences(tmp_path, "mutation-after-publish", _TABLE.format(work=work)) == [confidence]


_LEVEL = """
type Meter struct {{ level atomic.Int64 }}

func (m *Meter) Raise(by int64) {{ m.level.Store(m.level.Load() + by) }}
func (m *Meter) Other(n int64) {{ {other} }}
"""


@pytest.mark.parametrize(
    ("other", "confidences"),
    [
        ("m.level.Add(n)", [Confidence.HIGH]),
        ("m.level.Store(m.level.Load() - n)", [Confidence.HIGH] * 2),
        ("m.level.Store(n)", [Confidence.LOW]),
    ],
)
def test_what_is_lost_between_load_and_store(tmp_path: Path, other: str, confidences: list[Confidence]) -> None:
    assert _confidences(tmp_path, "non-atomic-update", _LEVEL.format(other=other)) == confidences


_LOG = """
type Log struct {{ mu sync.Mutex; turning atomic.Bool; size int64 }}

func (l *Log) Write(p []byte) {{
	if !l.turning.Load() {{
		atomic.AddInt64(&l.size, int64(len(p)))
		return
	}}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.size += int64(len(p))
}}
{more}
"""


@pytest.mark.parametrize(
    ("more", "confidence"),
    [
        ("", Confidence.LOW),
        ("func (l *Log) Count(n int64) {{ atomic.AddInt64(&l.size, n) }}", Confidence.HIGH),
    ],
)
def test_a_flag_says_which_of_two_ways_is_gone(tmp_path: Path, more: str, confidence: Confidence) -> None:
    assert _confidences(tmp_path, "mixed-atomic-access", _LOG.format(more=more.format())) == [confidence]


_SUM = """
type Sum struct {{ n int64 }}

func (s *Sum) Add(n int64) {{ atomic.AddInt64(&s.n, n) }}
func (s *Sum) Merge(other *Sum) {{ {merge} }}
"""


@pytest.mark.parametrize(
    ("merge", "confidence"),
    [
        ("atomic.AddInt64(&s.n, other.n)", Confidence.LOW),
        ("other.Add(s.n + other.n)", Confidence.HIGH),
    ],
)
def test_of_two_objects_one_is_the_callers_own(tmp_path: Path, merge: str, confidence: Confidence) -> None:
    assert _confidences(tmp_path, "mixed-atomic-access", _SUM.format(merge=merge)) == [confidence]


@pytest.mark.parametrize(
    ("code", "confidence"),
    [
        ("func New() *T { var v atomic.Value; v.Store(1); return &T{v: v} }", Confidence.LOW),
        ("func Copy(t *T) *T { return &T{v: t.v} }", Confidence.HIGH),
        ("var shared atomic.Value\nfunc Copy() *T { return &T{v: shared} }", Confidence.HIGH),
    ],
)
def test_an_atomic_is_put_where_it_is_to_stay(tmp_path: Path, code: str, confidence: Confidence) -> None:
    assert _confidences(tmp_path, "atomic-copied", "type T struct { v atomic.Value }\n" + code) == [confidence]


_VARIABLE = """
var strict bool

{setter}
func Serve(jobs chan int) {{
	for range 4 {{
		go func() {{
			for job := range jobs {{
				if strict {{
					println(job)
				}}
				{writes}
			}}
		}}()
	}}
}}
"""


@pytest.mark.parametrize(
    ("setter", "writes", "confidence"),
    [
        ("func Init() { strict = true }", "println()", Confidence.LOW),
        ("", "strict = false", Confidence.HIGH),
    ],
)
def test_who_writes_for_the_whole_program(tmp_path: Path, setter: str, writes: str, confidence: Confidence) -> None:
    code = _VARIABLE.format(setter=setter, writes=writes)
    assert _confidences(tmp_path, "global-write-race", code) == [confidence]


_COMMAND = """
func fetch(ctx context.Context, get func() string) string {{
	found := make(chan string)
	go func() {{ found <- get() }}()
	select {{
	case text := <-found:
		return text
	case <-ctx.Done():
		return ""
	}}
}}

func show(get func() string) {{
	{work}
}}

func main() {{ show(func() string {{ return "" }}) }}
"""


@pytest.mark.parametrize(
    ("package", "work", "confidence"),
    [
        ("main", "println(fetch(context.TODO(), get))", Confidence.LOW),
        ("main", "for range 4 { println(fetch(context.TODO(), get)) }", Confidence.HIGH),
        ("main", "go println(fetch(context.TODO(), get))", Confidence.LOW),
        ("main", "go func() { println(fetch(context.TODO(), get)) }()", Confidence.HIGH),
        ("m", "println(fetch(context.TODO(), get))", Confidence.HIGH),
    ],
)
def test_a_program_that_ends_soon_takes_its_goroutines_along(
    tmp_path: Path, package: str, work: str, confidence: Confidence
) -> None:
    code = _COMMAND.format(work=work)
    assert _confidences(tmp_path, "goroutine-leak", code, package=package) == [confidence]


_COBRA = """package run

import (
	"context"

	"github.com/spf13/cobra"
)

func New(get func() string) *cobra.Command {
	return &cobra.Command{RunE: func(cmd *cobra.Command, args []string) error {
		WORK
	}}
}

func FETCH(ctx context.Context, get func() string) error {
	found := make(chan string)
	errs := make(chan error)
	go func() {
		text := get()
		if text == "" {
			errs <- context.Canceled
			return
		}
		found <- text
	}()
	select {
	case err := <-errs:
		return err
	case text := <-found:
		println(text)
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
"""


@pytest.mark.parametrize(
    ("fetch", "work", "confidence"),
    [
        ("fetch", "return fetch(cmd.Context(), get)", Confidence.LOW),
        ("fetch", "for { fetch(cmd.Context(), get) }", Confidence.HIGH),
        ("Fetch", "return Fetch(cmd.Context(), get)", Confidence.HIGH),
    ],
)
def test_a_command_ends_with_its_program(tmp_path: Path, fetch: str, work: str, confidence: Confidence) -> None:
    """What one goroutine sends on two channels is one leak."""
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.22\n")
    (tmp_path / "run.go").write_text(_COBRA.replace("FETCH", fetch).replace("WORK", work))
    report = check(["./..."], Config(select=("goroutine-leak",), min_confidence=Confidence.LOW), cwd=tmp_path)
    assert [one.confidence for one in report.diagnostics] == [confidence]


_SETTINGS = """
var file string

func Serve(jobs chan int, open func(string)) {
	for range 4 {
		go func() {
			for range jobs {
				if file == "" {
					file = "ca.pem"
				}
				open(file)
			}
		}()
	}
}
"""


@pytest.mark.parametrize(("module", "confidence"), [("m", Confidence.HIGH), ("m/benchmark", Confidence.LOW)])
def test_a_benchmark_fills_in_what_nobody_has_given(tmp_path: Path, module: str, confidence: Confidence) -> None:
    found = _confidences(tmp_path, "global-write-race", _SETTINGS, module=f"example.org/{module}")
    assert found == [confidence]


def _confidences(
    tmp_path: Path, rule: str, code: str, *, package: str = "m", module: str = "example.org/m"
) -> list[Confidence]:
    (tmp_path / "go.mod").write_text(f"module {module}\n\ngo 1.24\n")
    names = {"context": "context.", "sync": "sync.", "sync/atomic": "atomic.", "testing": "testing.", "time": "time."}
    imports = [f'\t"{path}"' for path, mention in names.items() if mention in code]
    (tmp_path / "m.go").write_text("\n".join([f"package {package}\n", "import (", *imports, ")", code]))
    config = Config(select=(rule,), min_confidence=Confidence.LOW)
    return [each.confidence for each in check(["./..."], config, cwd=tmp_path).diagnostics]


_VALUES = """
type Scratch struct {{
	mu     sync.RWMutex
	values map[string]int
}}

// Values {said}
func (s *Scratch) Values() map[string]int {{
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.values
}}

func (s *Scratch) Set(key string, value int) {{
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values[key] = value
}}
"""


@pytest.mark.parametrize(
    ("said", "confidence"),
    [
        ("gives out the map itself, for what nobody else uses concurrently.", Confidence.LOW),
        ("is only used for tests.", Confidence.LOW),
        ("gives all that there is. It must not be modified.", Confidence.LOW),
        ("gives all that there is.", Confidence.HIGH),
    ],
)
def test_who_says_that_callers_get_more_than_a_copy(tmp_path: Path, said: str, confidence: Confidence) -> None:
    (tmp_path / "go.mod").write_text("module m\n\ngo 1.24\n")
    (tmp_path / "m.go").write_text('package m\n\nimport "sync"\n' + _VALUES.format(said=said))
    found = check(["./..."], Config(min_confidence=Confidence.LOW), cwd=tmp_path).diagnostics
    assert [one.confidence for one in found if one.rule == "returns-guarded-state"] == [confidence]


_SERVER = """
type server struct {{
	quit chan struct{{}}
	done chan struct{{}}
}}

func run(work func() error) error {{
	s := &server{{quit: make(chan struct{{}}), done: make(chan struct{{}})}}
	go s.serve()
	if err := work(); err != nil {{
		s.stop()
		return err
	}}
	return nil
}}

func (s *server) serve() {{
	<-s.quit
	close(s.done)
}}

func (s *server) stop() {{
	{first}
	s.quit = nil
}}
"""


@pytest.mark.parametrize(
    ("first", "confidences"),
    [
        ("close(s.quit)\n\t<-s.done", [Confidence.LOW]),
        ("close(s.quit)\n\twait(s)", [Confidence.LOW]),
        ("", [Confidence.HIGH]),
    ],
)
def test_who_waits_before_it_writes(tmp_path: Path, first: str, confidences: list[Confidence]) -> None:
    (tmp_path / "go.mod").write_text("module m\n\ngo 1.24\n")
    wait = "\nvar other sync.WaitGroup\n\nfunc wait(*server) { other.Wait() }\n"
    (tmp_path / "m.go").write_text('package m\n\nimport "sync"\n' + wait + _SERVER.format(first=first))
    found = check(["./..."], Config(min_confidence=Confidence.LOW), cwd=tmp_path).diagnostics
    assert [one.confidence for one in found if one.rule == "publish-before-init"] == confidences


_ROOTED = """package m

import (
	"context"
	"time"
)

type key struct{{}}

func start(parent context.Context, work func(context.Context)) {{
	ctx, _ := context.WithTimeout({parent}, time.Minute)
	go work(ctx)
}}
"""


@pytest.mark.parametrize(
    ("parent", "confidence"),
    [
        ("context.Background()", Confidence.LOW),
        ("context.TODO()", Confidence.LOW),
        ("parent", Confidence.HIGH),
        ("context.WithValue(parent, key{}, 1)", Confidence.HIGH),
    ],
)
def test_what_has_no_parent_is_kept_by_nobody(tmp_path: Path, parent: str, confidence: Confidence) -> None:
    (tmp_path / "go.mod").write_text("module m\n\ngo 1.24\n")
    (tmp_path / "m.go").write_text(_ROOTED.format(parent=parent))
    found = check(["./..."], Config(min_confidence=Confidence.LOW), cwd=tmp_path).diagnostics
    assert [one.confidence for one in found if one.rule == "lost-cancel"] == [confidence]
