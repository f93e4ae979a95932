"""What of a function's own doing tells that the guard it lacks is needed there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

RULES = ("inconsistent-guard", "guarded-value-escapes", "iteration-race", "wrong-lock")

NODE = """
type node struct {
	mu    sync.RWMutex
	state int
	votes map[string]bool
}

func (n *node) set(state int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.state != 7 {
		n.state = state
	}
}

func (n *node) IsLeader() bool {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.state == 2
}

func (n *node) State() int {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.state
}
"""

PROPOSE = (
    NODE
    + """
// Propose should only be called on the leader.
func (n *node) Propose() error {
	n.mu.RLock()
	if n.state != 2 {
		n.mu.RUnlock()
		return fmt.Errorf("not the leader (state: %d)", n.state)
	}
	n.mu.RUnlock()
	return nil
}
"""
)

GETTER = (
    NODE
    + """
func report(n *node) {
	if n.State() != 2 {
		fmt.Println("state", n.state)
	}
}
"""
)

FORBIDDEN = (
    NODE
    + """
// refresh asks the others again. Lock MUST NOT be held on entry.
func refresh(n *node) bool {
	return n.state == 3
}
"""
)

AFTER_A_WAIT = """
type account struct {
	mu    sync.Mutex
	store *store
	limit int
}

type store struct{ group sync.WaitGroup }

func (s *store) stop() { s.group.Wait() }

func (a *account) enable(s *store) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.store = s
}

func (a *account) enabled() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.store != nil
}

func remove(a *account) {
	a.mu.Lock()
	s := a.store
	a.mu.Unlock()
	if s != nil {
		s.stop()
		a.store = nil
	}
	a.mu.Lock()
	a.limit = 0
	a.mu.Unlock()
}
"""

ENTRY = """
type entry struct{ seq int }

type stream struct {
	mu      sync.Mutex
	entries map[string]*entry
}

func (s *stream) Add(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entries[id] = &entry{}
	s.entries[id].seq = len(s.entries)
}

func (s *stream) Bump(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entries[id].seq++
}

func (s *stream) Last(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.entries[id].seq
}

func (s *stream) Known(id string) string {
	var seq int
	s.mu.Lock()
	e := s.entries[id]
	if e != nil {
		seq = e.seq
	}
	s.mu.Unlock()
	if seq > 0 {
		return fmt.Sprint(e.seq)
	}
	return ""
}
"""

BEFORE_THE_LOCK = """
type sink struct {
	mu     sync.Mutex
	out    *bytes.Buffer
	ticker *time.Ticker
	begun  bool
}

func (s *sink) Write(data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.begun {
		s.start()
		s.begun = true
	}
	s.out.Write(data)
}

func (s *sink) start() {
	s.ticker = time.NewTicker(time.Minute)
	go func() {
		for range s.ticker.C {
			s.mu.Lock()
			s.out.Reset()
			s.mu.Unlock()
		}
	}()
}

func (s *sink) Close() {
	if s.ticker != nil {
		s.ticker.Stop()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.Reset()
}
"""

KEEPS_UP = """
type Link struct {
	mu   sync.Mutex
	text bool
}

func (l *Link) Read(binary bool, note func()) {
	if binary {
		if l.text {
			l.mu.Lock()
			l.text = false
			l.mu.Unlock()
			note()
		}
		return
	}
	l.mu.Lock()
	l.text = true
	l.mu.Unlock()
}

func (l *Link) Skip(binary bool, note func()) {
	if binary {
		if l.text {
			l.mu.Lock()
			l.text = false
			l.mu.Unlock()
		}
		return
	}
	l.mu.Lock()
	l.text = true
	l.mu.Unlock()
}

func (l *Link) Write(send func(bool)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.text {
		send(true)
	}
}

func (l *Link) Ping(send func(bool)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.text {
		send(true)
	}
}
"""


AFTER_CALLS_OF_ITS_OWN = """
type Client struct {
	mu    sync.Mutex
	peers map[string]int
}

func (c *Client) run(names <-chan string) {
	for name := range names {
		c.mu.Lock()
		if c.peers[name] == 0 {
			c.peers[name] = len(name)
		}
		c.mu.Unlock()
	}
}

func (c *Client) Start(names <-chan string) {
	go c.run(names)
}

func (c *Client) Forget(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.peers, name)
}

func (c *Client) CloseAll(wg *sync.WaitGroup) {
	wg.Wait()
	c.Close()
}

func (c *Client) Close() {
	for name := range c.peers {
		fmt.Println(name)
	}
}
"""

TWO_LOCKS = """
type resolver struct {
	ringMu     sync.Mutex
	ring       []string
	listenerMu sync.Mutex
	listeners  map[string]chan<- string
}

func (r *resolver) Stop() {
	r.ringMu.Lock()
	defer r.ringMu.Unlock()
	r.ring = nil
	r.listeners = make(map[string]chan<- string)
}

func (r *resolver) Add(name string, told chan<- string) {
	r.listenerMu.Lock()
	defer r.listenerMu.Unlock()
	if _, ok := r.listeners[name]; !ok {
		r.listeners[name] = told
	}
}

func (r *resolver) Remove(name string) {
	r.listenerMu.Lock()
	defer r.listenerMu.Unlock()
	delete(r.listeners, name)
}

func (r *resolver) Tell(what string) {
	r.listenerMu.Lock()
	defer r.listenerMu.Unlock()
	for _, told := range r.listeners {
		told <- what
	}
}
"""


def _shown(code: str, folder: Path) -> set[tuple[str, str]]:
    """The locations and functions of the findings that are sure enough to be shown by default."""
    packages = [name for name in ("bytes", "fmt", "os", "sync", "time") if f"{name}." in code]
    (folder / "go.mod").write_text("module example.com/x\n\ngo 1.22\n")
    (folder / "x.go").write_text("package x\n\n" + "".join(f'import "{name}"\n' for name in packages) + code)
    report = check(["./..."], Config(select=("default",)), cwd=folder)
    assert report.problems == ()
    return {(one.location, one.symbol.rpartition(".")[2]) for one in report.diagnostics if one.rule in RULES}


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        pytest.param(PROPOSE, ("node.state", "Propose"), id="read under the lock before, whatever callers must do"),
        pytest.param(GETTER, ("node.state", "report"), id="asked for by a getter before"),
        pytest.param(FORBIDDEN, ("node.state", "refresh"), id="callers must not hold the lock"),
        pytest.param(AFTER_A_WAIT, ("account.store", "remove"), id="waited for some, and locked again"),
        pytest.param(ENTRY, ("entry.seq", "Known"), id="found under the lock and read there"),
        pytest.param(BEFORE_THE_LOCK, ("sink.ticker", "Close"), id="right before the lock is taken"),
    ],
)
def test_what_is_shown(code: str, wanted: tuple[str, str], tmp_path: Path) -> None:
    assert _shown(code, tmp_path) == {wanted}


def test_who_only_keeps_a_flag_up_to_date_may_look_without_the_lock(tmp_path: Path) -> None:
    # Where more is done with what was found it isn't so.
    assert _shown(KEEPS_UP, tmp_path) == {("Link.text", "Read")}


def test_what_is_asked_for_afterwards_tells_nothing(tmp_path: Path) -> None:
    later = GETTER.replace(
        '	if n.State() != 2 {\n		fmt.Println("state", n.state)\n	}', "	fmt.Println(n.state, n.State())"
    )
    assert _shown(later.replace("func report(n *node)", "func (n *node) report()"), tmp_path) == set()


def test_who_has_nothing_to_do_with_the_object_asks_its_getter(tmp_path: Path) -> None:
    past = GETTER.replace("n.State() != 2", "len(os.Args) > 1")
    assert _shown(past, tmp_path) == {("node.state", "report")}
    second = "\nfunc warn(n *node) {\n	fmt.Println(n.state)\n}\n"
    assert _shown(past + second, tmp_path) == set()


def test_an_exported_method_is_called_by_more_than_its_own_wrapper(tmp_path: Path) -> None:
    wrapped = AFTER_CALLS_OF_ITS_OWN
    assert _shown(wrapped, tmp_path) == {("Client.peers", "Close")}
    called = wrapped.replace("func (c *Client) CloseAll(", "func closeAll(c *Client, ")
    assert _shown(called, tmp_path) == set()


def test_who_replaces_a_map_under_another_lock_is_not_alone(tmp_path: Path) -> None:
    assert _shown(TWO_LOCKS, tmp_path) == {("resolver.listeners", "Stop")}
    first = TWO_LOCKS.replace("	r.ringMu.Lock()\n	defer r.ringMu.Unlock()\n	r.ring", "	r.ring")
    assert _shown(first, tmp_path) == set()


def test_what_callers_must_do_before_calling_is_not_about_locks(tmp_path: Path) -> None:
    said = "// Ready tells whether all is set. You must {} this."
    method = """
func (n *node) Ready() bool {
	n.mu.RLock()
	votes := len(n.votes)
	n.mu.RUnlock()
	return votes > 0 && n.state == 4
}
"""
    assert _shown(NODE + said.format("connect before calling") + method, tmp_path) == {("node.state", "Ready")}
    assert _shown(NODE + said.format("lock it to call") + method, tmp_path) == set()


def test_who_waits_for_the_others_and_leaves_needs_no_lock(tmp_path: Path) -> None:
    last = AFTER_A_WAIT.replace("	a.mu.Lock()\n	a.limit = 0\n	a.mu.Unlock()\n}", "}")
    assert _shown(last, tmp_path) == set()


def test_what_is_set_where_nobody_has_stays(tmp_path: Path) -> None:
    lazy = PROPOSE.replace("if n.state != 7 {", "if n.state == 0 {")
    assert _shown(lazy, tmp_path) == set()


def test_who_was_called_after_a_wait_locks_again_for_others(tmp_path: Path) -> None:
    called = AFTER_A_WAIT.replace(
        "	if s != nil {\n		s.stop()\n		a.store = nil\n	}\n", "	_ = s\n	a.store = nil\n"
    )
    called += "\nfunc removeAll(s *store, a *account) {\n	s.stop()\n	remove(a)\n}\n"
    assert _shown(called, tmp_path) == {("account.store", "remove")}


def test_what_a_helper_reads_when_its_callers_have_left(tmp_path: Path) -> None:
    batch = """
type batch struct {
	mu    sync.Mutex
	size  int
	names []string
	full  chan bool
}

func (b *batch) Add(name string) {
	b.mu.Lock()
	b.size += len(name)
	b.names = append(b.names, name)
	b.mu.Unlock()
	b.tellIfFull()
}

func (b *batch) tellIfFull() {
	if b.size > 100 {
		b.full <- true
	}
}

func (b *batch) Take() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	taken := b.names
	b.names, b.size = nil, 0
	return taken
}
"""
    assert _shown(batch, tmp_path) == {("batch.size", "tellIfFull")}
    alone = batch.replace("	b.mu.Unlock()\n	b.tellIfFull()\n", "	b.tellIfFull()\n	b.mu.Unlock()\n")
    assert _shown(alone, tmp_path) == set()
