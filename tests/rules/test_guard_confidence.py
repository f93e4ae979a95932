"""Which findings about guarded state are shown by default: what one has to see before a lock's absence is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

RULES = ("inconsistent-guard", "iteration-race", "wrong-lock", "map-race", "declared-guard", "write-under-rlock")

SOLE = """
type Ring struct {
	keys [][]byte
	mu   sync.Mutex
}

func (r *Ring) Add(key []byte) {
	for _, one := range r.keys {
		if bytes.Equal(one, key) {
			return
		}
	}
	r.install(append([][]byte{key}, r.Keys()...))
}

func (r *Ring) Drop(key []byte) {
	for at, one := range r.keys {
		if bytes.Equal(one, key) {
			r.install(append(r.keys[:at:at], r.keys[at+1:]...))
		}
	}
}

func (r *Ring) install(keys [][]byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys = keys
}

func (r *Ring) Keys() [][]byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.keys
}

func (r *Ring) First() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.keys) == 0 {
		return nil
	}
	return r.keys[0]
}
"""

SEVERAL = SOLE.replace("	mu   sync.Mutex\n", "	mu   sync.Mutex\n	name string\n").replace(
    "func (r *Ring) install",
    """func (r *Ring) Rename(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.name = name
}

func (r *Ring) Peek() []byte { return r.keys[0] }

func (r *Ring) Size() int { return len(r.keys) }

func (r *Ring) install""",
)

RELOADED = """
type Hosts struct {
	mu    sync.RWMutex
	table map[string]string
	since time.Time
}

func (h *Hosts) Watch(tick <-chan time.Time) {
	go func() {
		for range tick {
			h.reload()
		}
	}()
}

func (h *Hosts) reload() {
	fresh := map[string]string{"localhost": "127.0.0.1"}
	if h.since.IsZero() {
		fresh["first"] = "::1"
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.table = fresh
	h.since = time.Now()
}

func (h *Hosts) Age() time.Duration {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return time.Since(h.since)
}

func (h *Hosts) Names() int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.table)
}

func (h *Hosts) Find(name string) string { return find(h.table, name) }

func (h *Hosts) FindLower(name string) string { return find(h.table, strings.ToLower(name)) }

func find(table map[string]string, name string) string { return table[name] }
"""

HANDLE = """
type handle struct {
	mu    sync.Mutex
	state int
}

type Driver struct {
	mu      sync.Mutex
	handles map[string]*handle
}

func (d *Driver) Start(id string) {
	h := &handle{state: 1}
	d.mu.Lock()
	d.handles[id] = h
	d.mu.Unlock()
	go h.run()
}

func (h *handle) run() {
	time.Sleep(time.Second)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.state = 2
}

func (d *Driver) get(id string) *handle {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.handles[id]
}

func (d *Driver) Inspect(id string) int {
	h := d.get(id)
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.state
}

func (d *Driver) Stop(id string) bool { return !d.get(id).IsRunning() }

func (h *handle) IsRunning() bool { return h.state == 1 }
"""

LEFT = """
type node struct{ round int }

type Cluster struct {
	mu    sync.Mutex
	nodes map[string]*node
}

func (c *Cluster) Join(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.nodes[name] = &node{}
	c.nodes[name].round = 1
}

func (c *Cluster) Advance(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.nodes[name].round < 100 {
		c.nodes[name].round++
	}
}

func (c *Cluster) Reset(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.nodes[name].round > 1 {
		c.nodes[name].round = 1
	}
}

func (c *Cluster) Even(name string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nodes[name].round%2 == 0
}

func (c *Cluster) Odd(name string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nodes[name].round%2 == 1
}

func (c *Cluster) Both(a, b string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nodes[a].round == c.nodes[b].round
}

func (c *Cluster) Last(name string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nodes[name].round == 100
}

// Suspect must not be called after the cluster was closed.
func (c *Cluster) Suspect(name string) int {
	c.mu.Lock()
	n := c.nodes[name]
	c.mu.Unlock()
	return n.round
}

func (c *Cluster) Confirm(name string) int {
	c.mu.Lock()
	n := c.nodes[name]
	c.mu.Unlock()
	return n.round + 1
}
"""

AGAIN = (
    """
type Conn struct {
	mu  sync.Mutex
	err error
	out []byte
}

func (c *Conn) Publish(data []byte) error {
	c.mu.Lock()
	if c.err != nil {
		c.mu.Unlock()
		return c.err
	}
	c.out = append(c.out, data...)
	c.mu.Unlock()
	return nil
}

func (c *Conn) Reopen() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.err = nil
}
"""
    + "".join(
        f"""
func (c *Conn) Fail{number}(err error) {{
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {{
		c.err = err
	}}
}}
"""
        for number in range(8)
    )
    + "".join(
        f"""
func (c *Conn) Last{number}() string {{ return c.err.Error() }}
"""
        for number in range(6)
    )
)

NIL_FIRST = """
type Stream struct {
	state sync.Mutex
	mu    sync.Mutex
	buf   *bytes.Buffer
	open  bool
}

func (s *Stream) Fill(data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.buf == nil {
		s.buf = &bytes.Buffer{}
	}
	s.buf.Write(data)
}

func (s *Stream) Shrink() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.buf != nil && s.buf.Len() == 0 {
		s.buf = nil
	}
}

func (s *Stream) Read(into []byte) (int, error) {
	s.state.Lock()
	if !s.open && (s.buf == nil || s.buf.Len() == 0) {
		s.state.Unlock()
		return 0, io.EOF
	}
	s.open = true
	s.state.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.Read(into)
}
"""


POOL = """
type Pool struct {
	closed atomic.Bool
	mu     sync.Mutex
	size   int
	most   int
}

func (p *Pool) isClosed() bool { return p.closed.Load() }

func (p *Pool) Close() { p.closed.Store(true) }

func (p *Pool) Grow() error {
	if p.isClosed() {
		return io.EOF
	}
	if p.size >= p.most {
		return io.ErrShortBuffer
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.size++
	return nil
}

func (p *Pool) Shrink() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.size--
}

func (p *Pool) Size() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.size
}
"""

READ_LOOP = """
type Client struct {
	mu   sync.Mutex
	last error
}

func (c *Client) Dial(lines <-chan string) {
	go c.read(lines)
}

func (c *Client) read(lines <-chan string) {
	for line := range lines {
		c.fail(errors.New(line))
	}
}

func (c *Client) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last == nil {
		c.last = err
	}
}
""" + "".join(
    f"""
func (c *Client) Reset{number}() {{
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last != nil {{
		c.last = nil
	}}
}}

func (c *Client) Failed{number}() bool {{ return c.last.Error() == "" }}
"""
    for number in range(7)
)

SHUT = """
type Hooks struct {
	mu    sync.Mutex
	over  bool
	hooks map[string]func()
}

func (h *Hooks) Add(name string, hook func()) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.over {
		return errors.New("over")
	}
	h.hooks[name] = hook
	return nil
}

func (h *Hooks) Drop(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.over {
		delete(h.hooks, name)
	}
}

func (h *Hooks) Has(name string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.hooks[name] != nil
}

func (h *Hooks) Run() int {
	h.mu.Lock()
	if h.over {
		h.mu.Unlock()
		return 0
	}
	h.over = true
	h.mu.Unlock()
	for _, hook := range h.hooks {
		go hook()
	}
	return len(h.hooks)
}
"""

LEADER = """
type Node struct {
	mu     sync.RWMutex
	leader string
}

func (n *Node) Lead(name string, tell func()) {
	n.mu.Lock()
	old := n.leader
	n.leader = name
	n.mu.Unlock()
	if old != n.leader {
		tell()
	}
}

func (n *Node) Leader() string {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.leader
}

func (n *Node) Leave() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.leader != "" {
		n.leader = ""
	}
}
"""

ENCODED = """
type Board struct {
	sync.RWMutex
	notes map[string]int
}

func (b *Board) Put(key string, n int) {
	b.Lock()
	defer b.Unlock()
	b.notes[key] = n
}

func (b *Board) Take(key string) {
	b.Lock()
	defer b.Unlock()
	delete(b.notes, key)
}

func (b *Board) Get(key string) int {
	b.RLock()
	defer b.RUnlock()
	return b.notes[key]
}

func (b *Board) MarshalJSON() ([]byte, error) {
	notes := make(map[string]int, len(b.notes))
	for key, n := range b.notes {
		notes[key] = n
	}
	return json.Marshal(notes)
}

func Save(b *Board) ([]byte, error) {
	b.RLock()
	defer b.RUnlock()
	return json.Marshal(b)
}
"""

EXPOSED = """
type Group struct {
	Mu      sync.RWMutex
	members map[string]int
}

func (g *Group) Join(name string) {
	g.Mu.Lock()
	defer g.Mu.Unlock()
	g.members[name]++
}

func (g *Group) Leave(name string) {
	g.Mu.Lock()
	defer g.Mu.Unlock()
	delete(g.members, name)
}

func (g *Group) Has(name string) bool {
	g.Mu.RLock()
	defer g.Mu.RUnlock()
	return g.members[name] > 0
}

func (g *Group) Share(total int) int { return total / len(g.members) }
"""


HANDED = """
type Queue struct {
	mu      sync.Mutex
	pending map[string]int
	waiting []string
}

func (q *Queue) Reset() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pending = map[string]int{}
	q.waiting = nil
}

func (q *Queue) Add(name string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pending[name]++
	q.waiting = append(q.waiting, name)
}

func (q *Queue) Has(name string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.pending[name] > 0
}

func (q *Queue) Cancel(name string) { q.drop(name, q.pending) }

func (q *Queue) drop(name string, from map[string]int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(from, name)
}

func (q *Queue) Run(expire func(func(string))) { expire(q.Cancel) }
"""

OTHER_LOCK = (
    """
type Client struct {
	mu       sync.Mutex
	presence sync.Mutex
	channels map[string]int
}
"""
    + "".join(
        f"""
func (c *Client) Join{number}(name string) {{
	c.mu.Lock()
	defer c.mu.Unlock()
	c.channels[name] = {number}
}}
"""
        for number in range(15)
    )
    + """
func (c *Client) Ping(name string) {
	c.presence.Lock()
	defer c.presence.Unlock()
	c.expire(name)
}

func (c *Client) expire(name string) { c.channels[name] = 0 }

func (c *Client) Close() {
	c.presence.Lock()
	defer c.presence.Unlock()
	for name := range c.channels {
		c.expire(name)
	}
}
"""
)

REPLAY = """
type Rule struct {
	mu     sync.Mutex
	alerts map[string]int
}

func (r *Rule) Exec(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.alerts[name]++
}

func (r *Rule) Alert(name string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.alerts[name]
}

func (r *Rule) Alerts() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.alerts)
}

func (r *Rule) Replay(names []string) {
	held := map[string]int{}
	for _, name := range names {
		held[name] = r.alerts[name] + 1
	}
	r.alerts = held
}
"""


ONCE = """
type Conn struct {
	mu     sync.Mutex
	once   sync.Once
	closes []chan error
	closed bool
	ended  chan struct{}
}

func (c *Conn) Notify(told chan error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closes = append(c.closes, told)
}

func (c *Conn) Renew() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = make(chan struct{})
}

func (c *Conn) Close(err error) {
	c.once.Do(func() {
		for _, told := range c.closes {
			told <- err
		}
		for _, told := range c.closes {
			close(told)
		}
		close(c.ended)
		c.mu.Lock()
		c.closed = true
		c.mu.Unlock()
	})
}
"""

BARRIER = """
type Plan struct {
	mu   sync.Mutex
	busy sync.WaitGroup
	work []int
	make func(int) []int
}

func (p *Plan) Prepare(n int) {
	p.busy.Add(1)
	go func() {
		p.mu.Lock()
		p.busy.Done()
		defer p.mu.Unlock()
		p.work = p.make(n)
	}()
	p.busy.Wait()
}

func (p *Plan) Finish() {
	p.mu.Lock()
	p.mu.Unlock()
}

func (p *Plan) Apply(use func(int)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, each := range p.work {
		use(each)
	}
}

func (p *Plan) Done(drop func(int)) {
	defer func() { p.work = nil }()
	drop(p.work[0])
}
"""


def _shown(code: str, folder: Path) -> set[tuple[str, str]]:
    """The locations and functions of the findings about guarded state that are sure enough to be shown by default."""
    packages = [
        name
        for name in ("bytes", "encoding/json", "errors", "io", "strings", "sync", "time")
        if f"{name.rpartition('/')[2]}." in code
    ]
    imports = "".join(f'import "{name}"\n' for name in packages)
    imports += 'import "sync/atomic"\n' if "atomic." in code else ""
    (folder / "go.mod").write_text("module example.com/x\n\ngo 1.22\n")
    (folder / "x.go").write_text(f"package x\n\n{imports}{code}")
    report = check(["./..."], Config(select=("default",)), cwd=folder)
    assert report.problems == ()
    return {(one.location, one.symbol.rpartition(".")[2]) for one in report.diagnostics if one.rule in RULES}


NAMED = """
type Station struct {
	mu   sync.RWMutex
	name string
	call func(name, what string) error
}

func (s *Station) Name() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.name
}

func (s *Station) Register(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	FIRST
	s.name = name
}

func (s *Station) Start() error { return s.call(s.name, "start") }

func (s *Station) Stop() error { return s.call(s.name, "stop") }

func (s *Station) Reset() error { return s.call(s.name, "reset") }

func (s *Station) Later() {
	time.AfterFunc(time.Second, func() { _ = s.call(s.name, "later") })
}
"""


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        pytest.param(SOLE, {("Ring.keys", "Add"), ("Ring.keys", "Drop")}, id="the only field beside a lock"),
        pytest.param(RELOADED, {("Hosts.table", "Find"), ("Hosts.table", "FindLower")}, id="a goroutine replaces it"),
        pytest.param(HANDLE, {("handle.state", "IsRunning")}, id="a goroutine changes what a getter reads"),
        pytest.param(LEFT, {("node.round", "Suspect"), ("node.round", "Confirm")}, id="found under the lock"),
        pytest.param(AGAIN, {("Conn.err", "Publish")}, id="read under the lock and again behind it"),
        pytest.param(POOL, {("Pool.size", "Grow")}, id="an atomic flag that nobody has set"),
        pytest.param(
            READ_LOOP, {("Client.last", f"Failed{number}") for number in range(3)}, id="many getters beside a goroutine"
        ),
        pytest.param(NIL_FIRST, {("Stream.buf", "Read")}, id="tested for nil and then used"),
        pytest.param(HANDED, {("Queue.pending", "Cancel")}, id="handed to who takes the lock"),
        pytest.param(
            OTHER_LOCK, {("Client.channels", "expire"), ("Client.channels", "Close")}, id="under one other lock"
        ),
        pytest.param(REPLAY, {("Rule.alerts", "Replay")}, id="looked at before it is replaced"),
        pytest.param(ONCE, {("Conn.closes", "func1")}, id="ranged over once by who takes the lock for other things"),
    ],
)
def test_what_is_shown(code: str, wanted: set[tuple[str, str]], tmp_path: Path) -> None:
    assert _shown(code, tmp_path) == wanted


def test_a_lock_that_guards_other_fields_too_is_no_belief_of_few(tmp_path: Path) -> None:
    assert _shown(SEVERAL, tmp_path) == set()


def test_the_goroutine_that_alone_writes_reads_without_the_lock(tmp_path: Path) -> None:
    assert ("Hosts.since", "reload") not in _shown(RELOADED, tmp_path)


def test_a_goroutine_that_is_the_only_one_to_call_a_getter_may_leave_the_lock_out(tmp_path: Path) -> None:
    alone = HANDLE.replace("!d.get(id).IsRunning()", "d.get(id) != nil").replace(
        "	h.mu.Lock()\n	defer h.mu.Unlock()\n	h.state = 2",
        "	if !h.IsRunning() {\n		return\n	}\n	h.mu.Lock()\n	defer h.mu.Unlock()\n	h.state = 2",
    )
    assert _shown(alone, tmp_path) == set()


def test_an_atomic_flag_that_was_set_says_that_all_is_ready(tmp_path: Path) -> None:
    for test in ("if !p.isClosed() {", "if p.closed.Load() == false {"):
        assert _shown(POOL.replace("if p.isClosed() {", test), tmp_path) == set()


def test_what_is_done_once_may_fill_a_container_that_it_goes_over(tmp_path: Path) -> None:
    filled = ONCE.replace("		close(c.ended)\n", "		c.closes = nil\n")
    assert _shown(filled, tmp_path) == set()


def test_who_sets_an_object_up_looks_at_nothing_first(tmp_path: Path) -> None:
    assert _shown(REPLAY.replace("r.alerts[name] + 1", "1"), tmp_path) == set()


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("must not be used while others add alerts concurrently", False),
        ("can't be called at the same time as Add", False),
        ("may be used while others add alerts concurrently", True),
    ],
)
def test_a_comment_says_what_nobody_must_do_meanwhile(said: str, tmp_path: Path, *, shown: bool) -> None:
    code = REPLAY.replace("func (r *Rule) Replay(", f"// Replay {said}.\nfunc (r *Rule) Replay(")
    assert (_shown(code, tmp_path) != set()) is shown


def test_many_who_lack_the_lock_are_believed(tmp_path: Path) -> None:
    once = AGAIN.replace(
        "		c.mu.Unlock()\n		return c.err\n",
        "		err := c.err\n		c.mu.Unlock()\n		return err\n",
    )
    assert _shown(once, tmp_path) == set()


def test_who_has_shut_the_door_needs_no_lock_any_more(tmp_path: Path) -> None:
    assert _shown(SHUT, tmp_path) == set()
    assert _shown(LEADER, tmp_path) == {("Node.leader", "Lead")}
    open_door = SHUT.replace("	if !h.over {\n		delete(h.hooks, name)\n	}", "	delete(h.hooks, name)")
    assert _shown(open_door, tmp_path) == {("Hooks.hooks", "Run")}


def test_who_encodes_an_object_holds_the_lock_for_its_methods(tmp_path: Path) -> None:
    assert _shown(ENCODED, tmp_path) == set()
    bare = ENCODED.replace("	b.RLock()\n	defer b.RUnlock()\n	return json", "	return json")
    assert _shown(bare, tmp_path) == {("Board.notes", "MarshalJSON")}


def test_a_lock_that_callers_can_take_may_be_theirs_to_take(tmp_path: Path) -> None:
    assert _shown(EXPOSED, tmp_path) == set()
    assert _shown(EXPOSED.replace("Mu  ", "mu  ").replace("g.Mu", "g.mu"), tmp_path) == {("Group.members", "Share")}


def test_what_is_named_once_is_asked_for_by_those_who_come_later(tmp_path: Path) -> None:
    once = """if s.name != "" {
		panic("it has a name")
	}"""
    assert _shown(NAMED.replace("FIRST", once), tmp_path) == set()


def test_what_is_named_anew_is_asked_for_under_the_lock(tmp_path: Path) -> None:
    assert ("Station.name", "Start") in _shown(NAMED.replace("FIRST", ""), tmp_path)


def test_a_lock_that_is_only_waited_for_orders_what_comes_after(tmp_path: Path) -> None:
    assert _shown(BARRIER, tmp_path) == set()
    working = "	p.mu.Lock()\n	p.work = p.work[1:]\n	p.mu.Unlock()"
    assert ("Plan.work", "Done") in _shown(BARRIER.replace("	p.mu.Lock()\n	p.mu.Unlock()", working), tmp_path)


GETTER = """
type Gauge struct {
	mu    sync.Mutex
	total int // since the start
	parts int
}

func (g *Gauge) Add() {
	g.mu.Lock()
	g.total++
	g.parts++
	g.mu.Unlock()
}

func (g *Gauge) Total() int { return g.total }

func (g *Gauge) Start() { go g.Add() }
"""


def test_a_comment_can_deny_that_a_lock_guards_the_field(tmp_path: Path) -> None:
    assert _shown(GETTER, tmp_path) == {("Gauge.total", "Total")}
    assert _shown(GETTER.replace("since the start", "not guarded by mu"), tmp_path) == set()


ENGINE = """
type Engine struct {
	mu    sync.Mutex
	limit int
	jobs  []string
}

func (e *Engine) Start(limit int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	FIRST
	go e.run()
	LAST
	e.jobs = append(e.jobs, "first")
}

func (e *Engine) run() {
	e.mu.Lock()
	e.jobs = e.jobs[:0]
	e.mu.Unlock()
}

func (e *Engine) Full(count int) bool {
	e.mu.Lock()
	jobs := len(e.jobs)
	e.mu.Unlock()
	return count+jobs > e.limit
}
"""


def test_who_starts_an_object_under_its_lock_sets_it_up_for_those_who_come_later(tmp_path: Path) -> None:
    sets = "e.limit = 10\n\tif limit > e.limit {\n\t\te.limit = limit\n\t\tprintln(e.limit)\n\t}"
    assert _shown(ENGINE.replace("FIRST", sets).replace("LAST", ""), tmp_path) == set()
    late = ENGINE.replace("FIRST", "").replace("LAST", sets)
    assert _shown(late, tmp_path) == {("Engine.limit", "Full")}


PLAYER = """
type Player struct {
	mu    *sync.RWMutex
	tape  *[]byte
	place int
}

func New(mu *sync.RWMutex, tape *[]byte) *Player { return &Player{mu: mu, tape: tape} }

func (p *Player) Play(into []byte) int {
	p.mu.RLock()
	defer p.mu.RUnlock()
	n := copy(into, (*p.tape)[p.place:])
	p.place += n
	return n
}

// Wind goes on by some bytes. It is for everybody.
func (p *Player) Wind(by int) int {
	p.mu.RLock()
	defer p.mu.RUnlock()
	p.place += by
	return p.place
}

func (p *Player) Record(bytes []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	*p.tape = append(*p.tape, bytes...)
	p.place += len(bytes)
}
"""


@pytest.mark.parametrize("said", ["not thread-safe", "not goroutine safe", "not safe for several goroutines"])
def test_a_comment_says_that_the_read_side_is_for_others(said: str, tmp_path: Path) -> None:
    assert {symbol for _, symbol in _shown(PLAYER, tmp_path)} == {"Play", "Wind"}
    assert _shown(PLAYER.replace("for everybody", said), tmp_path) == set()


def test_what_starts_something_else_or_is_run_again_sets_nothing_up(tmp_path: Path) -> None:
    sets = "e.limit = 10\n\tif limit > e.limit {\n\t\te.limit = limit\n\t\tprintln(e.limit)\n\t}"
    setter = ENGINE.replace("FIRST", sets).replace("LAST", "")
    races = {("Engine.limit", "Full")}
    for_others = setter.replace("go e.run()", "go println(limit)")
    assert _shown(for_others, tmp_path) == races
    apart = setter.replace("go e.run()", "if limit < 0 {\n\t\tgo e.run()\n\t\treturn\n\t}").replace("FIRST", "")
    assert (
        _shown(apart.replace(sets, "").replace("\te.jobs = append", f"\t{sets}\n\te.jobs = append"), tmp_path) == races
    )
    again = (
        setter + "func (e *Engine) Follow(limits <-chan int) {\n\tfor one := range limits {\n\t\te.Start(one)\n\t}\n}\n"
    )
    assert _shown(again, tmp_path) == races
    many = (
        setter + "func (e *Engine) All(limits []int) {\n\tfor _, one := range limits {\n\t\tgo e.Start(one)\n\t}\n}\n"
    )
    assert _shown(many, tmp_path) == races


TEE = """
type Tee struct {
	mu    sync.RWMutex
	at    []int
	items []string
}

func (t *Tee) Next(n int) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if INDEX < len(t.items) {
		INDEX++
		return true
	}
	return false
}

func (t *Tee) Refill(items []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for n := range t.at {
		t.at[n] = 0
	}
	t.items = items
}

func (t *Tee) Item(n int) string {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.items[t.at[n]]
}
"""


def test_under_the_read_side_each_may_have_an_item_of_its_own(tmp_path: Path) -> None:
    assert _shown(TEE.replace("INDEX", "t.at[n]"), tmp_path) == set()
    assert _shown(TEE.replace("INDEX", "t.at[0]"), tmp_path) == {("Tee.at", "Next")}
    assert _shown(TEE.replace("INDEX", "t.at[n]").replace("[]int", "map[int]int"), tmp_path) == {("Tee.at", "Next")}
