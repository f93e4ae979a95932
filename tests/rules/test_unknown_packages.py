"""What packages whose source isn't there may do with groups, channels and atomics that they are given, or give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path


def _speaks(folder: Path, *select: str) -> set[str]:
    """The rules that find something in a folder, those that are on or those that are asked."""
    report = check(["./..."], Config(select=select or ("default",)), cwd=folder)
    return {one.rule for one in report.diagnostics}


_HEAL = """package m

import "example.com/workers"

func heal(sets [][]func() error) (failed []error) {
	for _, set := range sets {
		errs := make([]error, len(set))
		jobs := workers.New(3)
		for j, f := range set {
			jobs.Take()
			go func(j int, f func() error) {
				defer jobs.Give()
				errs[j] = f()
			}(j, f)
		}
		jobs.WAIT()
		for _, err := range errs {
			if err != nil {
				failed = append(failed, err)
			}
		}
	}
	return failed
}
"""


@pytest.mark.parametrize(("last", "rules"), [("Wait", set()), ("Report", {"slice-append-race"})])
def test_who_waits_for_an_unknown_group_reads_what_it_did(tmp_path: Path, last: str, rules: set[str]) -> None:
    (tmp_path / "heal.go").write_text(_HEAL.replace("WAIT", last))
    assert _speaks(tmp_path) == rules


_LINK = """package m

import (
	"sync"

	"example.com/closers"
)

type Conn struct{ address string }

func (c *Conn) Close() {}

type Link struct {
	mu     sync.Mutex
	conn   *Conn
	closer *closers.Closer
	dial   func() *Conn
}

func Dial(dial func() *Conn) *Link {
	l := &Link{closer: closers.New(1), dial: dial, conn: dial()}
	go l.watch()
	return l
}

func (l *Link) watch() {
	defer l.closer.Done()
	for !l.closer.Closed() {
		l.mu.Lock()
		l.conn = l.dial()
		l.mu.Unlock()
	}
}

func (l *Link) Get() *Conn {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.conn
}

func (l *Link) Address() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.conn.address
}

func (l *Link) Shutdown() {
	l.closer.WAIT()
	l.conn.Close()
}
"""


@pytest.mark.parametrize(("last", "rules"), [("SignalAndWait", set()), ("Signal", {"inconsistent-guard"})])
def test_an_unknown_method_waits_where_its_name_says_so(tmp_path: Path, last: str, rules: set[str]) -> None:
    (tmp_path / "go.mod").write_text("module m\n\ngo 1.26\n")
    (tmp_path / "link.go").write_text(_LINK.replace("WAIT", last))
    assert _speaks(tmp_path) == rules


_WRITER = """package m

import (
	"errors"
	"sync/atomic"

	"example.com/closers"
)

type Writer struct {
	closed atomic.Bool
	lines  chan string
	closer *closers.Closer
}

func (w *Writer) Write(line string) error {
	if w.closed.Load() {
		return errors.New("closed")
	}
	w.lines <- line
	return nil
}

func (w *Writer) Close() {
	w.closed.Store(true)
	w.closer.SignalAndWait()
	close(w.lines)
}
"""


def test_what_an_unknown_method_waits_for_isnt_who_has_no_end(tmp_path: Path) -> None:
    (tmp_path / "writer.go").write_text(_WRITER)
    assert _speaks(tmp_path) == {"send-close-race"}


_RECEIVES = """package m

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestReceives(t *testing.T) {
	results := make([]error, 2)
	var all sync.WaitGroup
	all.Go(func() { results[0] = run() })
	done := make(chan struct{})
	go func() {
		all.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(time.Second):
		FAIL
	}
	for _, err := range results {
		require.NoError(t, err)
	}
}

func run() error { return nil }
"""


@pytest.mark.parametrize(
    ("fail", "rules"),
    [
        ('require.Fail(t, "timed out")', set()),
        ('require.FailNow(t, "timed out")', set()),
        ('t.Error("timed out")', {"slice-append-race"}),
    ],
)
def test_what_ends_a_test_leads_nowhere(tmp_path: Path, fail: str, rules: set[str]) -> None:
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.25\n")
    (tmp_path / "receives.go").write_text(_RECEIVES.replace("FAIL", fail))
    assert _speaks(tmp_path) == rules


_FORWARDS = """package m

import "example.com/forward"

func start(stop chan struct{}) (int, error) {
	ready := make(chan struct{}, 1)
	failed := make(chan error, 1)
	var forwarder *forward.Forwarder
	go func() {
		var err error
		if forwarder, err = build(stop, GIVEN); err != nil {
			failed <- err
			return
		}
		failed <- forwarder.Forward()
	}()
	select {
	case err := <-failed:
		return 0, err
	case <-ready:
		return forwarder.Port(), nil
	}
}

func build(stop, ready chan struct{}) (*forward.Forwarder, error) { return forward.New(stop, ready) }
"""


@pytest.mark.parametrize(("given", "rules"), [("ready", set()), ("nil", {"captured-variable-race"})])
def test_who_is_given_a_channel_may_close_it_at_any_time_later(tmp_path: Path, given: str, rules: set[str]) -> None:
    (tmp_path / "start.go").write_text(_FORWARDS.replace("GIVEN", given))
    assert _speaks(tmp_path) - {"nil-channel"} == rules


_COUNTS = """package m

import "go.uber.org/atomic"

type Meter struct{ errors *atomic.Int64 }

func NewMeter() *Meter { return &Meter{errors: atomic.NewInt64(0)} }

func (m *Meter) Fail() { m.errors.Inc() }

func (m *Meter) Report(log func(int64)) {
	n := m.errors.Load()
	log(n)
	m.errors.Store(0)
}
"""


def test_atomics_of_uber_are_known_where_their_source_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "meter.go").write_text(_COUNTS)
    report = check(["./..."], Config(), cwd=tmp_path)
    assert [one.rule for one in report.diagnostics] == ["load-then-store"]


_BOUNDED = """package bounded

import "sync"

type Group struct {
	wg    sync.WaitGroup
	slots chan struct{}
}

func New(n int) Group { return Group{slots: make(chan struct{}, n)} }

func (g *Group) Add(delta int) {
	for i := 0; i < delta; i++ {
		g.slots <- struct{}{}
	}
	for i := 0; i > delta; i-- {
		<-g.slots
	}
	g.wg.Add(delta)
}

func (g *Group) Done() { g.Add(-1) }

func (g *Group) Wait() { g.wg.Wait() }

func (g *Group) Report() {}
"""

_FETCHES = """package m

import (
	"sync"

	"example.com/m/bounded"
)

func fetch(ids []string, get func(string) (string, error)) (errs []error) {
	group := bounded.New(8)
	var mu sync.Mutex
	for _, id := range ids {
		group.Add(1)
		go func() {
			defer group.Done()
			if _, err := get(id); err != nil {
				mu.Lock()
				errs = append(errs, err)
				mu.Unlock()
			}
		}()
	}
	group.WAIT()
	return append([]error(nil), errs...)
}
"""


@pytest.mark.parametrize("apart", [True, False], ids=["in another package", "in the same package"])
@pytest.mark.parametrize(("last", "rules"), [("Wait", set()), ("Report", {"slice-append-race"})])
def test_who_waits_for_a_group_of_the_module_reads_what_it_did(
    tmp_path: Path, last: str, rules: set[str], *, apart: bool
) -> None:
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.25\n")
    fetches = _FETCHES.replace("WAIT", last)
    if apart:
        (tmp_path / "bounded").mkdir()
        (tmp_path / "bounded" / "bounded.go").write_text(_BOUNDED)
    else:
        (tmp_path / "bounded.go").write_text(_BOUNDED.replace("package bounded", "package m"))
        fetches = fetches.replace('\n\n\t"example.com/m/bounded"', "").replace("bounded.New", "New")
    (tmp_path / "fetch.go").write_text(fetches)
    assert _speaks(tmp_path, "slice-append-race") == rules


_VALUES = """package m

import "go.uber.org/atomic"

type Peer struct{ name, age atomic.Value }

func (p *Peer) Rename(name string) { p.name.Store(name) }
func (p *Peer) Celebrate(age int)  { p.age.Store(age) }
func (p *Peer) Forget()            { p.name.Store(0) }
"""


def test_each_of_ubers_values_has_a_type_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "peer.go").write_text(_VALUES)
    report = check(["./..."], Config(), cwd=tmp_path)
    assert [(one.rule, one.symbol) for one in report.diagnostics] == [("atomic-value-types", "(*Peer).Forget")]


_UPGRADER = """package m

import "example.com/sockets"

type Upgrader struct {{
	{embedded}
	name string
}}

func (u Upgrader) Upgrade() bool {{
	u.Size = 8
	return u.{used}.Do()
}}
"""


@pytest.mark.parametrize(
    ("embedded", "used", "rules"),
    [
        ("sockets.Upgrader", "Upgrader", set()),
        ("Size int; run runner", "run", {"value-receiver-write"}),
    ],
)
def test_what_is_embedded_may_hold_the_field(tmp_path: Path, embedded: str, used: str, rules: set[str]) -> None:
    code = (
        _UPGRADER.format(embedded=embedded, used=used)
        + "\ntype runner struct{}\n\nfunc (runner) Do() bool { return true }\n"
    )
    (tmp_path / "m.go").write_text(code)
    assert _speaks(tmp_path, "value-receiver-write") == rules


_STREAM = """package m

import "example.com/streams"

func last(client streams.Client) int {
	size := 0
	go func() {
		stream := client.Open()
		size = stream.Size()
	}()
	event := <-client.Events()
	println(event)
	return size
}
"""


def test_what_an_unknown_function_may_do_is_no_announcement(tmp_path: Path) -> None:
    (tmp_path / "stream.go").write_text(_STREAM)
    report = check(["./..."], Config(), cwd=tmp_path)
    assert [one.rule for one in report.diagnostics] == ["captured-variable-race"]


_POLICY = """package m

import (
	"sync"

	"example.com/tail"
)

type Policy struct {
	mu    sync.RWMutex
	rules []POINTERtail.Rule
	last  *tail.Rule
}

func (p *Policy) For(ports []int) []POINTERtail.Rule {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return narrowed(p.rules, ports)
}

func narrowed(rules []POINTERtail.Rule, ports []int) []POINTERtail.Rule {
	var found []POINTERtail.Rule
	for _, rule := range rules {
		out := rule
		out.Ports = ports
		found = append(found, out)
	}
	return found
}

func (p *Policy) All() []POINTERtail.Rule {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.rules
}

func (p *Policy) Last(ports []int) tail.Rule {
	p.mu.RLock()
	defer p.mu.RUnlock()
	last := p.last
	out := *last
	out.Ports = ports
	return out
}

func (p *Policy) Set(rules []POINTERtail.Rule, last *tail.Rule) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rules = rules
	p.last = last
}

func (p *Policy) First() int {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.rules[0].Narrow + len(p.rules[0].Ports)
}
"""


@pytest.mark.parametrize(("pointer", "rules"), [("", set()), ("*", {"write-under-rlock"})])
def test_a_type_that_is_not_there_is_copied_where_it_has_no_star(tmp_path: Path, pointer: str, rules: set[str]) -> None:
    (tmp_path / "policy.go").write_text(_POLICY.replace("POINTER", pointer))
    assert _speaks(tmp_path, "write-under-rlock") == rules
